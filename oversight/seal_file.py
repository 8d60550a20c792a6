"""The seal file: every seal as a line of canonical JSON, outside the database; a copy of it is a witness.

Whoever holds a line from before can show what the journal was then, whatever the database says now.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from database import digest
from oversight import seal_record
from oversight.seal_record import Checkpoint, Seal

NAME = "seals.jsonl"
_NUMBERS = ("seal_no", "size", "last_entry_id")
_LONGEST_LINE = 4096
# How much of the end is read to find the last line.
_END_BYTES = 2 * _LONGEST_LINE


class WitnessRefused(Exception):  # noqa: N818
    """A seal file can't be used; the message says which line and why."""


def place(data_dir: Path) -> Path:
    """Where an office writes its seals unless told otherwise."""
    return data_dir / "seals" / NAME


def write(session: Session, path: Path) -> int:
    """Add the seals that the file doesn't hold yet, on disk when this returns; how many.

    Raises OSError, and WitnessRefused where its last line is no seal.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    last = _last(path)
    new = session.execute(select(Seal).where(Seal.seal_no > last).order_by(Seal.seal_no)).scalars()
    lines = [digest.canonical(seal_record.checkpoint(seal)) + b"\n" for seal in new]
    if lines:
        # One write to the end of the file: lines of two processes don't mix.
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, b"".join(lines))
            os.fsync(handle)
        finally:
            os.close(handle)
    return len(lines)


def read(path: Path) -> Iterator[Checkpoint]:
    """The checkpoints of a file, in its order. Raises WitnessRefused, naming the line."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield _checkpoint(line, f"{path}, line {number}")
    except OSError as failed:
        raise WitnessRefused(f"{path}: {failed.strerror}") from failed


def _last(path: Path) -> int:
    if not path.exists() or not path.stat().st_size:
        return 0
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _END_BYTES))
        end = file.read()
    if not end.endswith(b"\n"):
        raise WitnessRefused(
            f"{path} ends in the middle of a line: move it away, a new one is written from the database"
        )
    return int(_checkpoint(end.splitlines()[-1], f"{path}, last line")["seal_no"])


def _checkpoint(line: bytes, where: str) -> Checkpoint:
    try:
        said: Any = orjson.loads(line)
    except orjson.JSONDecodeError as unreadable:
        raise WitnessRefused(f"{where}: not JSON") from unreadable
    members = {*seal_record.MEMBERS, "digest", "signature"}
    second = {seal_record.ALSO, seal_record.ALSO_SIGNATURE}
    if (
        not isinstance(said, dict)
        or set(said) not in (members, members | second)
        or not all(type(said[name]) is int and said[name] > 0 for name in _NUMBERS)
        or not all(isinstance(said[name], str) for name in members - set(_NUMBERS))
        or not isinstance(said.get(seal_record.ALSO, {}), dict)
        or not isinstance(said.get(seal_record.ALSO_SIGNATURE, ""), str)
        or len(line) > _LONGEST_LINE
    ):
        raise WitnessRefused(f"{where}: not a seal; expected: {', '.join(sorted(members))}")
    return said
