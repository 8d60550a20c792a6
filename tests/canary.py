"""A canary for tests of hostile input: notes any code, process or connection started while it sings."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ALARMS = (
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "subprocess.",
    "socket.",
    "exec",
    "compile",
)
_ALARMS_TOO = ("import", "open", "urllib.", "ctypes.", "pickle.", "marshal.")
_heard: dict[int, list[str]] = {}


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    notes = _heard.get(threading.get_ident())
    if notes is not None and event.startswith(_ALARMS + _ALARMS_TOO):
        notes.append(f"{event} {arguments!r}"[:200])


# A hook can't be taken away again, so one is set for good and listens only when asked to.
sys.addaudithook(_hook)


@contextmanager
def canary() -> Iterator[None]:
    """Fails if this thread runs code from text, imports, opens, connects or starts anything."""
    notes: list[str] = []
    _heard[threading.get_ident()] = notes
    try:
        yield
    finally:
        del _heard[threading.get_ident()]
    assert notes == []
