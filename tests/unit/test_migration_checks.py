"""A CHECK gets another text on SQLite, and the table keeps its rows, indexes and triggers."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import IntegrityError

from database.migrations import append_only, checks

BEFORE, AFTER = "kind IN ('A','B')", "kind IN ('A','B','C')"


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as opened:
        opened.exec_driver_sql(
            "CREATE TABLE held (row_id INTEGER NOT NULL, kind VARCHAR(10) NOT NULL, "
            f"CONSTRAINT pk_held PRIMARY KEY (row_id), CONSTRAINT ck_held_kind CHECK ({BEFORE}))"
        )
        opened.exec_driver_sql("CREATE INDEX ix_held_kind ON held (kind)")
        append_only.protect(opened, "held")
        opened.exec_driver_sql("INSERT INTO held (kind) VALUES ('A'), ('B')")
        yield opened
    engine.dispose()


def test_rows_indexes_and_triggers_stay(connection: Connection) -> None:
    parts = text("SELECT type, name FROM sqlite_master WHERE tbl_name = 'held' ORDER BY name")
    before = connection.execute(parts).all()

    checks.change(connection, "held", "ck_held_kind", BEFORE, AFTER)

    assert connection.execute(parts).all() == before
    connection.exec_driver_sql("INSERT INTO held (kind) VALUES ('C')")
    rows = connection.exec_driver_sql("SELECT row_id, kind FROM held ORDER BY row_id").all()
    assert [tuple(row) for row in rows] == [(1, "A"), (2, "B"), (3, "C")]
    for statement in (
        "INSERT INTO held (kind) VALUES ('D')",
        "UPDATE held SET kind = 'A'",
        "DELETE FROM held",
    ):
        with pytest.raises(IntegrityError):
            connection.exec_driver_sql(statement)


def test_a_table_that_says_otherwise_is_refused(connection: Connection) -> None:
    with pytest.raises(ValueError, match="0 times"):
        checks.change(connection, "held", "ck_held_kind", "kind IN ('X')", AFTER)
