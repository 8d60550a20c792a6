"""The order of a queue's rows, and the place in it that a cursor names.

A place is the values that order a row, not the row: it stays where it is when the row has gone. Pages lead
onward and back from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, bindparam, or_, tuple_

from database.clock import moment_text
from database.declarative import table_of
from database.refusals import Invalid
from engine.record import Case, Task

# Tables, not classes: a statement over them is built in a third of the time.
_TASKS, _CASES = table_of(Task), table_of(Case)
_COLUMNS: dict[str, Any] = {
    "due_on": _TASKS.c.due_on,
    "turn": _TASKS.c.in_turn,
    "arrived": _TASKS.c.opened_at,
    "received": _CASES.c.received_at,
    "level": _TASKS.c.risk_level,
    "process": _CASES.c.process,
    "closed": _TASKS.c.closed_at,
}
_MOMENTS = ("arrived", "received", "closed")


class CursorInvalid(Invalid):
    """This cursor is not one of ours: begin again without it."""

    rule = "cursor.invalid"


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that rows are ordered by; ``name`` is empty for the task's own number, the last."""

    name: str
    down: bool

    @property
    def column(self) -> Any:
        """What of the rows it is."""
        return _COLUMNS[self.name] if self.name else _TASKS.c.task_id

    def turned(self) -> "Key":
        """The other way round."""
        return Key(self.name, not self.down)


@dataclass(frozen=True, slots=True)
class Place:
    """A place between rows: what lies beyond it, onward or ``back``."""

    back: bool
    values: tuple[Any, ...]


def keys(sort: Sequence[str]) -> list[Key]:
    """The keys of an order; the task's number tells apart what is equal in all of them."""
    found = [Key(name.removeprefix("-"), name.startswith("-")) for name in sort]
    return [*found, Key("", found[-1].down)]


def by(ordered: Sequence[Key]) -> list[Any]:
    """What a statement is ordered by."""
    return [key.column.desc() if key.down else key.column.asc() for key in ordered]


def beyond(ordered: Sequence[Key]) -> ColumnElement[bool]:
    """Whether a row comes after the values of ``bound``."""
    columns = [key.column for key in ordered]
    values = [bindparam(_name(at), type_=one.type) for at, one in enumerate(columns)]
    if len({key.down for key in ordered}) == 1:
        here, there = tuple_(*columns), tuple_(*values)
        return here < there if ordered[0].down else here > there
    cases = []
    for at, key in enumerate(ordered):
        same = [column == value for column, value in zip(columns[:at], values[:at], strict=True)]
        cases.append(and_(*same, _after(key, values[at])))
    # Implied by the rest, and what an index of the first key can begin at.
    first = ordered[0]
    bound = first.column <= values[0] if first.down else first.column >= values[0]
    return and_(bound, or_(*cases))


def bound(values: Sequence[Any]) -> Mapping[str, Any]:
    """What ``beyond`` is asked with."""
    return {_name(at): value for at, value in enumerate(values)}


def written(values: Sequence[Any], *, back: bool) -> str:
    """A place as text."""
    return orjson.dumps([int(back), *map(_said, values)]).decode()


def read(ordered: Sequence[Key], text: str) -> Place:
    """The place of a text. Raises CursorInvalid."""
    try:
        back, *said = orjson.loads(text)
        values = tuple(_value(key, one) for key, one in zip(ordered, said, strict=True))
    except (ValueError, TypeError) as wrong:
        raise CursorInvalid from wrong
    return Place(bool(back), values)


def _name(at: int) -> str:
    return f"beyond_{at}"


def _after(key: Key, value: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = key.column < value if key.down else key.column > value
    return found


def _said(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _value(key: Key, said: Any) -> Any:
    if key.name in _MOMENTS:
        return datetime.fromisoformat(said)
    return date.fromisoformat(said) if key.name == "due_on" else said
