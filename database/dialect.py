"""Both databases as SQLAlchemy speaks to them here, with transactions that begin and end as ours do.

On PostgreSQL the last writes of a command and its COMMIT are one round trip (decision 0064). The order stays
as SQLAlchemy has it: listeners for a commit hear of it before, those for its end hear of it afterwards.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from typing import Any

import psycopg
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from database.wire import Wire

POSTGRESQL, SQLITE = "postgresql+tongban", "sqlite+tongban"
# What opens a transaction that writes on SQLite, where it takes the write lock at once, or one that writes on
# PostgreSQL; what opens one that reads on PostgreSQL. BEGIN is what is said otherwise.
WRITES_ALONE, BEGIN, READS = (
    "BEGIN IMMEDIATE",
    "BEGIN",
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
)
_WIRE = "tongban_wire"
# After these psycopg lets go of every statement that its connection has prepared, ours too.
_LETS_GO = re.compile(r"\s*(?:DROP|ALTER|ROLLBACK|DISCARD|DEALLOCATE)\b", re.IGNORECASE)
_thread = local()

registry.register("postgresql.tongban", __name__, "OfficeDialect")
registry.register("sqlite.tongban", __name__, "OfficeSqlite")


class OfficeSqlite(SQLiteDialect_pysqlite):
    """The standard library's dialect, which says BEGIN itself: the driver's own would come too late."""

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        """BEGIN, unless a transaction is open that has been joined (``database.sending``)."""
        raw = dbapi_connection.dbapi_connection
        if not raw.in_transaction:
            raw.execute(BEGIN)


class OfficeDialect(PGDialect_psycopg):
    """psycopg's dialect; a connection whose ``wire_of`` was taken commits and rolls back on its wire."""

    supports_statement_cache = True

    def do_ping(self, dbapi_connection: Any) -> bool:
        """Whether a pooled connection lives; not asked where its first statement finds out (``unasked``)."""
        if getattr(_thread, "unasked", False):
            return True
        return bool(super().do_ping(dbapi_connection))  # type: ignore[no-untyped-call]

    def do_execute(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        """Run a statement on the driver's cursor."""
        del context
        _hear_out(cursor.connection, statement)
        cursor.execute(statement, parameters)
        if _LETS_GO.match(statement):
            _forget(cursor.connection)

    def do_execute_no_params(self, cursor: Any, statement: Any, context: Any = None) -> None:
        """Run a statement on the driver's cursor."""
        del context
        _hear_out(cursor.connection, statement)
        cursor.execute(statement)
        if _LETS_GO.match(statement):
            _forget(cursor.connection)

    def do_commit(self, dbapi_connection: Any) -> None:
        """COMMIT, with what was pushed and not waited for."""
        wire = _known(dbapi_connection.dbapi_connection)
        if wire is None:
            dbapi_connection.commit()
        elif wire.waits or not wire.idle:
            wire.commit()

    def do_rollback(self, dbapi_connection: Any) -> None:
        """ROLLBACK; what the connection has prepared stays."""
        wire = _known(dbapi_connection.dbapi_connection)
        if wire is None:
            dbapi_connection.rollback()
        else:
            wire.rollback()


@contextmanager
def unasked() -> Iterator[None]:
    """Within, this thread takes connections from the pool without asking whether they live."""
    _thread.unasked = True
    try:
        yield
    finally:
        _thread.unasked = False


def wire_of(raw: Any) -> Wire:
    """The wire of a connection of psycopg's, as long as that lives."""
    wire = _known(raw)
    if wire is None:
        wire = Wire(raw)
        setattr(raw, _WIRE, wire)
    return wire


def _known(raw: Any) -> Wire | None:
    return getattr(raw, _WIRE, None)


def _hear_out(raw: Any, statement: str) -> None:
    """What was pushed is heard before the driver's own words: between, it would take answers for its own.

    Whoever goes back to a savepoint takes back what failed, too.
    """
    wire = _known(raw)
    if wire is None or not wire.waits:
        return
    try:
        wire.gather()
    except psycopg.Error:
        if raw.closed or not statement.startswith("ROLLBACK TO"):
            raise


def _forget(raw: Any) -> None:
    wire = _known(raw)
    if wire is not None:
        wire.forget()
