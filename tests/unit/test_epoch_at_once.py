"""The policy epoch held and read at once: who had to wait for a change of authority sees what it changed."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from authz import epoch
from database import connection
from database.connection import Sessions
from tests.databases import Database

WAITS_SECONDS = 60
WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


@pytest.fixture
def sessions(database: Database) -> Iterator[Sessions]:
    opened = Sessions(connection.connect(database.url))
    yield opened
    opened.engine.dispose()


def number(sessions: Sessions) -> int:
    with sessions.command() as session:
        return epoch.current(session).number


def until_somebody_waits(session: Session) -> None:
    """On PostgreSQL; SQLite lets only one command begin at a time."""
    until = time.monotonic() + WAITS_SECONDS
    while session.get_bind().dialect.name == "postgresql":
        if session.execute(WAITING).scalar_one():
            return
        assert time.monotonic() < until, "nobody waited for the change"
        time.sleep(0.01)


def test_who_waited_for_a_change_sees_it(sessions: Sessions) -> None:
    before = number(sessions)
    with ThreadPoolExecutor(1) as other:
        with sessions.command() as session:
            epoch.bump(session)
            asked = other.submit(number, sessions)
            until_somebody_waits(session)
        assert asked.result(WAITS_SECONDS) == before + 1


def test_a_change_waits_for_who_decided_before_it(sessions: Sessions) -> None:
    def change() -> None:
        with sessions.command() as session:
            epoch.bump(session)

    with ThreadPoolExecutor(1) as other:
        with sessions.command() as session:
            before = epoch.current(session)
            changed = other.submit(change)
            until_somebody_waits(session)
            assert epoch.current(session) == before
        changed.result(WAITS_SECONDS)
    assert number(sessions) == before.number + 1


def test_it_takes_one_statement_a_transaction(sessions: Sessions) -> None:
    said: list[str] = []
    with sessions.command() as session:
        event.listen(
            session.connection(),
            "before_cursor_execute",
            lambda _connection, _cursor, sql, *_more: said.append(sql),
        )
        epoch.current(session)
        epoch.current(session)

    assert len([sql for sql in said if "epoch" in sql or "advisory" in sql]) == 1
