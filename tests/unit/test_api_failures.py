"""What a failing database is called: made to fail for real, one cause after the other."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from api import failures
from database.refusals import Unavailable


def explained(act: Callable[[], object]) -> Unavailable | None:
    with pytest.raises(DBAPIError) as failed:
        act()
    return failures.explained(failed.value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    opened = sqlite3.connect(tmp_path / "some.db")
    opened.execute("CREATE TABLE t (a TEXT)")
    opened.close()
    return tmp_path / "some.db"


@pytest.fixture
def engine(file: Path) -> Iterator[Engine]:
    made = create_engine(f"sqlite:///{file}", connect_args={"timeout": 0})
    yield made
    made.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as opened:
        yield opened


def test_read_only(file: Path) -> None:
    made = create_engine(f"sqlite:///file:{file}?mode=ro&uri=true")
    with made.connect() as opened:
        refusal = explained(lambda: opened.execute(text("INSERT INTO t VALUES (1)")))
    made.dispose()

    assert isinstance(refusal, failures.ReadOnly)


def test_full(connection: Connection) -> None:
    connection.execute(text("PRAGMA max_page_count=2"))

    refusal = explained(lambda: connection.execute(text("INSERT INTO t VALUES (zeroblob(99999))")))

    assert isinstance(refusal, failures.DiskFull)


def test_busy(file: Path, connection: Connection) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    refusal = explained(lambda: connection.execute(text("INSERT INTO t VALUES (1)")))
    other.close()

    assert isinstance(refusal, failures.Busy)


def test_behind(connection: Connection) -> None:
    refusal = explained(lambda: connection.execute(text("SELECT 1 FROM cases")))

    assert isinstance(refusal, failures.SchemaBehind)


def test_damaged(tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_bytes(
        b"not a database at all, but long enough to be looked at" * 40
    )
    made = create_engine(f"sqlite:///{tmp_path / 'bad.db'}")
    refusal = explained(lambda: made.connect().execute(text("SELECT 1 FROM t")))
    made.dispose()

    assert isinstance(refusal, failures.Damaged)


def test_unreachable() -> None:
    made = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2")

    assert isinstance(explained(made.connect), failures.Unreachable)


def test_a_mistake_in_a_statement_is_a_defect(connection: Connection) -> None:
    assert explained(lambda: connection.execute(text("SELEKT 1"))) is None
