"""Files of lists: whatever was typed into a field, no spreadsheet finds a formula in them."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from engine.exports.exporting import Mark
from engine.workbooks import sheet_cells
from oversight.auditing.lists import catalogue, sheets
from oversight.auditing.lists.shape import AuditList, Column

PAYLOADS = (
    '=HYPERLINK("http://example.invalid","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM",
    "=1\x00\x1f\ufffe",
    "6217000012345601234",
)
# Text kept in the cell itself, or in the workbook's table of texts; "f" would be a formula.
TEXT = ("s", "inlineStr")
MADE = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
MARK = Mark("990101-20261102-0001", "A101", "990101", MADE)


def value(column: Column, payload: str) -> object:
    """A payload where somebody's text can stand, else a figure or a day of ours."""
    figures = {"number": -3, "cents": -123, "day": date(2026, 11, 2), "moment": MADE}
    return figures.get(column.kind, payload)


@pytest.mark.parametrize("one", catalogue.lists().values(), ids=lambda one: one.code)
@pytest.mark.parametrize("payload", PAYLOADS, ids=repr)
def test_no_cell_is_a_formula(one: AuditList, payload: str) -> None:
    row = [value(column, payload) for column in one.columns]
    book = load_workbook(io.BytesIO(sheets.as_xlsx(one, [row], MARK)))
    assert book.sheetnames == [one.zh, "数据字典", sheet_cells.MARK_SHEET]
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {*TEXT, "n"}
    texts = [cell for cell in cells if cell.data_type in TEXT and cell.value]
    assert all(cell.quotePrefix for cell in texts)
    for column, cell in zip(one.columns, next(book[one.zh].iter_rows(min_row=2)), strict=True):
        # openpyxl calls an empty cell a number; ours are only figures.
        assert (cell.data_type == "n") == (column.kind in ("number", "cents")), column.code

    written = sheets.as_csv(one, [row])
    assert written.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    for column, told in zip(one.columns, lines[1], strict=True):
        if column.kind in ("number", "cents"):
            assert told in ("-3", "-1.23")
        else:
            assert not told.startswith(sheets.COMPUTED), column.code
    dictionary = list(csv.reader(io.StringIO(sheets.dictionary_csv(one).decode("utf-8-sig"))))
    assert [line[0] for line in dictionary[2:]] == [column.code for column in one.columns]
    assert all(len(line) == len(sheets.DICTIONARY) for line in dictionary)


def test_a_bank_account_stays_as_it_is_written() -> None:
    one = catalogue.get("shared_accounts")
    number = "6217000012345601234"
    row = [value(column, number) for column in one.columns]
    book = load_workbook(io.BytesIO(sheets.as_xlsx(one, [row], MARK)))
    cell = book[one.zh]["B2"]
    assert (cell.value, cell.number_format) == (number, "@")
    assert cell.data_type in TEXT
