"""Prepared statements: writes that wait are seen by whatever comes after them, and none gets lost."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    Table,
    bindparam,
    event,
    func,
    insert,
    literal_column,
    select,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import UnmappedInstanceError
from sqlalchemy.schema import CreateTable

from authz.offices.accounts import Account
from database import connection, prepared
from database.connection import OfficeSession, Sessions
from database.declarative import table_of
from database.prepared import Prepared
from engine.rules.risk_history import RegisteredRiskTable
from tests.databases import Cluster, Database

TABLES = table_of(RegisteredRiskTable)
ADD = Prepared(insert(TABLES))
ONE = Prepared(select(TABLES).where(TABLES.c.digest == bindparam("of")))
MOMENT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


def row(digest: str) -> dict[str, Any]:
    return {"digest": digest, "content": "空", "took_effect_at": MOMENT}


@pytest.fixture
def sessions(database: Database) -> Iterator[Sessions]:
    opened = Sessions(connection.connect(database.url))
    yield opened
    opened.engine.dispose()


def count(sessions: Sessions, digest: str) -> int:
    with sessions.reading() as session:
        query = select(func.count()).where(TABLES.c.digest == digest)
        return session.execute(query).scalar_one()


def test_a_write_waits_and_is_seen_by_every_way_of_reading(sessions: Sessions) -> None:
    with sessions.command() as session:
        ADD.write(session, row("a"))
        (found,) = ONE.all(session, {"of": "a"})
        assert (found.digest, found.content, found.took_effect_at) == ("a", "空", MOMENT)
        ADD.write_all(session, [row("b"), row("c")])
        listed = session.execute(select(TABLES.c.digest).where(TABLES.c.content == "空"))
        assert sorted(listed.scalars()) == ["a", "b", "c"]
        ADD.write(session, row("d"))
        assert session.get(RegisteredRiskTable, "d") is not None
        (read,) = ONE.records(session, RegisteredRiskTable, {"of": "d"})
        assert read.took_effect_at == MOMENT
        ADD.write(session, row("e"))
    assert [count(sessions, digest) for digest in "abcde"] == [1] * 5


@pytest.mark.parametrize("said", [True, False], ids=["after a statement", "at once"])
def test_a_transaction_that_the_mapper_began_is_gone_on_with(
    sessions: Sessions, said: bool
) -> None:
    """Without a wall nothing of ours comes first: one connection, and one end for all of it."""
    for kept in (False, True):
        with OfficeSession(sessions.engine) as session:
            session.execute(text("SELECT 1")) if said else session.connection()
            ADD.write(session, row("a"))
            assert [found.digest for found in ONE.all(session, {"of": "a"})] == ["a"]
            assert session.scalar(select(func.count()).where(TABLES.c.digest == "a")) == 1
            session.commit() if kept else session.rollback()
        assert count(sessions, "a") == kept


def test_a_session_of_the_mappers_own_reads_what_is_prepared(sessions: Sessions) -> None:
    with Session(sessions.engine) as session:
        for digest in ("a", "b"):
            session.execute(insert(TABLES).values(row(digest)))
            assert [found.digest for found in ONE.all(session, {"of": digest})] == [digest]
            session.rollback()
    assert count(sessions, "a") == count(sessions, "b") == 0


def test_a_record_is_a_plain_object_that_no_session_writes(sessions: Sessions) -> None:
    with sessions.command() as session:
        ADD.write(session, row("a"))
        (read,) = ONE.records(session, RegisteredRiskTable, {"of": "a"})
        made = prepared.record(RegisteredRiskTable, {"digest": "b", "content": "空"})
        assert vars(made)["took_effect_at"] is None
        assert {name: vars(read)[name] for name in row("a")} == row("a")
        read.content = made.content = "改"
        for one in (read, made):
            with pytest.raises(UnmappedInstanceError):
                session.add(one)
    with sessions.reading() as session:
        kept = select(TABLES.c.digest, TABLES.c.content).where(TABLES.c.digest.in_(["a", "b"]))
        assert [tuple(found) for found in session.execute(kept)] == [("a", "空")]


def add(sessions: Sessions, *digests: str, fail: bool = False) -> None:
    """One command that writes several rows, reads one of them, and may fail at the end."""
    with sessions.command() as session:
        ADD.write_all(session, [row(digest) for digest in digests])
        ONE.first(session, {"of": digests[0]})
        ADD.write(session, row(f"{digests[-1]}2"))
        if fail:
            raise ZeroDivisionError


def test_nothing_of_a_command_that_fails_stays(sessions: Sessions) -> None:
    with pytest.raises(ZeroDivisionError):
        add(sessions, "a", "b", fail=True)
    assert [count(sessions, digest) for digest in ("a", "b", "b2")] == [0, 0, 0]


def test_what_a_write_violates_is_said_as_sqlalchemy_says_it(sessions: Sessions) -> None:
    add(sessions, "a")
    for digests in (["b", "a", "c"], ["b", "a2"], ["a2", "c"], ["d", "d"]):
        with pytest.raises(IntegrityError) as refused:
            add(sessions, *digests)
        assert "空" not in str(refused.value)
    assert [count(sessions, digest) for digest in ("a", "a2", "b", "c", "d")] == [1, 1, 0, 0, 0]


def test_what_was_read_ahead_is_read_again_after_a_write(sessions: Sessions) -> None:
    with sessions.command() as session:
        ONE.ahead(session, {"of": "a"})
        ONE.ahead(session, {"of": "b"})
        assert ONE.first(session, {"of": "c"}) is None
        assert ONE.first(session, {"of": "b"}) is None
        ADD.write(session, row("a"))
        assert ONE.first(session, {"of": "a"}) is not None
        ONE.ahead(session, {"of": "d"})
        assert ONE.first(session, {"of": "a"}) is not None
        session.execute(insert(TABLES), row("d"))
        assert ONE.first(session, {"of": "d"}) is not None


def test_whoever_listens_to_statements_hears_these_too(sessions: Sessions) -> None:
    heard: list[str] = []

    def note(*said: Any) -> None:
        # Every transaction on PostgreSQL begins by saying its scope.
        if "set_config" not in said[2]:
            heard.append(said[2].split()[0])

    event.listen(sessions.engine, "before_cursor_execute", note)
    with sessions.command() as session:
        ADD.write(session, row("a"))
        ONE.first(session, {"of": "a"})
    assert [word for word in heard if word != "BEGIN"] == ["INSERT", "SELECT"]


def test_a_statement_whose_values_only_sqlalchemy_makes_is_refused(sessions: Sessions) -> None:
    with sessions.command() as session, pytest.raises(TypeError):
        Prepared(insert(table_of(Account))).write(session, {"staff_no": "T999"})


@pytest.mark.postgresql
def test_writes_to_several_tables_go_as_one_statement(postgresql_cluster: Cluster) -> None:
    database = postgresql_cluster.empty()
    sessions = Sessions(connection.connect(database.url))
    here, there, alone = (
        Table(name, MetaData(), Column("n", Integer), prefixes=["TEMPORARY"]) for name in "abc"
    )
    add, more, last = (
        Prepared(insert(here)),
        Prepared(insert(there)),
        Prepared(insert(alone), alone=True),
    )
    change = Prepared(update(here).where(here.c.n == bindparam("this")))
    heard: list[str] = []
    event.listen(sessions.engine, "before_cursor_execute", lambda *said: heard.append(said[2]))
    with sessions.command() as session:
        for table in (here, there, alone):
            session.execute(CreateTable(table))
        add.write(session, {"n": 1})
        more.write(session, {"n": 2})
        last.write(session, {"n": 3})
        change.write(session, {"this": 1, "n": 4})
        add.write(session, {"n": 5})
        # It changes what was just added: it must not be in one statement with that.
        change.write(session, {"this": 5, "n": 6})
        more.write(session, {"n": 7})
        rows = session.execute(union_all(*(select(table.c.n) for table in (here, there, alone))))
        assert sorted(rows.scalars()) == [2, 3, 4, 6, 7]
    written = [said.count("INSERT") + said.count("UPDATE") for said in heard]
    assert [count for count in written if count] == [2, 1, 2, 2]
    sessions.engine.dispose()
    postgresql_cluster.drop(database)


@pytest.mark.postgresql
def test_calls_go_as_one_statement_but_none_twice(postgresql_cluster: Cluster) -> None:
    database = postgresql_cluster.empty()
    sessions = Sessions(connection.connect(database.url))
    one, other = (
        Prepared(select(func.set_config(literal_column(f"'test.{name}'"), bindparam("to"), true())))
        for name in "ab"
    )
    table = Table("here", MetaData(), Column("n", Integer), prefixes=["TEMPORARY"])
    heard: list[str] = []
    event.listen(sessions.engine, "before_cursor_execute", lambda *said: heard.append(said[2]))
    with sessions.command() as session:
        session.execute(CreateTable(table))
        heard.clear()
        one.write(session, {"to": "1"})
        other.write(session, {"to": "2"})
        one.write(session, {"to": "3"})
        Prepared(insert(table)).write(session, {"n": 1})
        said = text("SELECT current_setting('test.a') || current_setting('test.b')")
        assert session.execute(said).scalar_one() == "32"
    sessions.engine.dispose()
    postgresql_cluster.drop(database)
    assert [said.count("set_config(") for said in heard] == [2, 1, 0, 0]


@pytest.mark.postgresql
def test_a_connection_that_is_gone_leaves_the_pool(postgresql_cluster: Any) -> None:
    database = postgresql_cluster.empty()
    sessions = Sessions(connection.connect(database.url))
    end = Prepared(select(func.pg_terminate_backend(func.pg_backend_pid())))
    with pytest.raises(DBAPIError) as failed, sessions.command() as session:
        end.first(session)
    assert failed.value.connection_invalidated
    with sessions.reading() as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1
    sessions.engine.dispose()
    postgresql_cluster.drop(database)


def test_a_value_that_a_statement_says_twice_goes_in_once(sessions: Sessions) -> None:
    moment = bindparam("moment", type_=TABLES.c.took_effect_at.type)
    at = TABLES.c.took_effect_at
    exactly = Prepared(select(TABLES.c.digest).where(at >= moment, at <= bindparam("moment")))
    with sessions.command() as session:
        ADD.write(session, row("twice"))
        found = exactly.all(session, {"moment": MOMENT})

    # The office's own table may have taken effect at the same moment.
    assert "twice" in [each.digest for each in found]


def test_a_list_of_values_that_only_sqlalchemy_says_is_refused(sessions: Sessions) -> None:
    listed = Prepared(select(TABLES.c.digest).where(TABLES.c.digest.in_(["a", "b"])))
    with sessions.reading() as session, pytest.raises(TypeError, match="SQLAlchemy's own way"):
        listed.all(session)
