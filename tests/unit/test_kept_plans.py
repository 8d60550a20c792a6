"""What a connection has prepared outlives whoever only read, and is planned once where that is said."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from database import connection, planning
from database.connection import Sessions
from database.declarative import table_of
from database.prepared import Prepared
from engine.rules.risk_history import RegisteredRiskTable
from tests.databases import Cluster

TABLES = table_of(RegisteredRiskTable)
ROW = {"digest": "a", "content": "空", "took_effect_at": datetime(2026, 11, 2, 2, 0, tzinfo=UTC)}
ONE = Prepared(select(TABLES).where(TABLES.c.digest == bindparam("of")))
KEPT = text(
    "SELECT count(*), coalesce(sum(generic_plans), 0), coalesce(sum(custom_plans), 0) "
    "FROM pg_prepared_statements WHERE statement LIKE 'SELECT risk_tables.%'"
)
# The server plans a prepared statement anew five times over, unless told otherwise.
OFTEN = 12


@pytest.fixture
def sessions(postgresql_cluster: Cluster) -> Iterator[Sessions]:
    database = postgresql_cluster.empty()
    opened = Sessions(connection.connect(database.owner_url))
    with opened.command() as session:
        TABLES.create(session.connection())
    yield opened
    opened.engine.dispose()
    postgresql_cluster.drop(database)


def kept(sessions: Sessions) -> tuple[int, int, int]:
    """How many of our statements the connection has prepared, and how often each kind of plan was taken."""
    with sessions.reading() as session:
        count, generic, custom = session.execute(KEPT).one()
    return int(count), int(generic), int(custom)


def refused(sessions: Sessions) -> None:
    with sessions.reading() as session:
        ONE.all(session, {"of": "a"})
        raise LookupError


def cut_off(sessions: Sessions) -> None:
    with sessions.reading() as session, sessions.command() as another:
        reads = session.execute(select(func.pg_backend_pid())).scalar_one()
        another.execute(select(func.pg_terminate_backend(reads)))
        ONE.all(session, {"of": "a"})


@pytest.mark.postgresql
def test_whoever_only_read_leaves_what_was_prepared(sessions: Sessions) -> None:
    for _ in range(OFTEN):
        with sessions.reading() as session:
            ONE.all(session, {"of": "a"})
    count, generic, custom = kept(sessions)
    assert count == 1
    assert generic + custom == OFTEN


@pytest.mark.postgresql
def test_also_where_the_reading_was_refused_and_nothing_of_it_is_kept(sessions: Sessions) -> None:
    for _ in range(OFTEN):
        with pytest.raises(LookupError):
            refused(sessions)
    assert kept(sessions)[0] == 1
    with sessions.reading() as session, pytest.raises(DBAPIError, match="read-only transaction"):
        session.execute(insert(TABLES), ROW)
    with sessions.reading() as session:
        assert ONE.all(session, {"of": "a"}) == []


@pytest.mark.postgresql
def test_a_reading_whose_connection_went_away_says_so_and_the_next_goes_on(
    sessions: Sessions,
) -> None:
    with pytest.raises(DBAPIError) as failed:
        cut_off(sessions)
    assert failed.value.connection_invalidated
    with sessions.reading() as session:
        assert ONE.all(session, {"of": "a"}) == []


@pytest.mark.postgresql
def test_what_is_to_be_planned_once_is_and_the_rest_of_the_transaction_as_ever(
    sessions: Sessions,
) -> None:
    for _ in range(OFTEN):
        with sessions.reading() as session:
            with planning.once(session):
                ONE.all(session, {"of": "a"})
            assert session.execute(text("SHOW plan_cache_mode")).scalar_one() == "auto"
    count, generic, custom = kept(sessions)
    assert (count, custom) == (1, 0)
    assert generic == OFTEN
