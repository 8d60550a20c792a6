"""Cells of workbooks we write: a text is never a formula, whatever somebody typed into a field."""

import re
from typing import Any

from openpyxl.cell import WriteOnlyCell

# What XML 1.0 can't hold; openpyxl would refuse the whole file.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LONGEST = 32_767


def text(sheet: Any, written: str) -> Any:
    """A cell that stays text: its type says so, and the mark of an apostrophe keeps it so when edited."""
    cell = WriteOnlyCell(sheet, value="")
    cell.value = UNWRITABLE.sub("\ufffd", written)[:LONGEST]
    cell.data_type = "s"
    cell.quotePrefix = True
    cell.number_format = "@"
    return cell
