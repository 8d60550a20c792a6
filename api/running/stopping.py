"""A server that stops well: it takes no more, finishes what it began, and ends with exit code 0.

The second signal, or GRACE_SECONDS after the first, ends it anyway, with exit code 1: a thread that waits
for a lock can't be interrupted, and what it had under way is rolled back by the database.
"""

import os
import signal
import threading
from types import FrameType

import uvicorn

GRACE_SECONDS = 30
UNFINISHED = 1

_stopping = threading.Event()


def is_under_way() -> bool:
    """Whether this process was told to stop."""
    return _stopping.is_set()


class Server(uvicorn.Server):
    """Uvicorn's server, but for what it does when it is told to stop."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop; at the second time, end."""
        del sig, frame
        # Uvicorn would raise the signal again at the end, so that a good stop looked like a death.
        if self.should_exit:
            os._exit(UNFINISHED)
        _stopping.set()
        self.should_exit = True
        signal.signal(signal.SIGALRM, _end)
        signal.alarm(GRACE_SECONDS)


class WorkerServer(Server):
    """One of several, whose supervisor is told when somebody is impatient.

    A terminal's Ctrl+C, or systemd, tells every process at once, and then the supervisor tells its
    workers: none of that is a second time.
    """

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop, once."""
        if sig != signal.SIGINT and not self.should_exit:
            super().handle_exit(sig, frame)


def _end(sig: int, frame: FrameType | None) -> None:
    del sig, frame
    os._exit(UNFINISHED)
