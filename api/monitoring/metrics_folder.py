"""Where the workers of one ``tongban serve`` keep what they count: a folder of its own, gone at the end.

One whose supervisor was killed is taken away by the next to start; one whose supervisor lives is let be,
for several may share a data folder. A lock says which is which: it ends with whoever holds it.
"""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FOLDER = "metrics"
_HELD = "held"
_STARTING = "starting"


@contextmanager
def fresh(data_dir: Path) -> Iterator[Path]:
    """An empty folder that nobody else uses; removed at the end."""
    place = data_dir / FOLDER
    place.mkdir(exist_ok=True)
    with (place / _STARTING).open("w") as starting:
        # One after the other, so that nobody takes a folder for abandoned before it is held.
        fcntl.flock(starting, fcntl.LOCK_EX)
        _remove_abandoned(place)
        own = Path(tempfile.mkdtemp(dir=place))
        held = (own / _HELD).open("w")
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        with held:
            yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def counted(folder: Path) -> list[str]:
    """The files of this folder in which numbers stand.

    The library makes a worker's file and then gives it its size: in between, and for good where the worker
    is killed just then, it can't be read, and with it none of them could.
    """
    found = []
    for file in folder.glob("*.db"):
        # A worker's gauges are removed when it has died.
        with suppress(FileNotFoundError):
            if file.stat().st_size > 0:
                found.append(str(file))
    return found


def _remove_abandoned(place: Path) -> None:
    for found in place.iterdir():
        if not found.is_dir():
            continue
        with (found / _HELD).open("w") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(found, ignore_errors=True)
