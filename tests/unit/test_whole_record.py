"""The record that campaigns compare with sees whatever is committed, and nothing that is not."""

from sqlalchemy import text

from api import composition
from api.settings import Settings
from database import connection
from database.clock import FixedClock
from tests import walks
from tests.databases import Database
from tests.whole_record import WholeRecord, changed

TABLE = "alembic_version"
STATEMENTS = (
    ("INSERT INTO alembic_version VALUES ('one')", {TABLE: (1, 0)}),
    ("UPDATE alembic_version SET version_num = 'two' WHERE version_num = 'one'", {TABLE: (1, 1)}),
    ("DELETE FROM alembic_version WHERE version_num = 'two'", {TABLE: (0, 1)}),
)


def test_it_is_read_again_where_anything_was_committed(database: Database) -> None:
    beside = connection.connect(database.owner_url)
    recorded = connection.connect(database.owner_url)
    record = WholeRecord(recorded)
    for statement, expected in STATEMENTS:
        before = record.rows()
        with beside.connect() as opened:
            opened.execute(text(statement))
            assert changed(before, record.rows()) == {}
            opened.rollback()
            assert record.rows() is before
            opened.execute(text(statement))
            opened.commit()
        assert changed(before, record.rows()) == expected
    record.close()
    for engine in (beside, recorded):
        engine.dispose()


def test_a_walk_notices_any_row(database: Database, settings: Settings, clock: FixedClock) -> None:
    opened = composition.open_office(settings, clock)
    beside = connection.connect(database.owner_url)
    told = [walks.record(opened), walks.record(opened)]
    with beside.begin() as changing:
        changing.execute(
            text("UPDATE accounts SET credential_no = credential_no + 1 WHERE staff_no = 'T101'")
        )
    told.append(walks.record(opened))
    for engine in (beside, opened.sessions.engine):
        engine.dispose()

    before, again, after = told
    assert before == again != after
