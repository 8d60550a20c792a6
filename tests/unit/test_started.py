"""What PostgreSQL is let begin with while Python goes on: heard in time, fresh, and never by anybody else."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from database import connection
from database.connection import Sessions
from database.prepared import Prepared, start
from database.wire import Wire
from tests.databases import Cluster

META = MetaData()
ONES = Table("ones", META, Column("n", Integer, unique=True), Column("said", String))
OTHERS = Table("others", META, Column("n", Integer))
ADD, ADD_OTHER = Prepared(insert(ONES)), Prepared(insert(OTHERS))
COUNT = Prepared(select(func.count()).select_from(ONES))
COUNT_OTHERS = Prepared(select(func.count()).select_from(OTHERS))
SAY = Prepared(update(ONES).where(ONES.c.n == bindparam("this")).returning(ONES.c.n, ONES.c.said))
WHO = Prepared(select(func.pg_backend_pid().label("pid")))

pytestmark = pytest.mark.postgresql


@pytest.fixture
def sessions(postgresql_cluster: Cluster) -> Iterator[Sessions]:
    database = postgresql_cluster.empty()
    opened = Sessions(connection.connect(database.owner_url))
    with opened.command() as session:
        META.create_all(session.connection())
    yield opened
    assert opened.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    opened.engine.dispose()
    postgresql_cluster.drop(database)


def count(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return int(COUNT.all(session)[0][0])


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time somebody waits for the server: for one answer, or for all."""
    noted: list[str] = []

    def note(name: str) -> None:
        waiting = getattr(Wire, name)

        def noting(wire: Wire, *given: Any) -> None:
            noted.append(name)
            waiting(wire, *given)

        monkeypatch.setattr(Wire, name, noting)

    note("hear")
    note("gather")
    return noted


def fill(session: Any, *numbers: int) -> None:
    """Write each number in a statement of its own that is started at once."""
    for number in numbers:
        ADD.write(session, {"n": number, "said": "一"})
        start(session)


def test_nothing_is_waited_for_until_somebody_asks(sessions: Sessions, waits: list[str]) -> None:
    with sessions.command() as session:
        COUNT.all(session)
        fill(session, 1, 2)
        COUNT.ahead(session)
        COUNT_OTHERS.ahead(session)
        start(session)
        fill_later = SAY.soon(session, {"this": 2, "said": "二"})
        assert waits == ["gather"]
        # The answer from before what was written since; its table was changed by that.
        assert COUNT_OTHERS.first(session) == (0,)
        assert waits == ["gather", "hear"]
        assert [tuple(row) for row in fill_later()] == [(2, "二")]
        assert [tuple(row) for row in fill_later()] == [(2, "二")]
    assert waits == ["gather", "hear", "hear", "gather"]
    assert count(sessions) == 2


def test_what_is_written_outdates_what_was_read_of_its_table_alone(
    sessions: Sessions, waits: list[str]
) -> None:
    with sessions.command() as session:
        for started in (False, True):
            COUNT.ahead(session)
            COUNT_OTHERS.ahead(session)
            start(session) if started else WHO.all(session)
            before = int(started)
            ADD.write(session, {"n": before, "said": ""})
            assert COUNT.first(session) == (before + 1,)
            waits.clear()
            assert COUNT_OTHERS.first(session) == (0,)
            assert waits == []
        COUNT.ahead(session)
        start(session)
        SAY.all(session, {"this": 1, "said": ""})
        waits.clear()
        COUNT.first(session)
        assert waits == ["gather"]


def test_words_of_sql_that_are_a_constant_name_no_table(
    sessions: Sessions, waits: list[str]
) -> None:
    for words, kept in (("'issued'", True), ("7", True), ("(SELECT max(n) FROM ones)", False)):
        query = Prepared(select(literal_column(words)).select_from(OTHERS))
        with sessions.command() as session:
            WHO.all(session)
            query.ahead(session)
            start(session)
            ADD.write(session, {"n": 70 + len(words), "said": ""})
            waits.clear()
            query.all(session)
            assert waits == (["hear"] if kept else ["gather"])


def test_what_was_announced_twice_is_sent_once(sessions: Sessions, waits: list[str]) -> None:
    with sessions.command() as session:
        WHO.all(session)
        for _ in range(3):
            COUNT.ahead(session)
            start(session)
        assert COUNT.first(session) == (0,)
        assert waits == ["gather", "hear"]
        # Asked for again it is read again.
        assert COUNT.first(session) == (0,)
        assert waits == ["gather", "hear", "gather"]


def refused(sessions: Sessions, how: str, *numbers: int) -> None:
    """A command of which an early write fails, heard in one way or another."""
    with sessions.command() as session:
        COUNT.all(session)
        fill(session, *(numbers or (1, 1, 2)))
        if how == "read":
            COUNT.all(session)
        elif how == "announced":
            COUNT_OTHERS.ahead(session)
            start(session)
            COUNT_OTHERS.all(session)
        elif how == "soon":
            SAY.soon(session, {"this": 2, "said": ""})()
        elif how == "mapper":
            session.execute(text("SELECT 1"))
        elif how == "scalar":
            session.scalar(text("SELECT 1"))
        elif how == "flush":
            session.flush()
        elif how == "fails":
            raise ZeroDivisionError


@pytest.mark.parametrize(
    "how", ["read", "announced", "soon", "mapper", "scalar", "flush", "commit"]
)
def test_an_early_write_that_fails_is_said_by_whoever_comes_next(
    sessions: Sessions, how: str
) -> None:
    for _ in range(2):
        with pytest.raises(IntegrityError):
            refused(sessions, how)
    assert count(sessions) == 0


def test_a_command_that_fails_otherwise_says_its_own_failure(sessions: Sessions) -> None:
    for numbers in ([1, 2], [1, 1]):
        with pytest.raises(ZeroDivisionError):
            refused(sessions, "fails", *numbers)
        assert count(sessions) == 0


@pytest.mark.parametrize("how", ["read", "announced", "soon", "commit"])
def test_a_connection_that_dies_under_an_early_write_leaves_the_pool(
    sessions: Sessions, postgresql_cluster: Cluster, how: str
) -> None:
    def cut() -> None:
        with sessions.command() as session:
            backend = WHO.all(session)[0].pid
            fill(session, 1)
            with postgresql_cluster._administrator() as opened:
                opened.execute("SELECT pg_terminate_backend(%s, 10000)", [backend])
            fill(session, 2)
            if how == "read":
                COUNT.all(session)
            elif how == "announced":
                COUNT.ahead(session)
                start(session)
                COUNT.all(session)
            elif how == "soon":
                SAY.soon(session, {"this": 2, "said": ""})()

    with pytest.raises(DBAPIError) as failed:
        cut()
    assert failed.value.connection_invalidated
    assert count(sessions) == 0


def test_many_and_great_ones_are_sent_without_anybody_listening(sessions: Sessions) -> None:
    long = "长" * 300_000
    with sessions.command() as session:
        COUNT.all(session)
        for number in range(500):
            fill(session, number)
        said = [SAY.soon(session, {"this": number, "said": long}) for number in range(12)]
        for number in range(500, 600):
            fill(session, number)
        assert all(one()[0].said == long for one in said)
    assert count(sessions) == 600


def test_a_savepoint_takes_back_what_was_started_in_it(sessions: Sessions) -> None:
    with sessions.command() as session:
        COUNT.all(session)
        fill(session, 1)
        with suppress(ZeroDivisionError), session.begin_nested():
            fill(session, 2)
            COUNT.ahead(session)
            start(session)
            raise ZeroDivisionError
        assert COUNT.first(session) == (1,)
        with suppress(ZeroDivisionError), session.begin_nested():
            # It fails, and nobody has heard of it.
            fill(session, 1)
            raise ZeroDivisionError
        with session.begin_nested():
            fill(session, 3)
        with pytest.raises(IntegrityError), session.begin_nested():
            fill(session, 1)
        with suppress(ZeroDivisionError), session.begin_nested():
            # Not even sent.
            ADD.write(session, {"n": 4, "said": ""})
            raise ZeroDivisionError
        assert COUNT.first(session) == (2,)
    assert count(sessions) == 2
