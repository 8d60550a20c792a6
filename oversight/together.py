"""Reads the rows of some hundred cases, or persons, together, and hands each check those of its own.

A statement for every case and check costs several times what the checks themselves do. So what a check wants
to know of a case is asked for all cases of a page at once, when the first of them is checked. Where a row of
the page can't be read, each case is asked for by itself: only the spoiled one fails then.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, Select, bindparam
from sqlalchemy.orm import InstrumentedAttribute, Session

from database.declarative import Base, table_of
from oversight.unreadable import SPOILED

R = TypeVar("R", covariant=True)  # noqa: PLC0105 - what is read is only handed out
K = TypeVar("K")
M = TypeVar("M", bound=Base)

# How many cases, persons or openings are read together.
AT_ONCE = 250

Key = ColumnElement[Any] | InstrumentedAttribute[Any]
Within = Callable[[ColumnElement[Any]], ColumnElement[bool]]
Condition = Callable[[ColumnElement[Any]], Within | None]

_AMONG: Any = bindparam("among", expanding=True)


@dataclass(frozen=True, eq=False, slots=True)
class Asked(Generic[R]):
    """What is asked of each case: rows that ``key`` tells apart, made into what the checks take.

    ``key`` is a case's id or number, or a person's id. Where it is another one, ``within`` says, by the
    keys of all who are read together, which rows are theirs.
    """

    rows: Select[*tuple[Any, ...]]
    key: Key
    made: Callable[[Any], R]
    within: Within | None = None

    def all(self, session: Session, keys: Collection[Any]) -> dict[Any, list[R]]:
        """The rows of a page, by their keys."""
        among = self.key.in_(_AMONG) if self.within is None else self.within(_AMONG)
        return self._read(session, among, keys)

    def one(self, session: Session, key: Any) -> list[R]:
        """The rows of one key."""
        return self._read(session, self.key.in_(_AMONG), [key]).get(key, [])

    def _read(
        self, session: Session, among: ColumnElement[bool], keys: Collection[Any]
    ) -> dict[Any, list[R]]:
        # Named as no column of ours, and last: whoever takes a row by places takes those before it.
        asked = self.rows.add_columns(self.key.label("page_key")).where(among)
        found: dict[Any, list[R]] = defaultdict(list)
        for row in session.execute(asked, {"among": list(keys)}).all():
            found[row.page_key].append(self.made(row))
        return dict(found)


def records(
    model: type[M],
    rows: Select[*tuple[Any, ...]],
    key: Key,
    within: Within | None = None,
) -> Asked[M]:
    """Asks for whole rows of a model: plain objects with its attributes, unknown to the session.

    They are not even of the model's class: each look at an attribute would go through the mapper's own.
    """
    table = table_of(model)
    names = tuple(table.columns.keys())
    last = len(names)
    plain = type(model.__name__, (), {"__tablename__": table.name})
    new = partial(plain.__new__, plain)

    def made(row: Any) -> M:
        found: Any = new()
        found.__dict__ = dict(zip(names, row[:last], strict=True))
        return cast("M", found)

    return Asked(rows, key, made, within)


def columns(rows: Select[*tuple[Any, ...]], key: Key, within: Within | None = None) -> Asked[Any]:
    """Asks for some columns, to be taken by their names."""
    return Asked(rows, key, lambda row: row, within)


def parts(keys: Sequence[K]) -> Iterator[Sequence[K]]:
    """These keys, as many at a time as are read together."""
    for begin in range(0, len(keys), AT_ONCE):
        yield keys[begin : begin + AT_ONCE]


class Together:
    """Rows of those whom ``keys`` name: what is asked of one of them is read for all at once."""

    def __init__(self, session: Session, keys: Collection[Any]) -> None:
        self._session, self._keys = session, frozenset(keys)
        self._read: dict[Asked[Any], Mapping[Any, list[Any]] | None] = {}

    def of(self, asked: Asked[R], key: Any) -> list[R]:
        """The rows of one. Raises one of ``unreadable.SPOILED``."""
        if asked.within is None and key not in self._keys:
            return asked.one(self._session, key)
        if asked not in self._read:
            self._read[asked] = self._all(asked)
        found = self._read[asked]
        return asked.one(self._session, key) if found is None else found.get(key, [])

    def _all(self, asked: Asked[R]) -> Mapping[Any, list[R]] | None:
        """The rows of all, or None where one of them can't be read."""
        try:
            return asked.all(self._session, self._keys)
        except SPOILED:
            return None
