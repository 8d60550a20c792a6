"""A workbook's rows as rows of a list: columns found by their heads, cells read as what their fields hold."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from engine.employee_lists import MOST_ROWS, Employee, Problem
from engine.workbooks import sheets
from engine.workbooks.list_columns import Column
from engine.workbooks.sheets import Cell, SheetRefused, SheetRow

# A head may have a title above it.
HEAD_WITHIN = 5
_MOST_DIGITS = 16
_DATE = re.compile(r"(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?")
_MONTH = re.compile(r"(\d{4})[-./年]?(\d{1,2})月?")
_WHOLE = re.compile(r"(-?\d{1,16})(?:\.0+)?")
# What a cell that can't be read is told by; and pydantic's own refusals, for the file of errors.
CELLS = {
    "cell.formula": ("不接受公式，请填写数值", "A formula is not computed: write its value."),
    "cell.error": ("单元格有错误值", "The cell holds an error."),
    "cell.number_as_text": (
        "号码须按文本填写：按数字填写会丢失末位",
        "A number of this length is written as text: as a figure it loses its last digits.",
    ),
    "cell.date": ("日期写作 2026-11-02", "A date is written 2026-11-02."),
    "cell.month": ("年月写作 2026-11", "A month is written 2026-11."),
    "cell.yuan": ("金额以元填写，至多两位小数", "An amount is in yuan, at most two decimals."),
    "cell.whole": ("须为整数", "A whole number is needed."),
    "cell.choice": ("不在可选项之内", "This is none of the values to choose from."),
}
FIELDS = {
    "form.missing": "未填写",
    "form.string_too_short": "未填写",
    "form.string_too_long": "过长",
    "form.string_pattern_mismatch": "格式不符",
    "form.greater_than": "数值过小",
    "form.greater_than_equal": "数值过小",
    "form.less_than_equal": "数值过大",
}
OTHERWISE = "填写有误"


class HeadMissing(SheetRefused):
    """The first rows don't name the columns: use the template, and leave its head as it is."""

    rule = "sheet.head"


class NobodyListed(SheetRefused):
    """The list is empty: there is no row below the head."""

    rule = "sheet.empty"


@dataclass(slots=True)
class ReadList:
    """What was read: the rows as typed (values by field), their numbers in the file, and what is wrong."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class _Unreadable(Exception):  # noqa: N818 - it says why
    """A cell that can't be read; ``args`` is the rule."""


def read(columns: Sequence[Column], rows: Iterable[SheetRow], model: type[Employee]) -> ReadList:
    """The list that these rows hold, each row judged by its form. Raises SheetRefused."""
    places: dict[int, Column] | None = None
    found = ReadList()
    for number, row in enumerate(rows, 1):
        if places is None:
            places = _head(columns, row)
            if places is None and number >= HEAD_WITHIN:
                break
            continue
        if not found.rows and _is_other_head(places, row):
            continue
        if len(found.rows) >= MOST_ROWS:
            raise sheets.unreadable("sheet.rows")
        _add(found, places, row, model)
    if places is None:
        raise _without(HeadMissing, columns)
    if not found.rows:
        raise _without(NobodyListed, ())
    return found


def _without(kind: type[SheetRefused], columns: Sequence[Column]) -> SheetRefused:
    text = str(kind.__doc__)
    named = [column.zh for column in columns if column.required]
    error = {"field": "file", "message": text, "rule": kind.rule}
    return kind(errors=[error], facts={"columns": named} if named else {})


def _head(columns: Sequence[Column], row: SheetRow) -> dict[int, Column] | None:
    """Which place holds which column, where this row names all that are needed."""
    called = {_plain(title): column for column in columns for title in column.titles}
    places = {
        place: called[_plain(cell.text)]
        for place, cell in enumerate(row.cells)
        if cell is not None and _plain(cell.text) in called
    }
    named = {column.name for column in places.values()}
    if len(named) < len(places) or not {c.name for c in columns if c.required} <= named:
        return None
    return places


def _is_other_head(places: Mapping[int, Column], row: SheetRow) -> bool:
    """Whether a row repeats the head in the other language, as the template's second one does."""
    said = [
        (row.cells[place], column) for place, column in places.items() if place < len(row.cells)
    ]
    return any(said) and all(
        cell is not None and _plain(cell.text) in {_plain(title) for title in column.titles}
        for cell, column in said
    )


def _plain(text: str) -> str:
    return "".join(text.replace("*", "").replace("★", "").split()).casefold()


def _add(
    found: ReadList, places: Mapping[int, Column], row: SheetRow, model: type[Employee]
) -> None:
    place = len(found.rows)
    values: dict[str, Any] = {}
    unread: set[str] = set()
    for at, column in places.items():
        cell = row.cells[at] if at < len(row.cells) else None
        if cell is None:
            continue
        try:
            values[column.name] = _value(column, cell)
        except _Unreadable as wrong:
            rule = str(wrong.args[0])
            unread.add(column.name)
            found.problems.append(Problem(place, column.name, rule, *CELLS[rule]))
    found.rows.append(values)
    found.lines.append(row.number)
    found.problems += [
        problem for problem in _judged(place, values, model) if problem.field not in unread
    ]


def _judged(place: int, values: dict[str, Any], model: type[Employee]) -> list[Problem]:
    try:
        checked = model.model_validate(values)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_context=False, include_input=False)
        return [
            Problem(
                place,
                str(error["loc"][0]) if error["loc"] else "id_no",
                f"form.{error['type']}",
                FIELDS.get(f"form.{error['type']}", OTHERWISE),
                error["msg"].removeprefix("Value error, "),
            )
            for error in errors
        ]
    values |= checked.model_dump(mode="json")
    return []


def _value(column: Column, cell: Cell) -> Any:
    if cell.kind in ("f", "e"):
        raise _Unreadable("cell.formula" if cell.kind == "f" else "cell.error")
    readers = {
        "text": _text, "date": _date, "month": _month, "yuan": _cents, "number": _whole,
    }  # fmt: skip
    return _choice(column, cell) if column.kind == "choice" else readers[column.kind](cell)


def _text(cell: Cell) -> str:
    # Sixteen digits and more don't survive as a figure; shorter ones may have lost their zeros.
    if cell.kind in ("n", "d"):
        raise _Unreadable("cell.number_as_text")
    return cell.text


def _choice(column: Column, cell: Cell) -> str:
    said = _plain(cell.text)
    for value, names in column.choices.items():
        if said in {_plain(value), *(_plain(name) for name in names.values())}:
            return value
    raise _Unreadable("cell.choice")


def _date(cell: Cell) -> str:
    found = _DATE.fullmatch(cell.text)
    if found is None:
        raise _Unreadable("cell.date")
    year, month, day = found.groups()
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _month(cell: Cell) -> int:
    text = cell.text[:7] if cell.kind == "d" else cell.text.removesuffix(".0")
    found = _MONTH.fullmatch(text)
    if found is None:
        raise _Unreadable("cell.month")
    return int(found.group(1)) * 100 + int(found.group(2))


def _cents(cell: Cell) -> int:
    plain = cell.text.replace(",", "").replace("，", "").removesuffix("元").strip()
    try:
        cents = Decimal(plain) * 100
    except InvalidOperation:
        raise _Unreadable("cell.yuan") from None
    if not cents.is_finite() or cents.adjusted() > _MOST_DIGITS or cents != cents.to_integral():
        raise _Unreadable("cell.yuan")
    return int(cents)


def _whole(cell: Cell) -> int:
    found = _WHOLE.fullmatch(cell.text)
    if found is None:
        raise _Unreadable("cell.whole")
    return int(found.group(1))
