"""Where DBOS keeps whose turn it is: a schema of its own on PostgreSQL, a file beside the database on SQLite.

Only ticks are there, no work: losing it loses nothing. SQLite has one writer, and each node's DBOS writes
every second: in the office's own file it would stand in the way of everybody who signs.
"""

import logging
import sqlite3
from pathlib import Path
from typing import Any

from dbos import DBOS
from sqlalchemy import URL, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url

from database import connection

SCHEMA = "dbos"
# What DBOS's own table of migrations is called; it says which version of the schema is there.
VERSIONS = "dbos_migrations"
_BUSY_MILLISECONDS = 10_000
_log = logging.getLogger("dbos")


def address(url: str) -> URL:
    """The address of DBOS's tables, of an office whose database is at ``url``."""
    found = make_url(url)
    if found.get_backend_name() != "sqlite":
        return found
    file = Path(str(found.database))
    return found.set(database=str(file.with_name(f"{file.stem}-jobs{file.suffix}")))


def migrate(owner_url: str, role: str | None) -> None:
    """Bring DBOS's schema to what this version needs, as its owner; ``role`` is who will run on it.

    On SQLite each node does so when it starts: there is no owner.
    """
    if make_url(owner_url).get_backend_name() == "sqlite":
        return
    DBOS.migrate(owner_url, schema=SCHEMA)
    if role is not None:
        _grant(owner_url, role)


def lacks(url: str) -> bool:
    """Whether DBOS's schema is not there; an older one is refused by DBOS itself."""
    if make_url(url).get_backend_name() == "sqlite":
        return False
    engine = connection.connect(url)
    try:
        return not inspect(engine).has_table(VERSIONS, schema=SCHEMA)
    finally:
        engine.dispose()


def connect(url: str) -> Engine:
    """An engine for DBOS's own threads: few connections, apart from those that serve."""
    found = address(url)
    if found.get_backend_name() == "sqlite":
        engine = create_engine(found, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    return create_engine(
        found, hide_parameters=True, pool_pre_ping=True, pool_size=2, max_overflow=4
    )


def _prepare_sqlite(opened: sqlite3.Connection, record: Any) -> None:
    """A writer takes the lock before it reads. A power cut may take the last ticks: nothing hangs on them."""
    del record
    opened.isolation_level = "IMMEDIATE"
    pragmas = {
        "busy_timeout": _BUSY_MILLISECONDS,
        "journal_mode": "WAL",
        "synchronous": "NORMAL",
        "foreign_keys": "ON",
    }
    for pragma, wanted in pragmas.items():
        opened.execute(f"PRAGMA {pragma}={wanted}").close()


def _grant(owner_url: str, role: str) -> None:
    """Let the application use the schema, without owning any of it."""
    engine = connection.connect(owner_url)
    try:
        with engine.begin() as opened:
            quoted = opened.dialect.identifier_preparer.quote(role)
            for sentence in (
                f"GRANT USAGE ON SCHEMA {SCHEMA} TO {quoted}",
                f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {SCHEMA} TO {quoted}",
                f"REVOKE INSERT, UPDATE, DELETE ON {SCHEMA}.{VERSIONS} FROM {quoted}",
                f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {quoted}",
            ):
                opened.execute(text(sentence))
    finally:
        engine.dispose()
