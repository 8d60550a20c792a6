"""What a database has written, as bytes: every row of every table, and the files it lies in."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import make_url

from database import connection
from database.declarative import Base
from tests.databases import ADMINISTRATOR, Database


def of_rows(database: Database) -> Mapping[str, bytes]:
    """Every table's rows, as the database itself sees them."""
    engine = connection.connect(database.owner_url)
    with engine.connect() as opened:
        if database.kind == "sqlite":
            opened.rollback()
            assert opened.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0] == 0
        dumped = {
            name: b"\n".join(map(_bytes, opened.execute(text(f"SELECT * FROM {name}"))))  # noqa: S608
            for name in Base.metadata.tables
        }
    engine.dispose()
    return dumped


def of_files(database: Database) -> Iterator[tuple[str, bytes]]:
    """Every file of the database: on PostgreSQL the folder of this one, rows long dead included.

    PostgreSQL packs long values there: ``of_rows`` has them as they are.
    """
    if database.kind == "sqlite":
        path = Path(str(make_url(database.url).database))
        found = [path, Path(f"{path}-wal")]
    else:
        found = sorted(_folder(database).iterdir())
    for file in found:
        if file.exists():
            yield file.name, file.read_bytes()


def _folder(database: Database) -> Path:
    """Where the cluster keeps this database, everything written out."""
    url = make_url(database.url)
    with psycopg.connect(
        host=str(url.query["host"]), user=ADMINISTRATOR, dbname=url.database, autocommit=True
    ) as opened:
        opened.execute("CHECKPOINT")
        shown = opened.execute("SHOW data_directory").fetchone()
        number = opened.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        oid = number.fetchone()
    assert shown is not None
    assert oid is not None
    return Path(shown[0]) / "base" / str(oid[0])


def _bytes(row: Any) -> bytes:
    parts = []
    for value in row:
        if isinstance(value, bytes | memoryview):
            parts.append(bytes(value))
        elif isinstance(value, dict | list):
            parts.append(json.dumps(value, ensure_ascii=False).encode())
        else:
            parts.append(str(value).encode())
    return b"\0".join(parts)
