"""A finding: one place where the record is not what it must be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """Names the case (or stream), the row, the field, what is stored and what it should be.

    ``rule`` is a stable id; ``row`` reads like ``sign_offs#3`` or ``journal#7``. Neither value is ever
    personal data: where a field may hold some, both stay None.
    """

    case_no: str
    row: str
    field: str
    rule: str
    stored: Any = None
    expected: Any = None

    def shown(self) -> dict[str, Any]:
        """The finding as JSON."""
        return {
            "case_no": self.case_no,
            "row": self.row,
            "field": self.field,
            "rule": self.rule,
            "stored": _plain(self.stored),
            "expected": _plain(self.expected),
        }

    def __str__(self) -> str:
        """The finding in one line."""
        said = f"{self.case_no}: {self.row} {self.field}: {self.rule}"
        if self.stored is None and self.expected is None:
            return said
        return f"{said} (stored {_plain(self.stored)!r}, should be {_plain(self.expected)!r})"


Findings = Iterator[Finding]


def differs(case_no: str, row: str, field: str, rule: str, pair: tuple[Any, Any]) -> Findings:
    """A finding where the stored half of ``pair`` is not the expected one."""
    stored, expected = pair
    if stored != expected:
        yield Finding(case_no, row, field, rule, stored, expected)


def _plain(value: Any) -> Any:
    """A value as JSON holds it: moments and days as their ISO text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(member) for member in value]
    return str(value)
