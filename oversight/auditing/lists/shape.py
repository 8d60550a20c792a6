"""What a fixed list is made of: names, columns with their meaning, source, and its rows by pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy.orm import Session

from engine.office import Office
from oversight.auditing.scope import Days, Scope

# How a value is written: text as it stands, whole numbers, cents as yuan, days, moments in UTC.
Kind = Literal["text", "number", "cents", "day", "moment"]
# What a list is asked for: how things stood on a day, or what happened between two.
Time = Literal["on", "days"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading in both languages, how its values are written, and what they mean."""

    code: str
    zh: str
    en: str
    kind: Kind
    means_zh: str
    means_en: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which agencies, on which day or days, under which deployed rules."""

    scope: Scope
    on: date
    days: Days
    office: Office


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, each with a value a column, and where to go on; None at the end."""

    rows: Sequence[Sequence[Any]]
    after: str | None


# The columns by which a row is about somebody, masked or not: by these a file counts as personal data.
OF_PEOPLE = frozenset({"holder", "id_no", "name", "payees", "person_id", "subject"})
Paging = Callable[[Session, Asked, str | None, int], Page]


@dataclass(frozen=True, slots=True)
class AuditList:
    """A fixed list. ``covers`` says plainly what it rests on and what it can't show."""

    code: str
    zh: str
    en: str
    covers_zh: str
    covers_en: str
    time: Time
    columns: Sequence[Column]
    page: Paging

    @property
    def names_people(self) -> bool:
        """Whether its rows are about people."""
        return not OF_PEOPLE.isdisjoint(column.code for column in self.columns)


def numbered(rows: Sequence[Sequence[Any]], after: str | None, limit: int) -> Page:
    """A page of rows that can only be computed all at once, by their place."""
    start = int(after) if after is not None and after.isdecimal() else 0
    end = start + limit
    return Page(rows[start:end], str(end) if end < len(rows) else None)


def keyed(found: Sequence[tuple[Any, Sequence[Any]]], limit: int) -> Page:
    """A page of rows, each with the key after which the next begins; ``limit + 1`` were asked for."""
    shown = found[:limit]
    more = len(found) > limit
    return Page([row for _key, row in shown], str(shown[-1][0]) if more else None)


def number(after: str | None) -> int:
    """The key after which a page begins; 0 for the first."""
    return int(after) if after is not None and after.isdecimal() else 0
