"""A disk that loses its power: an SQLite VFS that notes every write and sync, and what may be left of them.

What was synced stays. Of what was written to a file after its last sync anything may be there: nothing,
all, some writes without others before them, parts of a write, or sectors of rubbish where one was being
written. Nothing outside a write's own bytes is touched, as SQLite assumes of every disk (PSOW).
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import apsw

Kept = Literal["nothing", "everything", "some writes", "torn writes"]
KEPT: Sequence[Kept] = ("nothing", "everything", "some writes", "torn writes")
SECTORS = (512, 4096)
# SQLite rebuilds it from the WAL, and nobody syncs it.
_NOT_ON_DISK = "-shm"


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes written into a file at a place."""

    path: str
    offset: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file cut or stretched to this size."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """All of a file so far is on the disk."""

    path: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """COMMIT returned: whoever asked has been told."""


Happening = Write | Truncate | Sync | Acknowledged


class Recording(apsw.VFS):
    """The system's own VFS, with everything noted that reaches its files."""

    def __init__(self, name: str, log: list[Happening]) -> None:
        self.name, self._log = name, log
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: Any) -> "RecordedFile":  # noqa: N802 - SQLite's name
        """Open a file whose writes are noted."""
        return RecordedFile(name, flags, self._log)


class RecordedFile(apsw.VFSFile):
    """A file that notes what is written to it."""

    def __init__(self, name: Any, flags: Any, log: list[Happening]) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._path = Path(path or "").name
        # A file without a name is one of a single statement, which nobody finds again.
        self._noted = bool(self._path) and not self._path.endswith(_NOT_ON_DISK)
        self._log = log
        super().__init__("", name, flags)

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802 - SQLite's name
        """Note bytes."""
        if self._noted:
            self._log.append(Write(self._path, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - SQLite's name
        """Note a new size."""
        if self._noted:
            self._log.append(Truncate(self._path, newsize))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802 - SQLite's name
        """Note that all so far is safe."""
        super().xSync(flags)
        if self._noted:
            self._log.append(Sync(self._path))


@dataclass(slots=True)
class Disk:
    """The files of a database as far as they are synced, and what was written since."""

    synced: dict[str, bytearray]
    acknowledged: int = 0
    _since: dict[str, list[Write | Truncate]] = field(default_factory=dict)

    def happens(self, happenings: Iterable[Happening]) -> None:
        """Let this come to the disk."""
        for one in happenings:
            if isinstance(one, Acknowledged):
                self.acknowledged += 1
            elif isinstance(one, Sync):
                content = self.synced.setdefault(one.path, bytearray())
                for waiting in self._since.pop(one.path, []):
                    _apply(content, waiting)
            else:
                self._since.setdefault(one.path, []).append(one)

    @property
    def unsynced(self) -> int:
        """How many writes a power cut may take."""
        return sum(map(len, self._since.values()))

    def left(self, kept: Kept, choices: random.Random) -> Iterator[tuple[str, bytes]]:
        """The files after a power cut at this moment."""
        sector, chance = choices.choice(SECTORS), choices.random()
        for path in sorted(self.synced.keys() | self._since.keys()):
            content = bytearray(self.synced.get(path, b""))
            for waiting in self._since.get(path, []):
                if kept == "nothing" or (kept != "everything" and choices.random() < chance):
                    continue
                if kept == "torn writes" and isinstance(waiting, Write):
                    for part in _torn(waiting, sector, choices):
                        _apply(content, part)
                else:
                    _apply(content, waiting)
            if content or path in self.synced:
                yield path, bytes(content)


def _torn(whole: Write, sector: int, choices: random.Random) -> Iterator[Write]:
    """Some sectors of a write, each as it should be or as rubbish."""
    end = whole.offset + len(whole.content)
    begin = whole.offset
    while begin < end:
        until = min(end, (begin // sector + 1) * sector)
        content = whole.content[begin - whole.offset : until - whole.offset]
        what = choices.random()
        if what < 0.1:
            content = choices.randbytes(len(content))
        if what < 0.6:
            yield Write(whole.path, begin, content)
        begin = until


def _apply(content: bytearray, one: Write | Truncate) -> None:
    size = one.size if isinstance(one, Truncate) else one.offset
    if len(content) < size:
        content.extend(bytes(size - len(content)))
    if isinstance(one, Truncate):
        del content[size:]
    else:
        content[one.offset : one.offset + len(one.content)] = one.content
