"""PostgreSQL's guards are put anew by a migration, and go back to what they were word for word."""

from importlib import import_module

import pytest
from alembic import command
from sqlalchemy import Connection, text

from database import connection, migrating, wall
from tests.databases import APP, Cluster

ANEW = import_module("database.migrations.versions.0049_guards_ask_less")
FUNCTIONS = text(
    "SELECT proname, prosrc, proconfig FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace "
    "WHERE nspname = 'public' ORDER BY proname, prosrc"
)
# The guards of postings at their header and at the commit, of ends and of papers, and two that take a lock.
CHANGED = {
    "tongban_posting_signed",
    "tongban_posting_balanced",
    "tongban_case_posted",
    "tongban_case_written",
    "tongban_journal_grows",
    "tongban_hold_epoch",
}


def functions(opened: Connection) -> dict[str, object]:
    """What each function of ours says, and with which settings."""
    found: dict[str, list[object]] = {}
    for name, source, settings in opened.execute(FUNCTIONS):
        found.setdefault(name, []).append((source, settings))
    return dict(found)


@pytest.mark.postgresql
def test_each_guard_is_replaced_and_comes_back(postgresql_cluster: Cluster) -> None:
    database = postgresql_cluster.empty()
    engine = connection.connect(database.owner_url)
    with engine.begin() as opened:
        wall.open_to(opened)
        command.upgrade(migrating._config(opened), ANEW.down_revision)
        before = functions(opened)
        command.upgrade(migrating._config(opened), ANEW.revision)
        since = functions(opened)
        command.downgrade(migrating._config(opened), ANEW.down_revision)
        again = functions(opened)
    engine.dispose()
    migrating.migrate(database.owner_url, app_role=APP)
    postgresql_cluster.drop(database)

    assert {name for name in since if since[name] != before[name]} == CHANGED
    assert again == before
    assert since.keys() == before.keys()
