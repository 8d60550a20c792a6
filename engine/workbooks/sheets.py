"""Spreadsheets that come from outside, read in a bounded process of their own (``sheet_child``)."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Timer
from typing import IO

from database.refusals import Invalid, Unavailable
from engine.workbooks import sheet_child

# Each takes a processor and some hundred megabytes for a second or two: others wait their turn.
AT_ONCE = 2
SECONDS = 30
WAIT_SECONDS = 20
MOST_BYTES = sheet_child.MOST_BYTES
_places = BoundedSemaphore(AT_ONCE)


class SheetRefused(Invalid):
    """This file can't be read as a list: send an .xlsx made from the template."""

    rule = "sheet.refused"


class SheetsBusy(Unavailable):
    """Other lists are being read just now: send it again in a moment."""

    rule = "sheet.busy"


SENTENCES = {
    "sheet.type": "The file is no .xlsx workbook: save it as one, not as .xls or .csv.",
    "sheet.large": f"The file is larger than {MOST_BYTES // 1024**2} MiB.",
    "sheet.bomb": "The file unpacks to more than a list can be.",
    "sheet.parts": "The file has more parts than a list has.",
    "sheet.macros": "The file holds macros or embedded programs: save it as an .xlsx without them.",
    "sheet.entities": "The file declares entities, which no workbook needs.",
    "sheet.rows": "The list has too many rows: at most 5,000.",
    "sheet.damaged": "The file is damaged: make it anew from the template.",
    "sheet.slow": "The file takes too long to read: make it anew from the template.",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell holds: its kind (``n``, ``s``, ``d``, ``b``, ``f``, ``e``: ``sheet_child``) and text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that holds something: its number in the file, and its cells (None where empty)."""

    number: int
    cells: tuple[Cell | None, ...]


def read(
    file: IO[bytes], about: Callable[[int], object] = lambda _rows: None
) -> Iterator[SheetRow]:
    """The rows of a workbook's first sheet, as they are read. Raises SheetRefused, SheetsBusy.

    ``about`` is told once about how many there will be.

    Nothing of the file is computed or followed: a formula comes as one, links and names are left out.
    """
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise unreadable("sheet.large")
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise SheetsBusy
    try:
        yield from _told(content, about)
    finally:
        _places.release()


def _told(content: bytes, about: Callable[[int], object]) -> Iterator[SheetRow]:
    command = [sys.executable, "-I", str(Path(sheet_child.__file__))]
    with subprocess.Popen(  # noqa: S603 - our own program, and nothing of the file is an argument
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONIOENCODING": "utf-8"},
        cwd="/",
    ) as child:
        late = Timer(SECONDS, child.kill)
        late.start()
        try:
            yield from _rows(child, content, about)
        finally:
            late.cancel()
            child.kill()


def _rows(
    child: "subprocess.Popen[bytes]", content: bytes, about: Callable[[int], object]
) -> Iterator[SheetRow]:
    sent, said = child.stdin, child.stdout
    if sent is None or said is None:
        raise unreadable("sheet.damaged")
    try:
        # The child reads all of it before it answers anything.
        sent.write(content)
        sent.close()
    except BrokenPipeError as died:
        raise unreadable("sheet.slow") from died
    for line in said:
        told = json.loads(line)
        if "refused" in told:
            raise unreadable(told["refused"])
        if "end" in told:
            return
        if "about" in told:
            about(told["about"])
            continue
        number, cells = told["row"]
        yield SheetRow(number, tuple(None if cell is None else Cell(*cell) for cell in cells))
    # It ended without a word: stopped by its limits.
    raise unreadable("sheet.slow")


def unreadable(rule: str) -> SheetRefused:
    """The refusal of a file by this rule."""
    text = SENTENCES[rule]
    return SheetRefused(text, rule=rule, errors=[{"field": "file", "message": text, "rule": rule}])
