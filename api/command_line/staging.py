"""Where a restored data folder and a new backup gather until they are whole: then they are moved, or gone."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from engine.scans.scan_store import ScanStore
from oversight.backup_file import BackupRefused


class Staging:
    """A folder laid out as a data folder, beside the real one on the same disk."""

    def __init__(self, folder: Path, data_dir: Path, scans: ScanStore) -> None:
        self.folder = folder
        self._data_dir = data_dir
        self._scans = scans
        self._undo: list[Callable[[], None]] = []

    def move(self) -> None:
        """Move everything where it belongs; ``keep`` says that it stays there. Raises StoreAway."""
        staged = self.folder / "files"
        if staged.is_dir():
            self._undo.append(self._scans.take_in(staged))
        definitions = self._data_dir / "definitions"
        definitions.mkdir(exist_ok=True)
        for version in (self.folder / "definitions").glob("*"):
            if not (definitions / version.name).is_dir():
                self._rename(version, definitions / version.name)
        for folder in (definitions, self._data_dir):
            sync(folder)

    def keep(self) -> None:
        """What was moved stays."""
        self._undo.clear()

    def take_back(self) -> None:
        """Remove what was moved and isn't kept."""
        for undo in self._undo:
            undo()

    def _rename(self, path: Path, place: Path) -> None:
        path.rename(place)
        self._undo.append(lambda: shutil.rmtree(place))


@contextmanager
def staged(data_dir: Path, scans: ScanStore) -> Iterator[Staging]:
    """A folder for a restoration; at the end it is gone, and what was moved and not kept too.

    Raises BackupRefused where the place for scans holds some already: an older backup restored beside
    newer materials would leave those without rows.
    """
    if scans.any_stored():
        raise BackupRefused(
            f"{scans.place_of_all} holds materials already, and the backup may be older than they are: "
            f"{scans.another_place}"
        )
    data_dir.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".restoring-", dir=data_dir))
    staging = Staging(folder, data_dir, scans)
    try:
        yield staging
    finally:
        staging.take_back()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def written_aside(place: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file, mode 0600, that is moved to ``place`` at the end, and a folder to try it out in.

    Raises BackupRefused where there is something at ``place``; a backup is never written over.
    """
    _require_free(place)
    folder = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        aside = folder / "backup"
        handle = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w+b") as file:
            yield file, folder
        _require_free(place)
        aside.rename(place)
        sync(place.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sync(folder: Path) -> None:
    """Let the names in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _require_free(place: Path) -> None:
    if place.exists() or place.is_symlink():
        raise BackupRefused(f"{place} exists already: a backup is never written over, name another")
    if not place.parent.is_dir():
        raise BackupRefused(f"{place.parent} is no folder: make it first")
