"""Scans in a folder of this machine, or one that all nodes mount: ``files/ab/cd/<digest>``."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from engine.scans.scan_store import YOUNG, Old, ScanGone, StoreFull, is_digest

_CHUNK = 64 * 1024
_ASIDE = ".aside"
# No room: the disk is full, a quota or a limit on file sizes is used up.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class ScanFolder:
    """The scans of a data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._top = data_dir / "files"
        self.place_of_all = str(data_dir)
        self.another_place = "set TONGBAN_DATA_DIR to a new folder (or move files/ out of this one)"

    def place(self, digest: str) -> Path:
        """Where a scan lies, if it does."""
        return self._top / digest[:2] / digest[2:4] / digest

    def read(self, digest: str) -> bytes:
        """A scan as it was sealed. Raises ScanGone."""
        try:
            return self.place(digest).read_bytes()
        except FileNotFoundError as gone:
            raise ScanGone(digest, "the disk") from gone

    def write(self, digest: str, sealed: bytes) -> None:
        """Whole or not at all: written aside, synced, then renamed into place. Raises StoreFull.

        The folders are synced too: without that a power cut may take the name away from a file whose
        row is committed.
        """
        place = self.place(digest)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, aside = tempfile.mkstemp(dir=place.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    for start in range(0, len(sealed), _CHUNK):
                        file.write(sealed[start : start + _CHUNK])
                    file.flush()
                    os.fsync(file.fileno())
                Path(aside).replace(place)
                for folder in place.parents[:4]:  # up to the data folder
                    _sync(folder)
            except OSError:
                Path(aside).unlink(missing_ok=True)
                raise
        except OSError as failed:
            if failed.errno in _NO_ROOM:
                raise StoreFull from failed
            raise

    def replace(self, digest: str, sealed: bytes) -> None:
        """Write a scan in place of what was there. Raises StoreFull."""
        self.write(digest, sealed)

    def beginnings(self, length: int) -> Iterator[tuple[str, bytes]]:
        """The digest and the first bytes of every scan."""
        for path in sorted(path for path in self._top.rglob("*") if is_digest(path.name)):
            with suppress(FileNotFoundError), path.open("rb") as file:
                yield path.name, file.read(length)

    def renew(self, digest: str) -> bool:
        """Mark a scan as of now, so that nobody takes it for abandoned; False where there is none."""
        try:
            os.utime(self.place(digest))
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    def any_stored(self) -> bool:
        """Whether the folder holds any file."""
        return any(path.is_file() for path in self._top.rglob("*"))

    def shelves(self, after: str) -> Iterator[str]:
        """The folders that hold scans, as ``ab/cd``, in order, those after one of them."""
        places = (folder for folder in self._top.glob("*/*") if folder.is_dir())
        yield from sorted(n for p in places if (n := p.relative_to(self._top).as_posix()) > after)

    def old(self, shelf: str, now: datetime) -> list[Old]:
        """Scans a day old, and pieces under a name of their own that a killed upload left."""
        place = self._top / shelf
        _put_back(place)
        found = []
        for path in sorted(path for path in place.iterdir() if _is_old(path, now)):
            if is_digest(path.name):
                found.append(Old(path.name, path.name))
            elif path.name.startswith(tempfile.gettempprefix()):
                found.append(Old(path.name, None))
        return found

    def remove(self, shelf: str, old: Old, now: datetime) -> bool:
        """Take it aside, look once more, and only then remove it or put it back.

        Somebody may upload the same scan just now: he marks it as young (``renew``) before he counts on
        it, or finds it gone and writes it anew.
        """
        path = self._top / shelf / old.name
        if old.digest is None:
            # No row ever names it.
            path.unlink(missing_ok=True)
            return True
        aside = path.with_name(tempfile.gettempprefix() + path.name + _ASIDE)
        with suppress(FileNotFoundError):
            path.rename(aside)
            if _is_old(aside, now):
                aside.unlink()
                return True
            # Somebody uploaded it meanwhile and counts on it. One that he wrote anew is as good.
            aside.rename(path)
        return False

    def take_in(self, folder: Path) -> Callable[[], None]:
        """Rename a folder of scans beside ours, on the same disk, into place; what undoes it."""
        # Only empty folders: ``any_stored`` has looked.
        shutil.rmtree(self._top, ignore_errors=True)
        folder.rename(self._top)
        return lambda: shutil.rmtree(self._top)

    def failing(self) -> None:
        """Nothing of its own: the data folder is looked at as a whole."""


def _put_back(place: Path) -> None:
    """Undo what a killed sweep had taken aside: somebody may count on it by now."""
    for aside in place.glob(f"*{_ASIDE}"):
        path = aside.with_name(aside.name.removeprefix(tempfile.gettempprefix()))
        with suppress(FileNotFoundError):
            aside.rename(path.with_name(path.name.removesuffix(_ASIDE)))


def _is_old(path: Path, now: datetime) -> bool:
    with suppress(FileNotFoundError):
        told = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return path.is_file() and now - told > YOUNG
    return False


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
