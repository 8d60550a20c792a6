"""What DBOS says, as the rest of the office says it: in the same log, one line, and not every second anew."""

import logging
import time

_NANOSECONDS = 60 * 1_000_000_000


class _OncePerMinute(logging.Filter):
    """Lets one place of the code speak once in a minute: threads ask a server that is gone each second."""

    def __init__(self) -> None:
        super().__init__()
        self._spoken: dict[tuple[str, int], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to keep the record; a kept one loses its further lines, where stacks and values are."""
        place, now = (record.pathname, record.lineno), time.monotonic_ns()
        last = self._spoken.get(place)
        if last is not None and now - last < _NANOSECONDS:
            return False
        self._spoken[place] = now
        record.msg, record.args = record.getMessage().partition("\n")[0], None
        return True


def quiet() -> None:
    """Let DBOS's log go where ours goes, once and before it makes a handler of its own."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
        logger.addFilter(_OncePerMinute())
    logger.setLevel(logging.WARNING)
