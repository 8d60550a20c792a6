"""Keeps every version of a process that cases began on, so that they end on it (design §5)."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.defining import folders
from engine.defining.definition import Definition
from engine.defining.folders import Fingerprints
from engine.defining.located import DefinitionRefused

DIGEST = re.compile(r"[0-9a-f]{64}")


def keep(definition: Definition, data_dir: Path) -> Path:
    """Copy the definition's files to ``definitions/<digest>/`` under the data folder, all or nothing.

    The bytes kept are the ones that were loaded; a version that is there already stays.
    """
    parts = {definition.code: definition.folder.files, folders.SHARED: definition.folder.shared}
    return _keep(data_dir, definition.digest, parts)


def compose(data_dir: Path, code: str, own: Fingerprints, shared: Fingerprints) -> bool:
    """Keep the version of a process that has these files of its own and these shared ones, if both are here.

    Each may be kept with other versions: a process and ``_shared`` are registered apart.
    """
    files = _part(data_dir, code, own)
    beside = None if files is None else _part(data_dir, folders.SHARED, shared)
    if files is None or beside is None:
        return False
    parts = {code: files, folders.SHARED: beside}
    _keep(data_dir, folders.digest_of(code, own, shared), parts)
    return True


def _part(data_dir: Path, name: str, wanted: Fingerprints) -> Mapping[str, bytes] | None:
    """The files of a folder as some kept version has them; None where none has."""
    for place in sorted((data_dir / "definitions").glob(f"*/{name}")):
        if DIGEST.fullmatch(place.parent.name):
            try:
                found = folders.files(place)
            except DefinitionRefused:
                # Somebody altered this one; another version may have the same part.
                continue
            if folders.fingerprints(found) == wanted:
                return found
    return None


def _keep(data_dir: Path, digest: str, parts: Mapping[str, Mapping[str, bytes]]) -> Path:
    place = data_dir / "definitions" / digest
    if place.is_dir():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    started = Path(tempfile.mkdtemp(prefix=".keeping-", dir=place.parent))
    try:
        for name, files in parts.items():
            _write(started / name, files)
        started.rename(place)
    except OSError:
        shutil.rmtree(started, ignore_errors=True)
        # Another process of this node was quicker: the same digest means the same bytes.
        if not place.is_dir():
            raise
    return place


def find(data_dir: Path, digest: str) -> tuple[Path, Path] | None:
    """The kept folder of this version and its ``_shared``, or None."""
    if not DIGEST.fullmatch(digest):
        return None
    place = data_dir / "definitions" / digest
    if not place.is_dir():
        return None
    kept = [path for path in place.iterdir() if path.name != folders.SHARED and path.is_dir()]
    return (kept[0], place / folders.SHARED) if len(kept) == 1 else None


def kept(data_dir: Path, digest: str) -> Iterator[tuple[str, bytes]]:
    """Every file of a kept version, as ``folder/name`` and content; none where it isn't kept."""
    for folder in find(data_dir, digest) or ():
        for path in sorted(folder.iterdir()):
            if path.is_file():
                yield f"{folder.name}/{path.name}", path.read_bytes()


def put_back(data_dir: Path, digest: str, name: str, content: bytes) -> None:
    """Write one file of a kept version, ``folder/name``. Nothing of it runs before its digest holds."""
    folder, _, file = name.partition("/")
    place = data_dir / "definitions" / digest / folder
    place.mkdir(parents=True, exist_ok=True)
    _write_file(place / file, content)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir()
    for name, content in files.items():
        _write_file(folder / name, content)


def _write_file(path: Path, content: bytes) -> None:
    with path.open("wb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
