"""Style sheets, scripts and icons: read once, named by their content, so that a browser keeps them for good.

A name changes with every byte of its file, so a page and its assets always fit each other. A script may
import another of ours (``from "./desk.js"``): the name in there is made to fit too.
"""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from database.refusals import InvariantBroken

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static/"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_IMPORT = re.compile(r'^(import [^"]*")\./([\w./-]+\.js)(?=";$)', re.MULTILINE)
_HASH_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent: its media type, its bytes, and the same compressed."""

    address: str
    media_type: str
    content: bytes
    compressed: bytes


def address(name: str) -> str:
    """Where a file under ``static/`` is served. Raises InvariantBroken for an unknown one."""
    found = _by_name().get(name)
    if found is None:
        raise InvariantBroken(f"there is no asset {name!r} under web/static")
    return found.address


def served(path: str) -> Asset | None:
    """The asset at an address; None for any other, an outdated one included."""
    return _by_address().get(path)


@cache
def _by_name() -> Mapping[str, Asset]:
    found: dict[str, Asset] = {}
    for file in sorted(FOLDER.rglob("*")):
        if file.suffix in MEDIA_TYPES:
            _read(file.relative_to(FOLDER).as_posix(), found)
    return found


@cache
def _by_address() -> Mapping[str, Asset]:
    return {asset.address: asset for asset in _by_name().values()}


def _read(name: str, found: dict[str, Asset]) -> Asset:
    """Read a file and, before it, the scripts it imports."""
    if name in found:
        return found[name]
    file = FOLDER / name
    content = file.read_bytes()
    if file.suffix == ".js" and file.parent == FOLDER:
        fitted = _IMPORT.sub(
            lambda own: own.group(1) + _read(own.group(2), found).address, content.decode()
        )
        content = fitted.encode()
    digest = hashlib.sha256(content).hexdigest()[:_HASH_LETTERS]
    stem, suffix = name.removesuffix(file.suffix), file.suffix
    found[name] = Asset(
        address=f"{PREFIX}{stem}.{digest}{suffix}",
        media_type=MEDIA_TYPES[suffix],
        content=content,
        compressed=gzip.compress(content, 9, mtime=0),
    )
    return found[name]
