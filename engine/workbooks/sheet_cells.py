"""Cells of workbooks we write: a text is never a formula, whatever somebody typed into a field."""

import re
from typing import Any

from openpyxl.cell import WriteOnlyCell

from engine.exports.exporting import Mark

# What XML 1.0 can't hold; openpyxl would refuse the whole file.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST = 32_767
MARK_SHEET = "导出记录"
MARK_WORDS = "仅限履行职责使用，不得转发；凭导出编号可在日志中查明导出人。"


def text(sheet: Any, written: str) -> Any:
    """A cell that stays text: its type says so, and the mark of an apostrophe keeps it so when edited."""
    cell = WriteOnlyCell(sheet, value="")
    cell.value = UNWRITABLE.sub("\ufffd", written)[:LONGEST]
    cell.data_type = "s"
    cell.quotePrefix = True
    cell.number_format = "@"
    return cell


def mark(book: Any, given: Mark) -> None:
    """Say who took the workbook out: at the foot of every printed page, and on a last sheet of its own.

    Not among the rows: whoever reads the file in again would take the mark for one.
    """
    line = given.line()
    for sheet in book.worksheets:
        sheet.oddFooter.center.text = line.replace("&", "&&")
    told = book.create_sheet(MARK_SHEET)
    for said in (line, MARK_WORDS):
        told.append([text(told, said)])
