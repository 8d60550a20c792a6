"""Connections to SQLite and PostgreSQL, and the two kinds of session: commands and reading.

SQLite runs in WAL with ``synchronous=FULL``: NORMAL loses acknowledged work on power loss, so the
pragmas are read back on every connection and a database that doesn't keep them is not opened.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from database import dialect, keys, prepared, sending, wall
from database.clock import Clock
from database.pool import WatchedPool
from database.refusals import InvariantBroken

# What each connection must answer when asked: recursive_triggers because INSERT OR REPLACE walks past
# "append-only" delete triggers without it; trusted_schema off so that a schema can't call functions;
# secure_delete so that a removed secret is overwritten in the file.
SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
    "busy_timeout": 10_000,
}

# An engine's option: what opens the transactions of its sessions.
_BEGINS = "tongban_begins"
_OPTIONS: dict[str, Any] = {
    "poolclass": WatchedPool,
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}


class OfficeSession(Session):
    """A session whose waiting writes (``database.prepared``) come before whatever else it does.

    Its transaction is the driver's until the mapper does anything (decision 0068): whatever of SQLAlchemy's
    begins one is given that, and ends it then.
    """

    def __init__(self, bind: Engine | Connection, **options: Any) -> None:
        begins = None
        if isinstance(bind, Engine):
            begins = bind.get_execution_options().get(_BEGINS, dialect.BEGIN)
            options["join_transaction_mode"] = "control_fully"
        super().__init__(bind, **options)
        sending.outbox(self).begins = begins

    def in_transaction(self) -> bool:
        """Whether a transaction is open, be it only the driver's."""
        return super().in_transaction() or sending.outbox(self).driver is not None

    def commit(self) -> None:
        """Commit what waits and what was done."""
        if not super().in_transaction():
            # Whoever listens may still begin something of the mapper's.
            self.dispatch.before_commit(self)
        if super().in_transaction():
            super().commit()
            return
        sending.commit(self)
        self.dispatch.after_commit(self)
        sending.end(self)

    def rollback(self) -> None:
        """Roll back whatever was done; what waits is dropped."""
        if super().in_transaction():
            super().rollback()
            return
        sending.end(self)
        self.dispatch.after_rollback(self)

    def close(self) -> None:
        """Roll back what isn't committed, and let go of everything."""
        if not super().in_transaction():
            sending.end(self)
        if sending.outbox(self).joined:
            super().close()

    def execute(self, *arguments: Any, **options: Any) -> Any:
        """Run a statement, after what waits."""
        prepared.flush(self)
        return super().execute(*arguments, **options)

    def scalars(self, *arguments: Any, **options: Any) -> Any:
        """Run a statement, after what waits."""
        prepared.flush(self)
        return super().scalars(*arguments, **options)

    def scalar(self, *arguments: Any, **options: Any) -> Any:
        """Run a statement, after what waits."""
        prepared.flush(self)
        return super().scalar(*arguments, **options)

    def get(self, *arguments: Any, **options: Any) -> Any:
        """Read one object, after what waits."""
        prepared.flush(self)
        return super().get(*arguments, **options)

    def begin_nested(self) -> Any:
        """Set a savepoint, after what waits and before what comes next."""
        prepared.flush(self)
        begun = super().begin_nested()
        # Else it would be set by the first statement of SQLAlchemy's, and hold nothing of ours before that.
        super().connection()
        return begun

    def connection(self, *arguments: Any, **options: Any) -> Any:
        """The connection of the transaction, after what waits."""
        if not arguments and not options:
            prepared.flush(self)
        return super().connection(*arguments, **options)

    def flush(self, *arguments: Any, **options: Any) -> None:
        """Write the objects that changed, after what waits."""
        prepared.flush(self)
        super().flush(*arguments, **options)


# Of any session: one of SQLAlchemy's own may run prepared statements, too.
event.listen(Session, "after_transaction_end", sending.ended)
event.listen(OfficeSession, "after_transaction_create", sending.join)
event.listen(OfficeSession, "before_commit", sending.send_last)


class Sessions:
    """Opens sessions on one database: ``command`` writes and commits, ``reading`` only reads."""

    def __init__(self, engine: Engine, clock: Clock | None = None) -> None:
        self.engine = engine
        self.clock = clock or Clock()
        writes, reads = (
            (dialect.BEGIN, dialect.READS)
            if engine.dialect.name == "postgresql"
            else (dialect.WRITES_ALONE, dialect.BEGIN)
        )
        self._commands = engine.execution_options(**{_BEGINS: writes})
        self._reads = engine.execution_options(**{_BEGINS: reads})

    @contextmanager
    def command(self, scope: str = wall.OFFICE) -> Iterator[Session]:
        """One transaction that writes: commits on return, rolls back on any exception.

        SQLite takes the write lock at once (BEGIN IMMEDIATE), so a command never fails half-way
        because another writer got in between its reading and its writing. ``scope`` is what it sees
        (``database.wall``): the whole office, unless the edge opens it for somebody.
        """
        with self._session(self._commands, scope) as session:
            begun, through = sending.transaction_of(session), False
            try:
                yield session
                _commit(session, begun)
                through = True
            finally:
                if not through:
                    session.rollback()

    @contextmanager
    def reading(self, scope: str = wall.OFFICE) -> Iterator[Session]:
        """One consistent snapshot for reading; nothing it does is kept. ``scope`` as in ``command``."""
        with self._session(self._reads, scope) as session:
            yield session

    def _session(self, engine: Engine, scope: str) -> Session:
        keys.begins()
        # Flushed where a command says so and at the end: rows change once, not before every query.
        session = OfficeSession(
            engine, expire_on_commit=False, autoflush=False, info={"clock": self.clock}
        )
        wall.stand(session, scope)
        return session


def _commit(session: Session, begun: object) -> None:
    """Commit the transaction that a command began; whoever ended it himself has nothing more to do in it."""
    if sending.transaction_of(session) is begun:
        session.commit()
    elif session.in_transaction() or sending.is_sending(session):
        raise InvariantBroken("a command went on after its transaction had ended")


def connect(url: str) -> Engine:
    """An engine for ``sqlite:///…`` or ``postgresql+psycopg://…``."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        ours = parsed.set(drivername=dialect.SQLITE)
        engine = create_engine(ours, hide_parameters=True, **_OPTIONS)
        event.listen(engine, "connect", _prepare_sqlite)
    else:
        ours = parsed.set(drivername=dialect.POSTGRESQL)
        engine = create_engine(ours, hide_parameters=True, pool_pre_ping=True, **_OPTIONS)
    # How it is spoken to is its own affair: whoever asks for the address gets the one it was given.
    engine.url = parsed
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    del record
    # The driver's own transaction control begins too late; BEGIN is said by ours (``database.dialect``).
    connection.isolation_level = None
    for pragma, wanted in SQLITE_PRAGMAS.items():
        connection.execute(f"PRAGMA {pragma}={wanted}").close()
    for pragma, wanted in SQLITE_PRAGMAS.items():
        found = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
        if found != wanted:
            raise InvariantBroken(f"SQLite keeps {pragma}={found!r}, {wanted!r} is needed")
