"""A table as a workbook that says who took it out: texts that stay text, figures that can be summed."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from engine.exports.exporting import Mark
from engine.workbooks import sheet_cells

Row = Sequence[str | int]


def written(name: str, head: Row, rows: Iterable[Row], mark: Mark) -> bytes:
    """One sheet of this name with its head on top, and the mark (水印)."""
    book = Workbook(write_only=True)
    book.properties.creator = "tongban"
    book.properties.created = book.properties.modified = mark.at.replace(tzinfo=None)
    sheet: Any = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for row in (head, *rows):
        sheet.append([_cell(sheet, said) for said in row])
    sheet_cells.mark(book, mark)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(sheet: Any, said: str | int) -> Any:
    return WriteOnlyCell(sheet, said) if isinstance(said, int) else sheet_cells.text(sheet, said)
