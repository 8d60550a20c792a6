"""The file of a backup: a tar, and one last line by which it is seen to be whole and ours.

The last line holds the SHA-256 of everything before it, and a MAC of that under the office's key: a cut
or altered file is refused before anything in it is believed, and nobody without the key makes one.
Nothing is ever extracted by name: members are read in order and put where their digest says.
"""

import hashlib
import hmac
import io
import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from database import keys

FORMAT = 1
MANIFEST = "manifest.json"
END = "end.json"
Manifest = Mapping[str, Any]
_CHUNK = 1024 * 1024
_MANIFEST_BYTES = 1024 * 1024
_LAST = "tongban-backup sha256={} mac={}\n"
_LAST_BYTES = len(_LAST.format("0" * 64, "0" * 64))
_LAST_LINE = re.compile(_LAST.format("([0-9a-f]{64})", "([0-9a-f]{64})").encode())


class BackupRefused(Exception):  # noqa: N818
    """The backup can't be made, or can't be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the tar."""

    name: str
    content: bytes


class BackupWriter:
    """Writes the members of a backup one after the other, then the last line."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._through = _Digesting(file)
        # A stream writes, and reads no more than it must: to typeshed a file does much else.
        self._tar = tarfile.open(  # noqa: SIM115 - closed by ``close``
            mode="w|", fileobj=cast("BinaryIO", self._through), format=tarfile.PAX_FORMAT
        )

    def add(self, name: str, content: bytes) -> None:
        """Add a member."""
        described = tarfile.TarInfo(name)
        described.size = len(content)
        described.mode = 0o600
        self._tar.addfile(described, io.BytesIO(content))
        # The module keeps a list for itself, which would grow with every material.
        cast("Any", self._tar).members.clear()

    def add_json(self, name: str, value: Mapping[str, Any]) -> None:
        """Add a member that is an object."""
        self.add(name, json.dumps(value, indent=1, sort_keys=True).encode() + b"\n")

    def close(self) -> None:
        """End the tar and write the last line."""
        self._tar.close()
        digest = self._through.digest.hexdigest()
        self._file.write(_LAST.format(digest, _mac(digest)).encode())


def fingerprint() -> str:
    """By which a key is recognised without being told: 32 hex digits."""
    return keys.current().mac("backup.key", b"fingerprint").hex()[:32]


def check(file: BinaryIO, schema: str) -> Manifest:
    """The manifest of a backup that is whole, ours, and of this schema. Raises BackupRefused."""
    last = _last_line(file)
    digest = hashlib.sha256()
    for chunk in _Part(file, _tar_bytes(file)).chunks():
        digest.update(chunk)
    if digest.hexdigest() != last[0]:
        raise BackupRefused(
            "the backup was altered or its disk spoiled it (its digest doesn't hold): use another"
        )
    manifest = _manifest(file)
    if manifest.get("format") != FORMAT:
        raise BackupRefused(
            f"the backup has format {manifest.get('format')}, this version of tongban reads "
            f"{FORMAT}: restore it with the version that wrote it"
        )
    if manifest.get("key") != fingerprint():
        raise BackupRefused(
            f"the backup was made under another key ({manifest.get('key')}; this one is "
            f"{fingerprint()}): set TONGBAN_KEY_FILE to that key file"
        )
    if not hmac.compare_digest(_mac(digest.hexdigest()), last[1]):
        raise BackupRefused("the backup was not written by an office with this key: it is forged")
    if not keys.current().holds(manifest.get("key_version", keys.FIRST)):
        raise BackupRefused(
            f"the backup was made under version {manifest['key_version']} of the key, which this key "
            "file lacks: set TONGBAN_KEY_FILE to a copy of the key file as it was then, or later"
        )
    if manifest["schema"] != schema:
        raise BackupRefused(
            f"the backup has schema {manifest['schema']}, this version of tongban has {schema}: "
            "restore it with the version that wrote it, then migrate"
        )
    return manifest


def members(file: BinaryIO) -> Iterator[Member]:
    """Every member in order; only for a file that was checked."""
    part = cast("BinaryIO", _Part(file, _tar_bytes(file)))
    try:
        with tarfile.open(mode="r|", fileobj=part) as tar:
            for described in tar:
                cast("Any", tar).members.clear()
                content = tar.extractfile(described) if described.isreg() else None
                if content is None:
                    raise BackupRefused(f"{described.name} is no plain member of a backup")
                yield Member(described.name, content.read())
    except tarfile.TarError as unreadable:
        raise BackupRefused(f"the backup can't be read ({unreadable}): use another") from unreadable


def _manifest(file: BinaryIO) -> Manifest:
    """The first member, which nothing vouches for yet: its size is limited."""
    part = cast("BinaryIO", _Part(file, _MANIFEST_BYTES))
    try:
        with tarfile.open(mode="r|", fileobj=part) as tar:
            first = tar.next()
            content = tar.extractfile(first) if first and first.name == MANIFEST else None
            found = json.loads(content.read()) if content else None
    except (tarfile.TarError, ValueError, EOFError, RecursionError) as unreadable:
        raise BackupRefused("the backup's manifest can't be read: use another") from unreadable
    if not isinstance(found, dict):
        raise BackupRefused("the file is no backup of tongban: it has no manifest")
    return found


def _last_line(file: BinaryIO) -> tuple[str, str]:
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _LAST_BYTES))
    found = _LAST_LINE.fullmatch(file.read(_LAST_BYTES))
    if found is None:
        raise BackupRefused("the file is cut, or is no backup of tongban: its last line is missing")
    return found[1].decode(), found[2].decode()


def _tar_bytes(file: BinaryIO) -> int:
    return file.seek(0, io.SEEK_END) - _LAST_BYTES


def _mac(digest: str) -> str:
    return keys.current().mac("backup", digest.encode()).hex()


class _Digesting:
    """Writes through to a file and digests what it writes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._file.write(data)


class _Part:
    """Reads a file from its beginning up to a place."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        file.seek(0)
        self._file, self._left = file, length

    def read(self, size: int) -> bytes:
        found = self._file.read(min(size, self._left))
        self._left -= len(found)
        return found

    def chunks(self) -> Iterator[bytes]:
        while chunk := self.read(_CHUNK):
            yield chunk
