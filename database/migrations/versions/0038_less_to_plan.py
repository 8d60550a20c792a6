"""What PostgreSQL plans and sets up for every statement behind the wall, and at the commit of a posting, is less.

Nothing is asked that wasn't, and nothing less: the wall asks for a row's case through a function, which mostly is
not called, and the guard of postings reads the sign-offs of its case once and plans once.
"""

from collections.abc import Sequence
from importlib import import_module

from alembic import op

from database.migrations import walls

revision = "0038"
down_revision: str | None = "0037"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

GUARD = import_module("database.migrations.versions.0005_guard")
PAYABLES = import_module("database.migrations.versions.0013_payables")
GRANTS = import_module("database.migrations.versions.0018_grant_cases")
# Within these parentheses the name means the rows of this case, at every one of the guard's questions.
READ_ONCE = (
    "WITH sign_offs AS MATERIALIZED (SELECT * FROM sign_offs WHERE case_no = NEW.case_no) SELECT "
)
# Else it is planned at every commit: knowing the case number promises less than there is to gain.
PLANNED_ONCE = "LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS"


def upgrade() -> None:
    """Put the walls of what belongs to a case, and the guard of postings, anew."""
    connection = op.get_bind()
    walls.ask_once(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(guard_read_once())


def downgrade() -> None:
    """Put them back as they were."""
    connection = op.get_bind()
    walls.ask_in_place(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_guard())


def guard_read_once() -> str:
    """PostgreSQL's guard of postings from here on."""
    statement = _guard().replace(PAYABLES.OF_CASES, PAYABLES.OF_CASES + READ_ONCE)
    return statement.replace("LANGUAGE plpgsql AS", PLANNED_ONCE)


def _guard() -> str:
    """PostgreSQL's guard of postings as 0018 left it."""
    statement: str = GUARD.GUARD["postgresql"][0]
    statement = statement.replace(f"NOT {GUARD.OPENING} AND NOT (", PAYABLES.OF_CASES)
    statement = statement.replace(GUARD.IN_POST, GRANTS.IN_POST)
    return statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
