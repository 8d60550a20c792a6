"""Grants are entered by signed cases: the case of each, no grant without its posting, who signs a register's case.

Grants that are there already stay what they are, founding entries without a case. A new one without a case is
refused once the office has cases, and one with a case unless the head's sign-off and the posting are there.
"""

from collections.abc import Sequence
from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

GUARD = import_module("database.migrations.versions.0005_guard")
PAYABLES = import_module("database.migrations.versions.0013_payables")
# The counter gives the back office's step, and no other post's: an application is the supervisor's own.
IN_POST = "(s.post = m.post OR m.post = 'handler' AND s.post = 'teller')"
LATE = "founding grants are entered before the first case only"
UNSIGNED = "a grant lacks the approved case that it names"
ENTERED = """EXISTS (SELECT 1 FROM register_postings p WHERE p.case_no = NEW.case_no)
  AND EXISTS (SELECT 1 FROM sign_offs s WHERE s.case_no = NEW.case_no AND s.route = 'registration'
    AND s.step = 'city_conclude' AND s.decision = 'approve')"""
FOUNDED = "NOT EXISTS (SELECT 1 FROM cases)"
TRIGGERS: dict[str, Sequence[str]] = {
    "sqlite": (
        f"""CREATE TRIGGER grants_founding BEFORE INSERT ON grants
WHEN NEW.case_no IS NULL AND NOT ({FOUNDED})
BEGIN SELECT RAISE(ABORT, '{LATE}'); END""",
        f"""CREATE TRIGGER grants_entered BEFORE INSERT ON grants
WHEN NEW.case_no IS NOT NULL AND NOT ({ENTERED})
BEGIN SELECT RAISE(ABORT, '{UNSIGNED}'); END""",
    ),
    "postgresql": (
        f"""CREATE FUNCTION tongban_grant_entered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.case_no IS NULL AND NOT ({FOUNDED}) THEN
    RAISE EXCEPTION '{LATE}' USING ERRCODE = '23000';
  END IF;
  IF NEW.case_no IS NOT NULL AND NOT ({ENTERED}) THEN
    RAISE EXCEPTION '{UNSIGNED}' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$""",
        """CREATE TRIGGER entered BEFORE INSERT ON grants
FOR EACH ROW EXECUTE FUNCTION tongban_grant_entered()""",
    ),
}
OPEN: dict[str, Sequence[str]] = {
    "sqlite": ("DROP TRIGGER grants_founding", "DROP TRIGGER grants_entered"),
    "postgresql": ("DROP TRIGGER entered ON grants", "DROP FUNCTION tongban_grant_entered()"),
}


def upgrade() -> None:
    """Add the column and the triggers, and put the guard of postings anew."""
    op.add_column("grants", sa.Column("case_no", sa.String(length=24), nullable=True))
    op.create_index("ix_grants_case_no", "grants", ["case_no"], unique=True)
    connection = op.get_bind()
    _guarded(IN_POST)
    for statement in TRIGGERS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def _guarded(in_post: str) -> None:
    """The guard of postings as 0013 left it, with this condition of who may give a step."""
    connection = op.get_bind()
    dialect = connection.dialect.name
    statement: str = GUARD.GUARD[dialect][0]
    statement = statement.replace(f"NOT {GUARD.OPENING} AND NOT (", PAYABLES.OF_CASES)
    statement = statement.replace(GUARD.IN_POST, in_post)
    if dialect == "sqlite":
        connection.exec_driver_sql("DROP TRIGGER register_postings_signed")
    statement = statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    connection.exec_driver_sql(_spoken(connection, statement))


def downgrade() -> None:
    """Take it all away again."""
    connection = op.get_bind()
    for statement in OPEN[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    _guarded(GUARD.IN_POST)
    op.drop_index("ix_grants_case_no", table_name="grants")
    op.drop_column("grants", "case_no")


def _spoken(connection: sa.Connection, statement: str) -> str:
    """Percent signs are doubled for the driver of PostgreSQL only."""
    return statement if connection.dialect.name == "postgresql" else statement.replace("%%", "%")
