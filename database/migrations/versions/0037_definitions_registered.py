"""Processes are registered as rules are: by the manifest of their folders, and changed by a case.

The first of them are registered together, from the installation; a process that comes later names its case.
"""

from collections.abc import Sequence

from alembic import op

from database.migrations import checks

revision = "0037"
down_revision: str | None = "0036"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLE, CHECK = "rule_texts", "ck_rule_texts_kind"
BEFORE = "kind IN ('risk_table','parameters','calendar')"
NOW = "kind IN ('risk_table','parameters','calendar','definition')"
# What is registered without a case is the first of its rule; of processes, one of the first ones.
LATER = """NEW.case_no IS NULL AND NEW.kind = 'definition'
  AND EXISTS (SELECT 1 FROM rule_versions v WHERE v.kind = 'definition' AND v.registered_at < NEW.registered_at)
  AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.demo)"""
UNSIGNED = "a process that came later lacks the approved case that registers it"
TRIGGERS: dict[str, Sequence[str]] = {
    "sqlite": (
        f"""CREATE TRIGGER rule_versions_definition BEFORE INSERT ON rule_versions
WHEN {LATER}
BEGIN SELECT RAISE(ABORT, '{UNSIGNED}'); END""",
    ),
    "postgresql": (
        f"""CREATE FUNCTION tongban_definition_registered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {LATER} THEN
    RAISE EXCEPTION '{UNSIGNED}' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$""",
        """CREATE TRIGGER definition BEFORE INSERT ON rule_versions
FOR EACH ROW EXECUTE FUNCTION tongban_definition_registered()""",
    ),
}
OPEN: dict[str, Sequence[str]] = {
    "sqlite": ("DROP TRIGGER rule_versions_definition",),
    "postgresql": (
        "DROP TRIGGER definition ON rule_versions",
        "DROP FUNCTION tongban_definition_registered()",
    ),
}


def upgrade() -> None:
    """Let texts be manifests; what is installed is registered at the next start."""
    connection = op.get_bind()
    checks.change(connection, TABLE, CHECK, BEFORE, NOW)
    for statement in TRIGGERS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Let them be none again; refused by the database where any is registered."""
    connection = op.get_bind()
    for statement in OPEN[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    checks.change(connection, TABLE, CHECK, NOW, BEFORE)
