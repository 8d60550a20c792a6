"""Moves sealed values to the version of the keys that seals now, some rows at a time, while an office works.

A row is only changed where it still holds what was read, so nothing that a command wrote meanwhile is lost;
what is sealed is in no digest and no signature, so none changes. A run that is killed is begun again: what
is under an earlier version tells by itself.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    MetaData,
    Table,
    and_,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from database import keys, own_keys, portable
from database.columns import Sealed, SealedJson
from database.connection import Sessions
from database.portable import PortableTable
from database.refusals import InvariantBroken

ROWS = 200
_Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table with sealed columns: each with the purpose that it is sealed for."""

    table: PortableTable
    purposes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """How many rows were sealed anew, and how many hold a value that doesn't open and were left alone."""

    rows: int
    spoiled: int

    def __add__(self, other: "Moved") -> "Moved":
        return Moved(self.rows + other.rows, self.spoiled + other.spoiled)


NOTHING = Moved(0, 0)


def tables(metadata: MetaData) -> list[SealedTable]:
    """Every table that has sealed columns."""
    found = [(one, _purposes(metadata.tables[one.name])) for one in portable.tables(metadata)]
    return [SealedTable(one, purposes) for one, purposes in found if purposes]


def count(session: Session, sealed: SealedTable) -> int:
    """How many rows of a table hold a value under an earlier version of the keys."""
    asked = select(func.count()).select_from(sealed.table.clause).where(_behind(sealed))
    return int(session.execute(asked).scalar_one())


def move(sessions: Sessions, sealed: SealedTable) -> Iterator[Moved]:
    """Seal the table's rows anew, a page and a transaction at a time; ``sessions`` are its owner's."""
    after: _Key | None = None
    while True:
        with sessions.reading() as session:
            page = _page(session, sealed, after)
        if not page:
            return
        width = len(sealed.table.key)
        with sessions.command() as session, may_change(session, sealed.table.name):
            moved = [_moved(session, sealed, row[:width], row[width:]) for row in page]
        yield sum(moved, NOTHING)
        after = tuple(page[-1][:width])


def _purposes(table: Table) -> tuple[tuple[str, str], ...]:
    return tuple(
        (column.name, column.type.purpose)
        for column in table.columns
        if isinstance(column.type, Sealed | SealedJson)
    )


def _behind(sealed: SealedTable) -> ColumnElement[bool]:
    """Of rows under an earlier version, by the mark that their values begin with."""
    now = keys.mark(keys.current().version)
    columns = sealed.table.clause.c
    if not now:
        # The first version has no mark, and none comes before it.
        return literal(value=False)
    behind = (
        and_(not_begun(columns[name], now), not_begun(columns[name], own_keys.MARK))
        for name, _ in sealed.purposes
    )
    return or_(*behind)


def not_begun(column: ColumnElement[Any], mark: bytes) -> ColumnElement[bool]:
    """Whether a sealed value is there and doesn't begin with this mark."""
    return func.substr(column, 1, len(mark), type_=LargeBinary) != mark


def _page(session: Session, sealed: SealedTable, after: _Key | None) -> Sequence[Any]:
    columns = sealed.table.clause.c
    own = [columns[name] for name in sealed.table.key]
    values = [columns[name] for name, _ in sealed.purposes]
    asked = select(*own, *values).where(_behind(sealed)).order_by(*own).limit(ROWS)
    if after is not None:
        said = [literal(value, column.type) for column, value in zip(own, after, strict=True)]
        asked = asked.where(tuple_(*own) > tuple_(*said) if len(own) > 1 else own[0] > said[0])
    return session.execute(asked).all()


def _moved(session: Session, sealed: SealedTable, key: _Key, values: Sequence[Any]) -> Moved:
    keyring, columns = keys.current(), sealed.table.clause.c
    changed, as_read = {}, []
    for (name, purpose), value in zip(sealed.purposes, values, strict=True):
        if value is None or keyring.is_current(value):
            continue
        try:
            changed[name] = keyring.seal(purpose, keyring.open(purpose, value))
        except InvariantBroken:
            return Moved(0, 1)
        as_read.append(columns[name] == value)
    whose = [columns[name] == said for name, said in zip(sealed.table.key, key, strict=True)]
    # On the connection: these rows are no objects of this session.
    done = session.connection().execute(
        update(sealed.table.clause).where(and_(*whose, *as_read)).values(changed)
    )
    return Moved(done.rowcount, 0)


@contextmanager
def may_change(session: Session, table: str) -> Iterator[None]:
    """Take the table's triggers away until the transaction ends: one that only grows refuses any change.

    Nobody else changes the table without them: PostgreSQL locks it, and SQLite has one writer.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield
        session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        return
    found = session.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :named"),
        {"named": table},
    ).all()
    connection = session.connection()
    for name, _ in found:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, sql in found:
        connection.exec_driver_sql(sql)
