"""The key file: the versions of the office's master key, in the clear (mode 0600) or each wrapped.

In its first form it is one line of 64 hex digits, the first version in the clear. As soon as there is a
second version, or keys are wrapped (``database.key_wrapping``), it is a JSON object that says so.
"""

import json
import logging
import os
import secrets
import stat
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from database.key_wrapping import KeyFileRefused, Wrapping

__all__ = ["KeyFileRefused", "Version", "Watched", "make", "read", "write"]

MASTER_BYTES = 32
FIRST = 1
FORM = 2
MOST_VERSIONS = 0xFFFF
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the master key; ``retired_at`` is when no row was under it any more (it still opens).

    ``unindexed_at`` is when no blind index was: a file from before indexes moved doesn't say it.
    """

    number: int
    key: bytes
    made_at: datetime | None = None
    retired_at: datetime | None = None
    unindexed_at: datetime | None = None


class Watched:
    """A key file that is read again when it changed; ``unindexed``: versions that no blind index is under."""

    def __init__(self, path: Path, wrapping: Wrapping) -> None:
        self._path, self._wrapping = path, wrapping
        self._seen: tuple[int, ...] | None = None
        self.unindexed: frozenset[int] = frozenset()

    def masters(self) -> tuple[bytes, dict[int, bytes]]:
        """The first key and the later ones by number; the file is made where it is missing.

        Raises KeyFileRefused.
        """
        make(self._path, self._wrapping)
        self._seen = _stamp(self._path)
        found = self._keys()
        return found.pop(FIRST), found

    def newer(self, whatever: bool) -> Mapping[int, bytes] | None:
        """The later keys, where the file has changed since it was last read; all the same with ``whatever``.

        A file that can't be read just now is said in the log: the server goes on with the keys it has.
        """
        stamp = _stamp(self._path)
        if stamp is None or (stamp == self._seen and not whatever):
            return None
        self._seen = stamp
        try:
            found = self._keys()
        except (KeyFileRefused, OSError) as failed:
            _log.warning("the changed key file was not taken up: %s", failed)
            return None
        del found[FIRST]
        return found

    def _keys(self) -> dict[int, bytes]:
        versions = read(self._path, self._wrapping)
        self.unindexed = frozenset(one.number for one in versions if one.unindexed_at)
        return {one.number: one.key for one in versions}


def make(path: Path, wrapping: Wrapping) -> None:
    """Write a first key (mode 0600) where there is no file. Raises KeyFileRefused."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    content = _content([Version(FIRST, secrets.token_bytes(MASTER_BYTES))], wrapping)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    _fill(handle, content)


def new(number: int, at: datetime) -> Version:
    """A further version, which isn't in the file yet."""
    return Version(number, secrets.token_bytes(MASTER_BYTES), at)


def read(path: Path, wrapping: Wrapping) -> list[Version]:
    """Every version, the first one first. Raises KeyFileRefused where they can't be had."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyFileRefused(f"{path} can be read by others: run chmod 600 {path}")
    text = path.read_text().strip()
    if not text.startswith("{"):
        _require_wrapping(path, "none", wrapping)
        return [Version(FIRST, _key(path, text))]
    try:
        said: dict[str, Any] = json.loads(text)
        listed = [_version(line) for line in said["keys"]]
        form, wrapped_by = said["tongban_keys"], said["wrapping"]
    except (ValueError, KeyError, TypeError) as unreadable:
        raise KeyFileRefused(f"{path} is no key file: {unreadable!r}") from unreadable
    if form != FORM or [version.number for version, _ in listed] != [*range(1, len(listed) + 1)]:
        raise KeyFileRefused(f"{path} has another form, or lacks a version of the key")
    if not listed:
        raise KeyFileRefused(f"{path} holds no key at all")
    _require_wrapping(path, wrapped_by, wrapping)
    return [replace(one, key=_sized(path, wrapping.unwrap(kept))) for one, kept in listed]


def write(path: Path, versions: Sequence[Version], wrapping: Wrapping) -> None:
    """Write the file anew, whole or not at all: aside, synced, renamed into place. Raises KeyFileRefused."""
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        _fill(handle, _content(versions, wrapping))
        Path(aside).replace(path)
    finally:
        Path(aside).unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _content(versions: Sequence[Version], wrapping: Wrapping) -> str:
    if wrapping.kind == "none" and len(versions) == 1:
        return versions[0].key.hex() + "\n"
    lines = [
        {
            "version": one.number,
            "key": wrapping.wrap(one.key),
            "made_at": one.made_at and one.made_at.isoformat(),
            "retired_at": one.retired_at and one.retired_at.isoformat(),
            "unindexed_at": one.unindexed_at and one.unindexed_at.isoformat(),
        }
        for one in versions
    ]
    said = {"tongban_keys": FORM, "wrapping": wrapping.kind, "keys": lines}
    return json.dumps(said, indent=1) + "\n"


def _version(line: Mapping[str, Any]) -> tuple[Version, str]:
    said = (line["made_at"], line["retired_at"], line.get("unindexed_at"))
    moments = (one and datetime.fromisoformat(one) for one in said)
    return Version(int(line["version"]), b"", *moments), str(line["key"])


def _key(path: Path, text: str) -> bytes:
    try:
        return _sized(path, bytes.fromhex(text))
    except ValueError as not_hex:
        raise KeyFileRefused(
            f"{path} holds no key: expected {MASTER_BYTES * 2} hex digits"
        ) from not_hex


def _sized(path: Path, key: bytes) -> bytes:
    if len(key) != MASTER_BYTES:
        raise KeyFileRefused(
            f"{path} holds no key: a master key has {MASTER_BYTES} bytes, not {len(key)}"
        )
    return key


def _require_wrapping(path: Path, kept: str, wanted: Wrapping) -> None:
    if kept != wanted.kind:
        raise KeyFileRefused(
            f"the keys in {path} are wrapped by {kept}, and TONGBAN_KEY_WRAPPING says {wanted.kind}: "
            "set it as the file was written, or run `tongban keys wrap` with --from"
        )


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        # Asked in every command: ``Path.stat`` costs half as much again.
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _fill(handle: int, content: str) -> None:
    with os.fdopen(handle, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
