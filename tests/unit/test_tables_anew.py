"""A table gets another key or constraint on SQLite, and keeps its rows, indexes, triggers and references."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from database.connection import connect
from database.migrations import anew, append_only

MADE = "SELECT name FROM sqlite_master WHERE tbl_name = 'kept' AND sql IS NOT NULL ORDER BY name"
TREES = "SELECT count(*) FROM sqlite_master WHERE tbl_name = 'kept' AND type IN ('table', 'index')"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = connect(f"sqlite:///{tmp_path}/kept.db")
    with engine.begin() as opened:
        opened.exec_driver_sql(
            "CREATE TABLE kept (name VARCHAR(9) NOT NULL, at DATETIME, said JSON, "
            "CONSTRAINT pk_kept PRIMARY KEY (name))"
        )
        for table, when in (("soon", ""), ("late", "DEFERRABLE INITIALLY DEFERRED")):
            opened.exec_driver_sql(
                f"CREATE TABLE {table} (name VARCHAR(9) REFERENCES kept (name) {when})"
            )
        for name in ("at", "said"):
            opened.exec_driver_sql(f"CREATE INDEX ix_kept_{name} ON kept ({name})")
        append_only.protect(opened, "kept")
        opened.exec_driver_sql(
            "INSERT INTO kept VALUES ('b', '2026-01-01', '[1]'), ('a', NULL, '7')"
        )
        for table in ("soon", "late"):
            opened.exec_driver_sql(f"INSERT INTO {table} VALUES ('a'), ('b'), ('b')")  # noqa: S608 - of this test
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def test_rows_indexes_triggers_and_references_stay(connection: Connection) -> None:
    trees = connection.exec_driver_sql(TREES).scalar_one()
    rows = connection.exec_driver_sql("SELECT * FROM kept ORDER BY name").all()

    anew.make(connection, "kept", lambda made: f"{made} WITHOUT ROWID", without=["ix_kept_said"])
    connection.commit()

    assert connection.exec_driver_sql(MADE).scalars().all() == [
        "ix_kept_at", "kept", "kept_no_delete", "kept_no_update",
    ]  # fmt: skip
    # The index that was left out, and the one of the key.
    assert connection.exec_driver_sql(TREES).scalar_one() == trees - 2
    assert connection.exec_driver_sql("SELECT * FROM kept ORDER BY name").all() == rows
    assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    for statement in (
        "UPDATE kept SET at = NULL",
        "DELETE FROM kept",
        "INSERT INTO kept (name) VALUES ('a')",
        "INSERT INTO soon VALUES ('c')",
    ):
        with pytest.raises(IntegrityError):
            connection.exec_driver_sql(statement)


def test_a_reference_to_nothing_is_refused_at_the_commit(connection: Connection) -> None:
    connection.exec_driver_sql("INSERT INTO late VALUES ('c')")
    anew.make(connection, "kept", lambda made: f"{made} WITHOUT ROWID")
    with pytest.raises(IntegrityError):
        connection.commit()


def test_what_changes_nothing_is_refused(connection: Connection) -> None:
    with pytest.raises(ValueError, match="already"):
        anew.make(connection, "kept", lambda made: made)
