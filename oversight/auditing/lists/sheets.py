"""Lists as files that spreadsheets open: no cell is ever a formula, whatever somebody typed into a field.

A text is a text in both: in .xlsx by its type and the mark of a typed apostrophe, in .csv by an apostrophe
before whatever a spreadsheet would compute (OWASP, CSV injection; full-width signs as well, which Chinese
editions take for the others). Figures are written by us and stay figures.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from database.clock import OFFICE_ZONE
from engine.exports.exporting import Mark
from engine.workbooks import sheet_cells
from oversight.auditing.lists.shape import AuditList, Column

COMPUTED = tuple("=+-@\t\r\n＝＋－＠")
DICTIONARY = (
    ("column", "代码"),
    ("zh", "中文名"),
    ("en", "English"),
    ("kind", "写法"),
    ("means_zh", "含义"),
    ("means_en", "Meaning"),
)
KINDS = {
    "text": "文本 text",
    "number": "整数 whole number",
    "cents": "元，两位小数 yuan, two decimals",
    "day": "日期 YYYY-MM-DD",
    "moment": "上海时间 YYYY-MM-DD HH:MM:SS, Asia/Shanghai",
}


def dictionary(one: AuditList) -> list[Sequence[str]]:
    """The data dictionary: what the list covers, then each column with its meaning."""
    head: list[Sequence[str]] = [
        (one.code, one.zh, one.en, "", one.covers_zh, one.covers_en),
        tuple(f"{zh} {code}" for code, zh in DICTIONARY),
    ]
    return head + [(c.code, c.zh, c.en, KINDS[c.kind], c.means_zh, c.means_en) for c in one.columns]


def as_csv(one: AuditList, rows: Iterable[Sequence[Any]]) -> bytes:
    """The list as CSV in UTF-8 with a byte-order mark, by which Excel knows it."""
    told = ([_in_csv(column, value) for column, value in _cells(one, row)] for row in rows)
    return _csv([[column.zh for column in one.columns], *told])


def dictionary_csv(one: AuditList) -> bytes:
    """The dictionary as CSV."""
    return _csv([[_harmless(said) for said in row] for row in dictionary(one)])


def as_xlsx(one: AuditList, rows: Iterable[Sequence[Any]], mark: Mark) -> bytes:
    """The list as a workbook, marked; its second sheet is the data dictionary."""
    book = Workbook(write_only=True)
    book.properties.creator = "tongban"
    book.properties.created = book.properties.modified = mark.at.replace(tzinfo=None)
    sheet = book.create_sheet(one.zh)
    sheet.freeze_panes = "A2"
    sheet.append([sheet_cells.text(sheet, column.zh) for column in one.columns])
    for row in rows:
        sheet.append([_in_xlsx(sheet, column, value) for column, value in _cells(one, row)])
    told = book.create_sheet("数据字典")
    for line in dictionary(one):
        told.append([sheet_cells.text(told, said) for said in line])
    sheet_cells.mark(book, mark)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def said(column: Column, value: Any) -> str:
    """A value as files write it."""
    if value is None:
        return ""
    if column.kind == "cents" and isinstance(value, int):
        return f"{_yuan(value):.2f}"
    if isinstance(value, datetime):
        return value.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else str(value)


def _cells(one: AuditList, row: Sequence[Any]) -> Iterable[tuple[Column, Any]]:
    return zip(one.columns, row, strict=True)


def _is_figure(column: Column, value: Any) -> bool:
    return column.kind in ("number", "cents") and isinstance(value, int)


def _yuan(cents: int) -> Decimal:
    return Decimal(cents) / 100


def _in_csv(column: Column, value: Any) -> str:
    written = said(column, value)
    return written if _is_figure(column, value) else _harmless(written)


def _harmless(written: str) -> str:
    return f"'{written}" if written.startswith(COMPUTED) else written


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    content = io.StringIO()
    csv.writer(content, lineterminator="\r\n").writerows(rows)
    return content.getvalue().encode("utf-8-sig", "replace")


def _in_xlsx(sheet: Any, column: Column, value: Any) -> Any:
    if not _is_figure(column, value):
        return sheet_cells.text(sheet, said(column, value))
    figure: Any = _yuan(value) if column.kind == "cents" else value
    cell = WriteOnlyCell(sheet, value=figure)
    cell.number_format = "0.00" if column.kind == "cents" else "0"
    return cell
