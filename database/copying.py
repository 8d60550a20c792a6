"""Copies whole tables out of one database and into an empty one, a batch at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, insert, inspect, literal_column, select, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from database import connection, portable
from database.portable import PortableTable, Values

BATCH = 500


class CopyRefused(Exception):  # noqa: N818
    """Rows can't be copied; the message says which table, why and what to do."""


def counts(session: Session, tables: Iterable[PortableTable]) -> dict[str, int]:
    """How many rows each table has, in the session's snapshot."""
    return {
        table.name: session.execute(select(func.count()).select_from(table.clause)).scalar_one()
        for table in tables
    }


def batches(session: Session, table: PortableTable) -> Iterator[Sequence[Values]]:
    """The table's rows by key, a batch at a time. Raises CopyRefused for what can't be read."""
    chosen = [table.clause.c[name] for name in table.columns]
    asked = select(*chosen).order_by(*(table.clause.c[name] for name in table.key))
    try:
        found = session.execute(asked, execution_options={"yield_per": BATCH})
        if table.parent is None:
            yield from found.partitions()
        else:
            # One table points to itself, that of agencies: a few thousand rows in all of China.
            yield portable.parents_first(table, found)
    except (ValueError, TypeError) as unreadable:
        raise CopyRefused(
            f"a row of {table.name} can't be read: it was altered; run `tongban verify`"
        ) from unreadable


def write(session: Session, table: PortableTable, rows: Sequence[Values]) -> None:
    """Insert rows as they are. Raises CopyRefused for rows that the database doesn't take."""
    if not rows:
        return
    try:
        # On the connection: these rows are no objects of this session.
        session.connection().execute(
            insert(table.clause), [dict(zip(table.columns, row, strict=True)) for row in rows]
        )
    except (IntegrityError, DataError) as refused:
        raise misfit(refused, f"a row of {table.name}") from refused


def misfit(refused: DBAPIError, what: str) -> CopyRefused:
    """What to say where the database doesn't take a row that another one held."""
    cause = str(refused.orig).partition("\n")[0]
    return CopyRefused(
        f"{what} doesn't fit ({cause}): the office it comes from was altered behind the "
        "application; run `tongban verify` there"
    )


def holding(session: Session, tables: Iterable[PortableTable]) -> str | None:
    """The name of a table that is there and holds rows, or of one that isn't ours; None where empty."""
    there = set(inspect(session.connection()).get_table_names()) - {"alembic_version"}
    for table in tables:
        if table.name not in there:
            continue
        there.remove(table.name)
        asked: Select[Any] = select(literal_column("1")).select_from(table.clause).limit(1)
        if session.execute(asked).first() is not None:
            return table.name
    return min(there, default=None)


def highest(session: Session, tables: Iterable[PortableTable]) -> dict[tuple[str, str], int]:
    """The highest number in each column that the database counts up; without the empty ones."""
    found = {}
    for table in tables:
        if table.counted is not None:
            asked = select(func.max(table.clause.c[table.counted]))
            number = session.execute(asked).scalar_one()
            if number is not None:
                found[table.name, table.counted] = number
    return found


def count_on(owner_url: str, numbers: Mapping[tuple[str, str], int]) -> None:
    """Let the next new row of each table come after these numbers.

    PostgreSQL counts apart from the rows, and only the owner may set it; SQLite looks at the rows.
    Setting it outlives a rollback, which does no harm: numbers may have gaps.
    """
    engine = connection.connect(owner_url)
    if engine.dialect.name != "postgresql":
        engine.dispose()
        return
    asked = text("SELECT setval(pg_get_serial_sequence(:named, :counted), :number)")
    try:
        with engine.begin() as opened:
            for (named, counted), number in numbers.items():
                opened.execute(asked, {"named": named, "counted": counted, "number": number})
    finally:
        engine.dispose()
