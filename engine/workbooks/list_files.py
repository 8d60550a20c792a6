"""The workbooks around a list: the template an employer fills in, and the file of what is wrong in his."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from engine.defining.definition import Definition
from engine.employee_lists import MOST_ROWS
from engine.exports.exporting import Mark
from engine.workbooks import list_columns, sheet_cells
from engine.workbooks.list_columns import Column
from engine.workbooks.lists import StoredList

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET = "名册"
HEADS = 2
_BOLD = Font(bold=True)
_GREY = Font(color="666666")
_HEAD = PatternFill("solid", fgColor="E8EEF7")
_FAULTY = ("行号 Row", "问题", "Problem")
_WIDTHS = {"id_no": 24, "name": 14}


def template(definition: Definition, made_at: datetime) -> bytes:
    """An empty list: heads in Chinese and English, choices to pick from, numbers kept as text.

    Raises TakesNoList.
    """
    columns = list_columns.of(definition)
    book = _book(made_at)
    sheet = book.active
    if sheet is None:  # pragma: no cover - a new workbook has one
        sheet = book.create_sheet()
    sheet.title = SHEET
    sheet.freeze_panes = f"A{HEADS + 1}"
    for place, column in enumerate(columns, 1):
        first, second = sheet.cell(1, place), sheet.cell(2, place)
        first.value = f"{column.zh}*" if column.required else column.zh
        second.value = column.en
        first.font, second.font = _BOLD, _GREY
        first.fill = second.fill = _HEAD
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = _WIDTHS.get(column.name, 18)
        # Excel makes figures of id numbers, and of eighteen digits keeps fifteen.
        sheet.column_dimensions[letter].number_format = _format(column)
        for number in range(HEADS + 1, HEADS + 101):
            sheet.cell(number, place).number_format = _format(column)
        _validated(sheet, column, f"{letter}{HEADS + 1}:{letter}{HEADS + MOST_ROWS}")
    told = book.create_sheet("填写说明")
    for line in _instructions(definition, columns):
        told.append(line)
    return _saved(book)


def errors(definition: Definition, stored: StoredList, mark: Mark) -> bytes:
    """The wrong rows as they were, with numbers and what is wrong, marked; no cell is ever a formula."""
    columns = list_columns.of(definition)
    by_row: dict[int, list[Mapping[str, Any]]] = {}
    for problem in stored.problems:
        by_row.setdefault(problem["row"], []).append(problem)
    titles = {column.name: column.zh for column in columns}
    book = _book(stored.stored_at, write_only=True)
    sheet = book.create_sheet(SHEET)
    head = (*(column.zh for column in columns), *_FAULTY)
    sheet.append([sheet_cells.text(sheet, title) for title in head])
    for row in sorted(by_row):
        said = by_row[row]
        cells = [_written(column, stored.rows[row].get(column.name)) for column in columns]
        zh = "；".join(f"{titles.get(one['field'], one['field'])}：{one['zh']}" for one in said)
        en = "; ".join(f"{one['field']}: {one['en']}" for one in said)
        line = [*cells, str(stored.lines[row]), zh, en]
        sheet.append([sheet_cells.text(sheet, text) for text in line])
    sheet_cells.mark(book, mark)
    return _saved(book)


def _book(made_at: datetime, *, write_only: bool = False) -> Workbook:
    book = Workbook(write_only=write_only)
    book.properties.creator = "tongban"
    book.properties.created = book.properties.modified = made_at.replace(tzinfo=None)
    return book


def _saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _format(column: Column) -> str:
    return "0.00" if column.kind == "yuan" else "@"


def _validated(sheet: Any, column: Column, cells: str) -> None:
    if column.kind == "choice":
        names = ",".join(names["zh"] for names in column.choices.values())
        rule = DataValidation(type="list", formula1=f'"{names}"', allow_blank=not column.required)
        rule.errorTitle, rule.error = column.zh, "请从列表中选择"
    elif column.kind == "yuan":
        rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0")
        rule.errorTitle, rule.error = column.zh, "以元填写，至多两位小数"
    elif column.name == "id_no":
        rule = DataValidation(type="textLength", operator="equal", formula1="18")
        rule.errorTitle, rule.error = column.zh, "公民身份号码为18位，按文本填写"
    else:
        return
    rule.showErrorMessage = True
    sheet.add_data_validation(rule)
    rule.add(cells)


def _instructions(definition: Definition, columns: Sequence[Column]) -> list[tuple[str, ...]]:
    forms = {
        "text": ("文本", "text"),
        "choice": ("从列表中选择", "choose from the list"),
        "date": ("日期，如 2026-11-02", "a date, 2026-11-02"),
        "month": ("年月，如 2026-11", "a month, 2026-11"),
        "yuan": ("金额（元），至多两位小数", "yuan, at most two decimals"),
        "number": ("整数", "a whole number"),
    }
    head = [
        (definition.names.zh, definition.names.en),
        (
            f"至多{MOST_ROWS}人，一人一行；带*为必填。",
            f"Up to {MOST_ROWS} people, one a row; * is needed.",
        ),
        ("任何一行不符，整册不办理。", "If one row does not fit, nothing of the list is done."),
    ]
    return [
        *head,
        *((f"{c.zh}：{forms[c.kind][0]}", f"{c.en}: {forms[c.kind][1]}") for c in columns),
    ]


def _written(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "choice":
        return str(column.choices.get(str(value), {}).get("zh", value))
    if column.kind == "yuan" and isinstance(value, int):
        return f"{value // 100}.{value % 100:02d}"
    return str(value)
