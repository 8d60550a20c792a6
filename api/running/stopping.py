"""A server that stops well: it takes no more, finishes what it began, and ends with exit code 0.

The second signal, or GRACE_SECONDS after the first, ends it anyway, with exit code 1: a thread that waits
for a lock can't be interrupted, and what it had under way is rolled back by the database.
"""

import os
import signal
from types import FrameType

import uvicorn

GRACE_SECONDS = 30
UNFINISHED = 1

_told: list[int] = []


def is_under_way() -> bool:
    """Whether this process was told to stop."""
    return bool(_told)


class Server(uvicorn.Server):
    """Uvicorn's server, but for what it does when it is told to stop."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop; at the second time, end."""
        del frame
        # Uvicorn would raise the signal again at the end, so that a good stop looked like a death.
        if self.should_exit:
            os._exit(UNFINISHED)
        self.begin_to_stop(sig)

    def begin_to_stop(self, sig: int) -> None:
        """Stop once what is under way is finished.

        A second signal may come in the midst of this, and runs it within itself: so nothing here takes a
        lock (as ``threading.Event`` does), and twice is as good as once.
        """
        _told.append(sig)
        self.should_exit = True
        signal.signal(signal.SIGALRM, _end)
        signal.alarm(GRACE_SECONDS)


class WorkerServer(Server):
    """One of several, whose supervisor is told when somebody is impatient.

    A terminal's Ctrl+C, or systemd, tells every process at once, and then the supervisor tells its
    workers: none of that is a second time.
    """

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop, however often."""
        del frame
        if sig != signal.SIGINT and not self.should_exit:
            self.begin_to_stop(sig)


def _end(sig: int, frame: FrameType | None) -> None:
    del sig, frame
    os._exit(UNFINISHED)
