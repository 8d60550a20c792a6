"""A transaction on PostgreSQL opens with its first statement and ends with its last: a round trip each."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    cast,
    event,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from database import connection
from database.connection import Sessions
from database.prepared import Prepared
from database.wire import MOST_PREPARED, Wire
from tests.databases import Cluster

NUMBERS = Table(
    "numbers",
    MetaData(),
    Column("n", Integer),
    UniqueConstraint("n", deferrable=True, initially="DEFERRED"),
)
ADD = Prepared(insert(NUMBERS))
COUNT = Prepared(select(func.count()).select_from(NUMBERS))
WHO = Prepared(select(func.pg_backend_pid().label("pid")))
MOMENT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.postgresql


@pytest.fixture
def sessions(postgresql_cluster: Cluster) -> Iterator[Sessions]:
    database = postgresql_cluster.empty()
    opened = Sessions(connection.connect(database.owner_url))
    with opened.command() as session:
        NUMBERS.create(session.connection())
    yield opened
    opened.engine.dispose()
    postgresql_cluster.drop(database)


def pooled(sessions: Sessions, number: int) -> list[int]:
    """Backends of as many connections, which then rest in the pool."""
    with ExitStack() as stack:
        opened = [stack.enter_context(sessions.command()) for _ in range(number)]
        return [WHO.all(session)[0].pid for session in opened]


def end(cluster: Cluster, backends: Sequence[int]) -> None:
    """As a restart of the server does, or whoever tends it: each is told, and has gone."""
    with cluster._administrator() as opened:
        for backend in backends:
            opened.execute("SELECT pg_terminate_backend(%s, 10000)", [backend])


def count(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return int(COUNT.all(session)[0][0])


def add(sessions: Sessions, *numbers: int) -> None:
    with sessions.command() as session:
        for number in numbers:
            ADD.write(session, {"n": number})
            COUNT.first(session)
        ADD.write(session, {"n": 0})


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How much went along with each round trip."""
    gone: list[int] = []
    exchange = Wire._exchange

    def noting(wire: Wire) -> None:
        gone.append(len([one for one in wire._sent if one.answer is not None]))
        exchange(wire)

    monkeypatch.setattr(Wire, "_exchange", noting)
    return gone


def test_opening_and_commit_go_along_with_what_is_sent_anyway(
    sessions: Sessions, trips: list[int]
) -> None:
    add(sessions, 1)
    # BEGIN, the wall's setting, the first write and a read; the last write and COMMIT.
    assert trips == [4, 2]


@pytest.mark.parametrize("number", [1, 5])
def test_whoever_comes_after_the_server_ended_its_connections_is_served(
    sessions: Sessions, postgresql_cluster: Cluster, number: int
) -> None:
    backends = pooled(sessions, number)
    end(postgresql_cluster, backends)
    # At once, so that none takes the connection that another has opened anew.
    again = pooled(sessions, number)
    assert len(set(again)) == number
    assert not set(again) & set(backends)


def test_what_a_command_wrote_before_its_connection_was_found_dead_is_there_once(
    sessions: Sessions, postgresql_cluster: Cluster
) -> None:
    end(postgresql_cluster, pooled(sessions, 3))
    add(sessions, 1, 2)
    assert count(sessions) == 3


def test_a_command_that_only_writes_is_served_too(
    sessions: Sessions, postgresql_cluster: Cluster
) -> None:
    end(postgresql_cluster, pooled(sessions, 1))
    add(sessions)
    assert count(sessions) == 1


def test_readings_are_served_too_and_keep_one_snapshot(
    sessions: Sessions, postgresql_cluster: Cluster
) -> None:
    end(postgresql_cluster, pooled(sessions, 2))
    with sessions.reading() as session:
        assert COUNT.all(session)[0][0] == 0
        add(sessions, 1)
        assert COUNT.all(session)[0][0] == 0
        ADD.write(session, {"n": 7})
        with pytest.raises(DBAPIError, match="read-only transaction"):
            COUNT.all(session)
    assert count(sessions) == 2


def test_one_that_ends_later_in_a_transaction_is_not_replaced(
    sessions: Sessions, postgresql_cluster: Cluster
) -> None:
    def cut_off() -> None:
        with sessions.command() as session:
            ADD.write(session, {"n": 1})
            end(postgresql_cluster, [WHO.all(session)[0].pid])
            COUNT.all(session)

    with pytest.raises(DBAPIError) as failed:
        cut_off()
    assert failed.value.connection_invalidated
    assert count(sessions) == 0


def test_one_that_ends_before_the_commit_is_never_taken_for_a_success(
    sessions: Sessions, postgresql_cluster: Cluster
) -> None:
    def cut(opened: Connection) -> None:
        raw: Any = opened.connection.dbapi_connection
        end(postgresql_cluster, [raw.info.backend_pid])

    event.listen(sessions.engine, "commit", cut)
    with pytest.raises(DBAPIError) as failed:
        add(sessions, 1)
    event.remove(sessions.engine, "commit", cut)
    assert failed.value.connection_invalidated
    assert count(sessions) == 0
    assert sessions.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def alone(sessions: Sessions, *numbers: int) -> None:
    """Each number in a statement of its own, all of them with the COMMIT."""
    one = Prepared(insert(NUMBERS).values(n=bindparam("n")), alone=True)
    with sessions.command() as session:
        COUNT.all(session)
        for number in numbers:
            one.write(session, {"n": number})


def test_what_the_last_writes_violate_is_said_and_nothing_of_it_stays(
    sessions: Sessions, trips: list[int]
) -> None:
    # A key that is looked at with the COMMIT, and a value that its column can't take.
    with pytest.raises(IntegrityError):
        alone(sessions, 1, 1)
    with pytest.raises(DBAPIError, match="out of range"):
        alone(sessions, 1, 2**40, 3)
    # The second also says ROLLBACK; after the first there is nothing left to say it for.
    assert trips == [3, 3, 3, 4, 1]
    assert count(sessions) == 0
    alone(sessions, 1)
    assert count(sessions) == 1


def test_listeners_hear_of_the_commit_before_it_and_of_its_end_afterwards(
    sessions: Sessions,
) -> None:
    seen: list[int] = []
    event.listen(sessions.engine, "commit", lambda _: seen.append(count(sessions)))
    with sessions.command() as session:
        event.listen(session, "after_commit", lambda _: seen.append(count(sessions)))
        ADD.write(session, {"n": 1})
        COUNT.all(session)
        ADD.write(session, {"n": 2})
    # The counting ends with no COMMIT of its own: it only read.
    assert seen == [0, 2]


def test_a_rolled_back_savepoint_leaves_the_rest_and_what_was_prepared_works_on(
    sessions: Sessions,
) -> None:
    with sessions.command() as session:
        # The driver's own statements too, until it has some to let go of.
        for _ in range(8):
            session.execute(select(func.count()).select_from(NUMBERS))
        ADD.write(session, {"n": 1})
        with pytest.raises(DBAPIError, match="out of range"), session.begin_nested():
            ADD.write_all(session, [{"n": 2}, {"n": 2**40}])
        with session.begin_nested():
            ADD.write(session, {"n": 3})
        session.execute(text("SELECT 1"))
        assert COUNT.all(session)[0][0] == 2
    assert count(sessions) == 2


def test_a_value_that_cannot_be_said_or_read_leaves_a_connection_that_works(
    sessions: Sessions,
) -> None:
    said = Prepared(select(bindparam("a", type_=String).label("said")))
    unread = Prepared(select(cast(bindparam("a", type_=String), Date).label("day")))
    backends = pooled(sessions, 1)

    def ask(statement: Prepared, value: str, *, first: bool) -> None:
        with sessions.command() as session:
            if not first:
                COUNT.all(session)
            statement.ahead(session, {"a": value})
            ADD.write(session, {"n": 1})
            statement.all(session, {"a": value})

    for first in (True, False):
        with pytest.raises(DBAPIError, match="NUL"):
            ask(said, "a\0b", first=first)
        # psycopg has no date for it.
        with pytest.raises(DBAPIError, match="date too large"):
            ask(unread, "infinity", first=first)
    with pytest.raises(DBAPIError, match="NUL"), sessions.command() as session:
        said.write(session, {"a": "a\0b"})
    assert count(sessions) == 0
    assert pooled(sessions, 1) == backends


def test_a_connection_prepares_only_so_much(sessions: Sessions) -> None:
    asked = [
        Prepared(select(func.count()).select_from(NUMBERS).where(NUMBERS.c.n != number))
        for number in range(MOST_PREPARED + 20)
    ]
    several = [Prepared(select(NUMBERS.c.n).limit(number)) for number in range(3)]
    with sessions.command() as session:
        for one in asked + several:
            one.all(session)
        kept = text("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'tongban%'")
        assert session.execute(kept).scalar_one() <= MOST_PREPARED


def test_a_great_deal_is_sent_and_read_at_once(sessions: Sessions) -> None:
    long = "长" * 2_000_000
    said = Prepared(
        select((bindparam("a", type_=String) + bindparam("b", type_=String)).label("said"))
    )
    with sessions.command() as session:
        for _ in range(3):
            said.ahead(session, {"a": long, "b": "二"})
        assert said.all(session, {"a": long, "b": "一"})[0].said == long + "一"


def test_threads_have_connections_of_their_own(sessions: Sessions) -> None:
    def work() -> None:
        for _ in range(20):
            assert count(sessions) == 0

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sessions.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
