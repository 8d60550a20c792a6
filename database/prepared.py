"""Statements of the hot path: compiled once, run on the driver itself, writes sent along with what follows.

SQLAlchemy's own way costs several times what the driver's work does (docs/explanation/performance.md); the
statements are still written in it, on the same tables, column types and transaction. A write waits in the
session until something is read or the command ends: PostgreSQL then gets all of them in one round trip.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any, TypeVar, cast

from sqlalchemy import Dialect
from sqlalchemy.orm import Session

from database.compiled import Made, Statement, compiled, of_rows
from database.declarative import Base, table_of
from database.made_functions import Values
from database.sending import begun_with, hear, is_sending, name, outbox, send, start
from database.wire import Answer

M = TypeVar("M", bound=Base)

# Databases bound the values of one statement (SQLite 32,766), and each number of rows is one more to keep.
_MOST_ROWS = 500


__all__ = ["Prepared", "flush", "record", "start"]


class Prepared:
    """One statement, to be made once in a module and run many times.

    Errors of the driver come as SQLAlchemy's (``IntegrityError``, ``OperationalError`` …), those of a write
    that waited with what it waited for. A write that is ``alone`` is never joined with others: a trigger
    of its table looks at what was written before. Calls of functions that wait are joined among themselves.
    """

    def __init__(self, statement: Statement, *, alone: bool = False) -> None:
        self._statement = statement
        self._alone = alone
        self._made: dict[tuple[str, ...], Made] = {}

    def all(self, session: Session, values: Values = {}) -> list[Any]:  # noqa: B006 - never changed
        """The rows, as named tuples."""
        made = self._for(session, values)
        return [made.read(row) for row in self._found(session, made, values)]

    def _found(self, session: Session, made: Made, values: Values) -> Sequence[Any]:
        """The rows as the driver has them."""
        wanted = (made, made.bound(values))
        box = outbox(session)
        if made.changes is not None:
            box.outdate(made)
        known = box.kept.pop(name(wanted), None) if box.kept else None
        if known is not None:
            return hear(session, known[1])
        if wanted in box.wanted:
            box.wanted.remove(wanted)
        return send(session, wanted)

    def ahead(self, session: Session, values: Values = {}) -> None:  # noqa: B006 - never changed
        """Say that these rows will be asked for: where that saves a round trip, they come with the next.

        With ``start`` they are on their way at once. What is written to their tables in between makes them
        stale, and they are then read again.
        """
        if _dialect(session).name == "postgresql":
            made = self._for(session, values)
            box, bound = outbox(session), (made, made.bound(values))
            if bound not in box.wanted and name(bound) not in box.kept:
                box.wanted.append(bound)

    def stand_for(
        self, session: Session, values: Values, other: "Prepared", others: Values
    ) -> None:
        """Say that what was announced here is what ``other`` would answer: the same rows, told otherwise."""
        box = outbox(session)
        if box.kept:
            made = self._for(session, values)
            same = other._for(session, others)  # noqa: SLF001 - of this very class
            known = box.kept.pop(name((made, made.bound(values))), None)
            if known is not None:
                box.kept[name((same, same.bound(others)))] = known

    def soon(self, session: Session, values: Values = {}) -> Callable[[], list[Any]]:  # noqa: B006
        """Run it now, also what writes and answers, and wait only where its rows are asked for.

        It is run once, and whether or not anybody asks.
        """
        made = self._for(session, values)
        if made.changes is not None:
            outbox(session).outdate(made)
        bound = (made, made.bound(values))
        answer = begun_with(session, bound)
        if answer is None:
            answer = Answer(send(session, bound), heard=True)
        return lambda: [made.read(row) for row in hear(session, answer)]

    def records(self, session: Session, model: type[M], values: Values) -> list[M]:
        """The rows of a query for all columns of a model, as ``record`` makes them."""
        made = self._for(session, values)
        new, _ = _plain(model)
        found = []
        for row in self._found(session, made, values):
            one = new()
            one.__dict__ = made.by_name(row)
            found.append(one)
        return found

    def first(self, session: Session, values: Values = {}) -> Any | None:  # noqa: B006 - never changed
        """The first row, or None."""
        return next(iter(self.all(session, values)), None)

    def write(self, session: Session, values: Values) -> None:
        """Write, at the latest when the command ends."""
        made = self._for(session, values)
        _wait(session, made, made.bound(values))
        if self._alone and not made.calls:
            # Nothing that follows could be joined with it: the database may as well begin.
            start(session)

    def first_of_all(self, session: Session, values: Values) -> None:
        """Let every transaction of this session that begins from now on say this, and only this, first."""
        made = self._for(session, values)
        outbox(session).first = [(made, made.bound(values))]

    def write_all(self, session: Session, rows: Sequence[Values]) -> None:
        """Write several rows of the same columns, likewise, in one statement; very many in several."""
        for begin in range(0, len(rows), _MOST_ROWS):
            self._write_some(session, rows[begin : begin + _MOST_ROWS])

    def _write_some(self, session: Session, rows: Sequence[Values]) -> None:
        dialect = _dialect(session)
        key = (dialect.name, str(len(rows)), *rows[0])
        one = self._for(session, rows[0])
        made = self._made.get(key)
        if made is None:
            made = self._compiled(of_rows(self._statement, rows, one.names), dialect, None)
            self._made[key] = made
        _wait(session, made, [value for row in rows for value in one.bound(row)])

    def _for(self, session: Session, values: Values) -> Made:
        dialect = _dialect(session)
        key = (dialect.name, *values)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._compiled(self._statement, dialect, list(values))
        return made

    def _compiled(self, statement: Statement, dialect: Dialect, given: list[str] | None) -> Made:
        made = compiled(statement, dialect, given)
        return replace(made, writes=None) if self._alone else made


def record(model: type[M], values: Values) -> M:
    """A plain object with the attributes of a model, of which the session knows nothing.

    A column without a value is None, and what is changed on it is written only by who says so. It is not
    even of the model's class: each look at an attribute would go through the mapper's own.
    """
    new, nothing = _plain(model)
    made = new()
    made.__dict__ = {**nothing, **values}
    return cast("M", made)


@cache
def _plain(model: type[Base]) -> tuple[Callable[[], Any], dict[str, None]]:
    """What makes an empty object that stands for a row of a model, and its columns without values."""
    plain = type(model.__name__, (), {"__tablename__": model.__tablename__})
    return partial(plain.__new__, plain), dict.fromkeys(table_of(model).columns.keys())


def flush(session: Session) -> None:
    """Write what waits, and forget what was read ahead: for whatever runs past this module."""
    outbox(session).kept.clear()
    if is_sending(session):
        send(session, None)


def _dialect(session: Session) -> Dialect:
    # Ours have one database; asking which for each statement costs more than looking it up here.
    return (session.bind or session.get_bind()).dialect


def _wait(session: Session, made: Made, values: Sequence[Any]) -> None:
    box = outbox(session)
    box.outdate(made)
    box.waiting.append((made, values))
