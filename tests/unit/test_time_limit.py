"""A statement that runs too long is broken off, and the connection serves on."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from database import connection, time_limit
from database.connection import Sessions
from tests.databases import Database

# It would count for hours.
ENDLESS = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000)"
    " SELECT count(*) FROM n"
)
MILLISECONDS = 50


def test_what_runs_too_long_is_broken_off(empty_database: Database) -> None:
    office = Sessions(connection.connect(empty_database.url))
    with office.reading() as session:
        with (
            pytest.raises(DBAPIError, match=r"interrupted|statement timeout"),
            time_limit.on_statements(session, MILLISECONDS),
        ):
            session.execute(ENDLESS)
        session.rollback()

        # The next user of the connection has no limit: it counts far longer than the limit allowed.
        longer = text(ENDLESS.text.replace("100000000000", "1000000"))
        assert session.execute(longer).scalar_one() == 1000000
    office.engine.dispose()


def test_what_is_quick_is_not(empty_database: Database) -> None:
    office = Sessions(connection.connect(empty_database.url))
    with office.reading() as session, time_limit.on_statements(session, 60_000):
        assert session.execute(text("SELECT 1")).scalar_one() == 1
    office.engine.dispose()
