"""Statements of the hot path: compiled once, run on the driver itself, writes sent along with what follows.

SQLAlchemy's own way costs several times what the driver's work does (docs/explanation/performance.md); the
statements are still written in it, on the same tables, column types and transaction. A write waits in the
session until something is read or the command ends: PostgreSQL then gets all of them in one round trip.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, TypeVar, cast

import psycopg
from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from database.compiled import Made, Statement, Values, compiled, joined, of_rows
from database.declarative import Base, table_of

M = TypeVar("M", bound=Base)

_WAITING = "prepared_waiting"
_AHEAD = "prepared_ahead"
_DRIVER = "prepared_driver"
_JOINED: dict[tuple[str, ...], Made] = {}
# A write of many rows gains nothing by company, and there would be as many joined ones as numbers of rows.
_MOST_VALUES = 200
# Databases bound the values of one statement (SQLite 32,766), and each number of rows is one more to keep.
_MOST_ROWS = 500

_Bound = tuple[Made, Sequence[Any]]


@dataclass(slots=True)
class _Driver:
    """The driver's connection of one transaction, and who wants to hear what runs on it.

    ``pipelines``: whether it sends several statements at once; ``wanted`` are the reads announced.
    """

    transaction: object
    connection: Connection
    raw: Any
    pipelines: bool
    cursor: Callable[[], Any]
    before: list[Callable[..., Any]]
    after: list[Callable[..., Any]]
    wanted: list[_Bound]

    def run(self, bound: _Bound) -> Any:
        """One statement, told to whoever listens as SQLAlchemy does; its cursor."""
        made, values = bound
        cursor = self.cursor()
        for told in self.before:
            told(self.connection, cursor, made.sql, values, None, False)  # noqa: FBT003 - the event's own
        cursor.execute(made.sql, values)
        for told in self.after:
            told(self.connection, cursor, made.sql, values, None, False)  # noqa: FBT003 - likewise
        return cursor


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
        driver = _driver(session)
        wanted = (made, made.bound(values))
        fetched = session.info.get(_AHEAD)
        rows = fetched.pop(_name(wanted), None) if fetched else None
        if wanted in driver.wanted:
            driver.wanted.remove(wanted)
        return _send(session, driver, wanted) if rows is None else rows

    def ahead(self, session: Session, values: Values = {}) -> None:  # noqa: B006 - never changed
        """Say that these rows will be asked for: where that saves a round trip, they come with the next.

        What is written in between makes them stale, and they are then read again.
        """
        driver = _driver(session)
        if driver.pipelines:
            made = self._for(session, values)
            driver.wanted.append((made, made.bound(values)))

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
        _waiting(session).append((made, made.bound(values)))

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
            made = self._compiled(of_rows(self._statement, rows, one.names), dialect, [])
            self._made[key] = made
        _waiting(session).append((made, [value for row in rows for value in one.bound(row)]))

    def _for(self, session: Session, values: Values) -> Made:
        dialect = _dialect(session)
        key = (dialect.name, *values)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._compiled(self._statement, dialect, list(values))
        return made

    def _compiled(self, statement: Statement, dialect: Dialect, given: list[str]) -> Made:
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
    session.info.pop(_AHEAD, None)
    if session.info.get(_WAITING):
        _send(session, _driver(session), None)


def forget(session: Session) -> None:
    """Drop what waits for a transaction that has ended without it."""
    session.info.pop(_AHEAD, None)
    session.info.pop(_WAITING, None)


def _dialect(session: Session) -> Dialect:
    # Ours have one database; asking which for each statement costs more than looking it up here.
    return (session.bind or session.get_bind()).dialect


def _waiting(session: Session) -> list[_Bound]:
    session.info.pop(_AHEAD, None)
    waiting: list[_Bound] = session.info.setdefault(_WAITING, [])
    return waiting


def _name(bound: _Bound) -> tuple[Any, ...]:
    made, values = bound
    return (made.sql, *values)


def _driver(session: Session) -> _Driver:
    known: _Driver | None = session.info.get(_DRIVER)
    if known is not None and known.transaction is session.get_transaction():
        return known
    connection = session.connection()
    raw: Any = connection.connection.dbapi_connection
    listening = connection.dispatch
    pipelines = isinstance(raw, psycopg.Connection)
    found = session.info[_DRIVER] = _Driver(
        session.get_transaction(),
        connection,
        raw,
        pipelines,
        partial(psycopg.RawCursor, raw) if pipelines else raw.cursor,
        list(listening.before_cursor_execute),
        list(listening.after_cursor_execute),
        [],
    )
    return found


def _send(session: Session, driver: _Driver, wanted: _Bound | None) -> Sequence[Any]:
    """Run what waits, then what is wanted and what was announced; the rows of what is wanted."""
    waiting = session.info.pop(_WAITING, ())
    ahead, driver.wanted = driver.wanted, []
    try:
        if driver.pipelines and (waiting or ahead):
            with driver.raw.pipeline():
                found, others = _run(driver, waiting, wanted, ahead)
        else:
            found, others = _run(driver, waiting, wanted, ahead)
        rows: Sequence[Any] = () if found is None else found.fetchall()
        if others:
            kept = session.info.setdefault(_AHEAD, {})
            kept.update(
                {_name(b): cursor.fetchall() for b, cursor in zip(ahead, others, strict=True)}
            )
    except driver.connection.dialect.loaded_dbapi.Error as failed:
        raise _explained(driver, failed) from failed
    return rows


def _run(
    driver: _Driver, waiting: Sequence[_Bound], wanted: _Bound | None, ahead: Sequence[_Bound]
) -> tuple[Any, list[Any]]:
    for bound in _together(waiting) if driver.pipelines else waiting:
        driver.run(bound)
    found = None if wanted is None else driver.run(wanted)
    return found, [driver.run(bound) for bound in ahead]


def _together(waiting: Sequence[_Bound]) -> Iterator[_Bound]:
    """What waits, in its order; writes that follow one another are one, as far as none could miss another.

    So are calls of functions, of which none twice: the second would have to come after the first.
    """
    group: list[_Bound] = []
    tables: dict[str, str] = {}
    for bound in waiting:
        made, values = bound
        table = made.writes if len(values) <= _MOST_VALUES else None
        if made.calls:
            table = made.sql
        # Rows inserted after an update of their table are none of those it changes.
        again = table in tables and (tables[table], made.verb) != ("UPDATE", "INSERT")
        if table is None or again or (group and group[-1][0].calls != made.calls):
            yield from _joined(group)
            group, tables = [], {}
        if table is None:
            yield bound
        else:
            group.append(bound)
            tables[table] = made.verb
    yield from _joined(group)


def _joined(group: Sequence[_Bound]) -> Iterator[_Bound]:
    if len(group) < 2:  # noqa: PLR2004 - there is nothing to join
        yield from group
        return
    key = tuple(made.sql for made, _ in group)
    made = _JOINED.get(key)
    if made is None:
        made = _JOINED[key] = joined([made for made, _ in group])
    yield made, [value for _, values in group for value in values]


def _explained(driver: _Driver, failed: Any) -> Exception:
    """SQLAlchemy's error for one of the driver's; a connection that is gone leaves the pool."""
    dialect = driver.connection.dialect
    gone = dialect.is_disconnect(failed, driver.raw, None)
    if gone:
        driver.connection.invalidate(failed)
    said: Exception = DBAPIError.instance(
        None,
        None,
        failed,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=gone,
        dialect=dialect,
    )
    return said
