"""Moves the scans on the disk to the version of the keys that seals now."""

from collections.abc import Iterator
from pathlib import Path

from database import keys
from database.refusals import InvariantBroken
from database.resealing import Moved
from engine import files

PURPOSE = "file"


def behind(data_dir: Path) -> Iterator[str]:
    """The digests of scans on the disk that are under an earlier version of the keys."""
    for path in sorted((data_dir / "files").rglob("*")):
        if files.is_digest(path.name) and path.is_file() and not _is_current(path):
            yield path.name


def move(data_dir: Path) -> Iterator[Moved]:
    """Seal each anew, whole or not at all. Raises StoreFull."""
    for digest in behind(data_dir):
        yield _moved(data_dir, digest)


def _is_current(path: Path) -> bool:
    with path.open("rb") as file:
        return keys.current().is_current(file.read(keys.MARK_BYTES))


def _moved(data_dir: Path, digest: str) -> Moved:
    keyring = keys.current()
    try:
        content = keyring.open(PURPOSE, files.sealed(data_dir, digest))
        files.put_sealed(data_dir, digest, keyring.seal(PURPOSE, content))
    except InvariantBroken:
        # Gone since, or spoiled: verification says so, and there is nothing here to seal.
        return Moved(0, 1)
    return Moved(1, 0)
