"""A process folder as bytes: which of its files count, and the digest that names this version of it.

What is digested is what is loaded: files are read once, and the same bytes are parsed, compiled and
kept for cases in flight.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from database import digest
from engine.defining.located import DefinitionRefused

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
COUNTED = (".py", ".bpmn", ".yaml", ".typ")
LEFT_OUT = (".md", ".txt", ".pyc")
SHARED = "_shared"
MAX_BYTES = 1_000_000
# SHA-256 of a folder's files, by name.
Fingerprints = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Folder:
    """The counted files of one process folder and of ``_shared``, by name, and where they were."""

    path: Path
    shared_path: Path
    files: Mapping[str, bytes]
    shared: Mapping[str, bytes]
    digest: str

    @property
    def code(self) -> str:
        """The process's code: the folder's name."""
        return self.path.name

    def refused(
        self, file: str, reason: str, *, line: int | None = None, element: str = ""
    ) -> DefinitionRefused:
        """A refusal that points into this folder."""
        return DefinitionRefused(self.path / file, line, element, reason)


def read(path: Path, shared_path: Path) -> Folder:
    """The folder's files and digest; raises DefinitionRefused for names and files it can't take."""
    if not CODE.fullmatch(path.name):
        raise DefinitionRefused(
            path,
            None,
            "",
            "a process folder is named in lower case letters, digits and _, at most 40",
        )
    found, shared = files(path), files(shared_path)
    named = digest_of(path.name, fingerprints(found), fingerprints(shared))
    return Folder(path, shared_path, found, shared, named)


def digest_of(code: str, own: Fingerprints, shared: Fingerprints) -> str:
    """The digest that names a version of a process, by the fingerprints of its files and of ``_shared``."""
    listed = [[f"{code}/{name}", own[name]] for name in sorted(own)]
    listed += [[f"{SHARED}/{name}", shared[name]] for name in sorted(shared)]
    return digest.address("definition", listed)


def fingerprints(found: Mapping[str, bytes]) -> Fingerprints:
    """The fingerprint of each file by its name."""
    return {name: fingerprint(content) for name, content in found.items()}


def fingerprint(content: bytes) -> str:
    """The SHA-256 of one file, as the version's digest covers it."""
    return sha256(content).hexdigest()


def files(path: Path) -> dict[str, bytes]:
    """The files of one folder that count, by name. Raises DefinitionRefused for what it can't take."""
    found: dict[str, bytes] = {}
    try:
        entries = sorted(path.iterdir())
    except OSError as wrong:
        raise DefinitionRefused(path, None, "", f"can't be read: {wrong.strerror}") from wrong
    for entry in entries:
        if entry.name == "__pycache__" or entry.name.startswith(".") or entry.suffix in LEFT_OUT:
            continue
        # What the digest doesn't cover must not take part.
        if entry.is_symlink() or not entry.is_file() or entry.suffix not in COUNTED:
            raise DefinitionRefused(
                entry,
                None,
                "",
                f"a process folder holds only files {', '.join(COUNTED)}, no links or folders",
            )
        if entry.stat().st_size > MAX_BYTES:
            raise DefinitionRefused(entry, None, "", f"is larger than {MAX_BYTES} bytes")
        found[entry.name] = entry.read_bytes()
    return found
