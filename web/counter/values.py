"""What a teller types for a field and the value the form takes: yuan and cents, 2026-11 and 202611, dates."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from web.counter.fields import Field

# As in the register: more is no amount anybody handles.
_MOST_DIGITS = 16
_DATE = re.compile(r"(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?")
_MONTH = re.compile(r"(\d{4})[-./年]?(\d{1,2})月?")


class NotReadable(Exception):  # noqa: N818
    """A text that can't be read as what the field holds; says how it is written, and by which rule."""

    def __init__(self, message: str, rule: str) -> None:
        super().__init__(message)
        self.message = message
        self.rule = rule


def read(field: Field, text: str) -> Any:
    """The value of a text that isn't empty. Raises NotReadable."""
    readers = {"date": _date, "month": _month, "yuan": _cents, "number": _number}
    reader = readers.get(field.kind)
    if reader is not None:
        return reader(text)
    return text == "yes" if field.kind == "yes_no" else text


def written(field: Field, value: Any) -> str:
    """A value as it would be typed."""
    if value is None:
        return ""
    if field.kind == "yuan":
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}"
    if field.kind == "month":
        return f"{value // 100:04d}-{value % 100:02d}"
    if field.kind == "yes_no":
        return "yes" if value else "no"
    return str(value)


def flat(field: Field, value: Any) -> dict[str, str]:
    """A value as it would be typed, by the name of its field, or of each cell of a list."""
    if field.kind != "rows":
        return {field.name: written(field, value)}
    return {
        field.cell(row, column): written(column, said[column.name])
        for row, said in enumerate(value[: field.most_rows])
        for column in field.columns
        if said.get(column.name) is not None
    }


def _date(text: str) -> str:
    found = _DATE.fullmatch(text)
    if found is None:
        raise NotReadable("a date is written 2026-11-02", "form.date")
    year, month, day = found.groups()
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _month(text: str) -> int:
    found = _MONTH.fullmatch(text)
    if found is None:
        raise NotReadable("a month is written 2026-11", "form.month")
    return int(found.group(1)) * 100 + int(found.group(2))


def _cents(text: str) -> int:
    plain = text.replace(",", "").replace("，", "").removesuffix("元").strip()
    wrong = NotReadable("an amount is written in yuan, with at most two decimals", "form.yuan")
    try:
        cents = Decimal(plain) * 100
    except InvalidOperation:
        raise wrong from None
    if not cents.is_finite() or cents.adjusted() > _MOST_DIGITS or cents != cents.to_integral():
        raise wrong
    return int(cents)


def _number(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,16}", text):
        raise NotReadable("a whole number is needed", "form.int_type")
    return int(text)
