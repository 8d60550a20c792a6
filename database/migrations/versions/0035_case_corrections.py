"""Corrections of completed cases: which case was corrected by which, and what counts no longer by that."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only, checks, walls

revision = "0035"
down_revision: str | None = "0034"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLE = "case_corrections"
# Table, constraint, what it says before and after.
STATUSES = (
    (
        "relation_versions",
        "ck_relation_versions_status",
        "status IN ('ACTIVE','INTERRUPTED','ENDED')",
        "status IN ('ACTIVE','INTERRUPTED','ENDED','VOID')",
    ),
    (
        "entitlement_versions",
        "ck_entitlement_versions_status",
        "status IN ('APPROVED','PAYING','SUSPENDED','ENDED')",
        "status IN ('APPROVED','PAYING','SUSPENDED','ENDED','VOID')",
    ),
)
# Held twice: what is open, refused or withdrawn is never corrected.
UNFINISHED = "NOT EXISTS (SELECT 1 FROM cases WHERE case_no = NEW.case_no AND status = 'completed')"
REFUSAL = "only a completed case is corrected"
GUARD: dict[str, Sequence[str]] = {
    "sqlite": (
        f"""CREATE TRIGGER case_corrections_completed BEFORE INSERT ON case_corrections
WHEN {UNFINISHED}
BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    ),
    "postgresql": (
        f"""CREATE FUNCTION tongban_corrected() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {UNFINISHED} THEN
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$""",
        """CREATE TRIGGER completed BEFORE INSERT ON case_corrections
FOR EACH ROW EXECUTE FUNCTION tongban_corrected()""",
    ),
}
OPEN: dict[str, Sequence[str]] = {
    "sqlite": ("DROP TRIGGER case_corrections_completed",),
    "postgresql": (
        "DROP TRIGGER completed ON case_corrections",
        "DROP FUNCTION tongban_corrected()",
    ),
}


def upgrade() -> None:
    """Make the table, which only grows, and let relations and benefits count no longer."""
    connection = op.get_bind()
    for table, name, before, after in STATUSES:
        checks.change(connection, table, name, before, after)
    op.create_table(
        TABLE,
        sa.Column("correction_id", columns.BigId, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("corrected_by", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("papers", columns.Json, nullable=False),
        sa.Column("corrected_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_no"], ["cases.case_no"], name=op.f("fk_case_corrections_case_no")
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by"],
            ["cases.case_no"],
            name=op.f("fk_case_corrections_corrected_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_case_corrections")),
        sa.UniqueConstraint("case_no", name=op.f("uq_case_corrections_case_no")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_case_corrections_corrected_by"), TABLE, ["corrected_by"], unique=True)
    append_only.protect(connection, TABLE)
    walls.by_case(connection, TABLE, "case_no")
    walls.open_to_the_public(connection, TABLE)
    for statement in GUARD[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Take all of it away again; refused by the database where something counts no longer."""
    connection = op.get_bind()
    for statement in OPEN[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    walls.take_down(connection, TABLE)
    op.drop_table(TABLE)
    for table, name, before, after in STATUSES:
        checks.change(connection, table, name, after, before)
