"""A transaction is the driver's alone until the mapper needs it; to everybody else it is one all the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    bindparam,
    event,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError, InvalidRequestError, OperationalError
from sqlalchemy.orm import Session

from database import connection
from database.connection import OfficeSession, Sessions
from database.declarative import table_of
from database.prepared import Prepared
from database.refusals import InvariantBroken
from database.sending import transaction_of
from engine.rules.risk_history import RegisteredRiskTable
from tests.conftest import MOMENT
from tests.databases import Cluster, Database

TABLES = table_of(RegisteredRiskTable)
ADD = Prepared(insert(TABLES))
ONE = Prepared(select(TABLES.c.digest).where(TABLES.c.digest == bindparam("of")))
TREE = Table(
    "tree",
    MetaData(),
    Column("n", Integer, primary_key=True),
    Column("under", ForeignKey("tree.n", deferrable=True, initially="DEFERRED")),
)
GROW = Prepared(insert(TREE))
GROWN = Prepared(select(func.count().label("many")).select_from(TREE))


def row(digest: str) -> dict[str, Any]:
    return {"digest": digest, "content": "空", "took_effect_at": MOMENT}


def entity(digest: str) -> RegisteredRiskTable:
    return RegisteredRiskTable(**row(digest))


@pytest.fixture
def sessions(database: Database) -> Iterator[Sessions]:
    opened = Sessions(connection.connect(database.url))
    yield opened
    assert opened.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    opened.engine.dispose()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Sessions]:
    opened = Sessions(connection.connect(f"sqlite:///{tmp_path / 'tree.db'}"))
    with opened.command() as session:
        TREE.create(session.connection())
    yield opened
    assert opened.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    opened.engine.dispose()


@pytest.fixture
def joined() -> Iterator[list[Session]]:
    """Sessions in which the mapper begins something."""
    found: list[Session] = []

    def note(session: Session, _: Any) -> None:
        found.append(session)

    event.listen(OfficeSession, "after_transaction_create", note)
    yield found
    event.remove(OfficeSession, "after_transaction_create", note)


def there(sessions: Sessions, digests: str) -> str:
    """Those that are there."""
    with sessions.reading() as session:
        return "".join(one for one in digests if ONE.all(session, {"of": one}))


def test_the_mapper_has_no_part_where_only_prepared_statements_run(
    sessions: Sessions, joined: list[Session]
) -> None:
    with sessions.command() as session:
        assert not session.in_transaction()
        ADD.write(session, row("a"))
        assert ONE.all(session, {"of": "a"})
        assert session.in_transaction()
        ADD.write(session, row("b"))
    assert there(sessions, "ab") == "ab"
    assert joined == []
    assert not session.in_transaction()


@pytest.mark.parametrize("kept", [True, False])
def test_what_the_mapper_does_in_between_is_of_the_same_transaction(
    sessions: Sessions, joined: list[Session], kept: bool
) -> None:
    with sessions.command() as session:
        of_all = transaction_of(session)
        ADD.write(session, row("a"))
        assert ONE.all(session, {"of": "a"})
        ADD.write(session, row("b"))
        session.add(entity("c"))
        assert joined == [session]
        session.flush()
        ADD.write(session, row("d"))
        session.execute(insert(TABLES), row("e"))
        with session.begin_nested() as undone:
            ADD.write(session, row("f"))
            assert ONE.all(session, {"of": "f"})
            undone.rollback()
        ADD.write(session, row("g"))
        assert transaction_of(session) is of_all
        if not kept:
            session.rollback()
    assert transaction_of(session) is not of_all
    assert there(sessions, "abcdefg") == ("abcdeg" if kept else "")


@pytest.mark.parametrize("how", ["scalar", "scalars", "execute", "get", "connection"])
def test_every_way_of_the_mapper_sees_what_waited(sessions: Sessions, how: str) -> None:
    count = select(func.count()).where(TABLES.c.digest == "a")
    with sessions.command() as session:
        ADD.write(session, row("a"))
        seen: dict[str, Any] = {
            "scalar": lambda: session.scalar(count),
            "scalars": lambda: session.scalars(count).one(),
            "execute": lambda: session.execute(count).scalar_one(),
            "get": lambda: session.get(RegisteredRiskTable, "a") is not None,
            "connection": lambda: session.connection().execute(count).scalar_one(),
        }
        assert seen[how]() == 1


def test_a_command_takes_the_write_lock_whoever_begins(
    sessions: Sessions, database: Database
) -> None:
    said: list[str] = []
    event.listen(sessions.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    for begin in (
        lambda session: session.add(entity("a")),
        lambda session: session.execute(text("SELECT 1")),
        lambda session: ONE.all(session, {"of": "a"}),
    ):
        said.clear()
        with sessions.command() as session:
            begin(session)
        opening = [one for one in said if one.startswith("BEGIN")]
        assert opening == (["BEGIN IMMEDIATE"] if database.kind == "sqlite" else [])
    said.clear()
    with sessions.reading() as session:
        ONE.all(session, {"of": "a"})
    assert "BEGIN IMMEDIATE" not in said


def test_listeners_hear_of_a_transaction_in_which_the_mapper_has_no_part(
    sessions: Sessions,
) -> None:
    heard: list[str] = []
    for name in ("commit", "rollback"):
        event.listen(sessions.engine, name, lambda _, name=name: heard.append(name))

    def work(session: Session, digest: str, *, fail: bool = False) -> None:
        for name in ("before_commit", "after_commit", "after_rollback"):
            event.listen(session, name, lambda _, name=name: heard.append(name))
        ONE.all(session, {"of": digest})
        ADD.write(session, row(digest))
        if fail:
            raise ZeroDivisionError

    with sessions.command() as session:
        work(session, "a")
    assert heard == ["before_commit", "commit", "after_commit"]
    heard.clear()

    with pytest.raises(ZeroDivisionError), sessions.command() as session:
        work(session, "b", fail=True)
    assert heard == ["rollback", "after_rollback"]
    assert there(sessions, "ab") == "a"


def test_who_begins_to_listen_in_the_midst_hears_the_rest(sessions: Sessions) -> None:
    said: list[str] = []
    with sessions.command() as session:
        ONE.all(session, {"of": "a"})
        event.listen(sessions.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
        ONE.all(session, {"of": "a"})
    assert len(said) == 1


def test_after_a_flush_that_failed_nothing_more_is_said(sessions: Sessions) -> None:
    """The mapper has rolled back: on SQLite each further statement would be a transaction of its own."""

    def work(session: Session) -> None:
        ADD.write(session, row("a"))
        session.add_all([entity("b"), entity("a")])
        with pytest.raises(IntegrityError):
            session.flush()
        ADD.write(session, row("c"))
        with pytest.raises(InvalidRequestError):
            ONE.all(session, {"of": "c"})

    with pytest.raises(InvalidRequestError), sessions.command() as session:
        work(session)
    assert there(sessions, "abc") == ""


def test_a_command_that_was_ended_by_hand_does_not_go_on(sessions: Sessions) -> None:
    def work(session: Session, *, more: bool) -> None:
        ADD.write(session, row("a"))
        session.rollback()
        if more:
            ADD.write(session, row("b"))

    with sessions.command() as session:
        work(session, more=False)
    with pytest.raises(InvariantBroken), sessions.command() as session:
        work(session, more=True)
    assert there(sessions, "ab") == ""


def test_a_commit_that_failed_leaves_no_transaction_open(sqlite: Sessions) -> None:
    def work(*, mapped: bool) -> None:
        with sqlite.command() as session:
            if mapped:
                session.execute(text("SELECT 1"))
            # Looked at with the COMMIT, after which SQLite's transaction is still open.
            GROW.write(session, {"n": 1, "under": 7})

    for mapped in (False, True):
        with pytest.raises(IntegrityError):
            work(mapped=mapped)
        with sqlite.command() as session:
            assert GROWN.all(session)[0].many == 0


def test_who_finds_the_write_lock_taken_is_told_and_leaves_nothing(sqlite: Sessions) -> None:
    event.listen(sqlite.engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout = 0"))
    sqlite.engine.dispose()

    def late() -> None:
        with sqlite.command() as session:
            GROW.write(session, {"n": 2, "under": None})
            with pytest.raises(OperationalError, match="locked"):
                GROWN.all(session)
            # What waited is gone: to go on would be to write the rest without it.
            GROW.write(session, {"n": 3, "under": None})

    with sqlite.command() as session:
        GROW.write(session, {"n": 1, "under": None})
        GROWN.all(session)
        with pytest.raises(InvalidRequestError):
            late()
    with sqlite.command() as session:
        assert GROWN.all(session)[0].many == 1


@pytest.mark.postgresql
def test_each_transaction_of_a_session_says_its_scope(postgresql_cluster: Cluster) -> None:
    database = postgresql_cluster.empty()
    sessions = Sessions(connection.connect(database.owner_url))
    said = select(func.current_setting("tongban.wall"))
    asked = Prepared(select(func.current_setting("tongban.wall").label("scope")))
    with sessions.reading("330100") as session:
        for _ in range(2):
            assert asked.all(session)[0].scope == "330100"
            session.rollback()
            assert session.execute(said).scalar_one() == "330100"
            session.rollback()
    sessions.engine.dispose()
    postgresql_cluster.drop(database)
