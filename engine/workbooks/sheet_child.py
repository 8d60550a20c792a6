"""Reads one spreadsheet in a process of its own: ``python sheet_child.py < list.xlsx``, a JSON line a row.

What comes from outside is read here, where it can do nothing: this program knows no key and no database,
and it is stopped when it takes more memory, time or rows than a list needs. It imports nothing of the
application, so that it starts quickly and has nothing to give away. The first line is ``{"about": rows}``,
then come ``{"row": [number, [cell, …]]}``, and last ``{"end": rows}`` or ``{"refused": rule}``. A cell is
``[kind, text]``: ``n`` a number, ``s`` a text, ``d`` a day, ``f`` a formula, which is never computed, ``b``
true or false, ``e`` an error; null where it is empty.
"""

import io
import json
import resource
import sys
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 20
MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 120 * 1024 * 1024
MOST_PARTS = 100
CHUNK = 1024 * 1024
MOST_ROWS = 5_100
LAST_ROW = 100_000
MOST_COLUMNS = 40
LONGEST = 200
# A part that declares entities, or is written so that nobody can see whether it does.
FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY", b"\x00")
MACROS = ("vbaproject", "activex", "macrosheets", "embeddings")

# What reading a file that isn't as it should be can raise; anything else ends this program without a word.
DAMAGED = (
    ArithmeticError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    OSError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


class Refused(Exception):  # noqa: N818 - it is an answer
    """The file isn't taken; ``args`` is the rule."""


def bound() -> None:
    """Never more memory or time than a list needs, and nothing written to any disk."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def check(content: bytes) -> int:
    """Look at every part as it unpacks, before anything reads it; about how many rows the largest holds.

    Raises Refused.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise Refused("sheet.parts")
            if any(macro in part.filename.lower() for part in parts for macro in MACROS):
                raise Refused("sheet.macros")
            if "xl/workbook.xml" not in archive.namelist():
                raise Refused("sheet.type")
            left, most = MOST_UNPACKED, 0
            for part in parts:
                held, listed = _unpacked(archive, part, left)
                left, most = left - held, max(most, listed)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as wrong:
        raise Refused("sheet.type") from wrong
    return most


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> tuple[int, int]:
    """How many bytes and rows a part holds: counted as they come, since a header may lie."""
    held, listed, before = 0, 0, b""
    named = part.filename.lower()
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            held += len(chunk)
            if held > left:
                raise Refused("sheet.bomb")
            # What is cut between two chunks is seen in the second.
            if named.endswith((".xml", ".rels", ".vml")):
                window = before + chunk
                if any(word in window for word in FORBIDDEN):
                    raise Refused("sheet.entities")
                before = chunk[-16:]
                listed += chunk.count(b"<row ")
    return held, listed


def rows(content: bytes) -> Iterator[tuple[int, list[list[str] | None]]]:
    """The rows of the first sheet that hold anything, with their numbers. Raises Refused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(
                io.BytesIO(content), read_only=True, data_only=False, keep_links=False
            )
        sheet = book.worksheets[0]
        # What the file says of its size may be anything: rows are counted as they come.
        sheet.reset_dimensions()
        yield from _counted(sheet)
    except Refused:
        raise
    except MemoryError as wrong:
        raise Refused("sheet.bomb") from wrong
    except DAMAGED as wrong:
        raise Refused("sheet.damaged") from wrong


def _counted(sheet: Any) -> Iterator[tuple[int, list[list[str] | None]]]:
    found = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
        if number > LAST_ROW:
            raise Refused("sheet.rows")
        cells = [_cell(cell) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            found += 1
            if found > MOST_ROWS:
                raise Refused("sheet.rows")
            yield number, cells


def _cell(cell: Any) -> list[str] | None:
    value = cell.value
    kind, text = "s", str(value).strip()
    if value is None or not text:
        return None
    if cell.data_type in ("f", "e"):
        kind, text = cell.data_type, ""
    elif isinstance(value, bool):
        kind, text = "b", "yes" if value else "no"
    elif isinstance(value, datetime | date):
        kind, text = "d", value.isoformat()[:10]
    elif cell.data_type == "n":
        kind, text = "n", repr(value)
    return [kind, text[:LONGEST]]


def main() -> None:
    """Read from the standard input, and answer on the standard output."""
    bound()
    say = sys.stdout.write
    content = sys.stdin.buffer.read(MOST_BYTES)
    try:
        say(json.dumps({"about": min(check(content), MOST_ROWS)}) + "\n")
        count = 0
        for number, cells in rows(content):
            count += 1
            say(json.dumps({"row": [number, cells]}) + "\n")
        say(json.dumps({"end": count}) + "\n")
    except Refused as refused:
        say(json.dumps({"refused": refused.args[0]}) + "\n")


if __name__ == "__main__":
    main()
