"""Scans on the disk that no row names, and pieces that a killed upload left: found, and removed safely.

A scan is written before its row, so a young one may be waiting for it; one a day old isn't. Somebody may
upload the same scan again while it is being removed: he marks the file as young (``files.put``) before he
counts on it, or finds it gone and writes it anew. So it is taken aside, looked at once more, and only then
removed or put back.
"""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from database.connection import Sessions
from engine import destroyed, files
from engine.files import StoredFile

YOUNG = timedelta(days=1)
_ASIDE = ".aside"


def folders(data_dir: Path, after: str) -> Iterator[str]:
    """The folders that hold scans, as ``ab/cd``, in order, those after one of them."""
    top = data_dir / "files"
    found = (folder.relative_to(top).as_posix() for folder in top.glob("*/*") if folder.is_dir())
    yield from sorted(name for name in found if name > after)


def remove(sessions: Sessions, data_dir: Path, folder: str, now: datetime) -> int:
    """Remove what is a day old in one folder and named by no row, or destroyed by one; how many files."""
    place = data_dir / "files" / folder
    _put_back(place)
    old = sorted(path for path in place.iterdir() if _is_old(path, now))
    scans = {path.name for path in old if files.is_digest(path.name)}
    with sessions.reading() as session:
        asked = select(StoredFile.digest).where(
            StoredFile.digest.in_(scans), destroyed.still_kept(StoredFile.digest)
        )
        named = set(session.execute(asked).scalars())
    return sum(_remove(path, now) for path in old if path.name not in named)


def _remove(path: Path, now: datetime) -> bool:
    if not files.is_digest(path.name):
        # A piece under a name of its own: no row ever names it.
        if not path.name.startswith(tempfile.gettempprefix()):
            return False
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
