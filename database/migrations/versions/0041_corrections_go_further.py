"""Corrections go further: claims that count no longer, and references from a corrected case's file (参见)."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only, checks, walls

revision = "0041"
down_revision: str | None = "0039"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

CLAIMS, STATUS = "claim_versions", "ck_claim_versions_status"
BEFORE = (
    "status = 'ASSESSED' AND receipt_no IS NULL OR status = 'SETTLED' AND receipt_no IS NOT NULL"
)
AFTER = f"{BEFORE} OR status = 'VOID' AND receipt_no IS NULL"
TABLE = "archive_references"
# Held twice: a file refers to nothing but what corrected its case.
UNKNOWN = """NOT EXISTS (SELECT 1 FROM case_corrections c JOIN cases k ON k.case_no = c.case_no
    WHERE k.case_id = NEW.case_id AND c.corrected_by = NEW.corrected_by)"""
REFUSAL = "a file refers to what corrected its case"
GUARD: dict[str, Sequence[str]] = {
    "sqlite": (
        f"""CREATE TRIGGER archive_references_corrected BEFORE INSERT ON archive_references
WHEN {UNKNOWN}
BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    ),
    "postgresql": (
        f"""CREATE FUNCTION tongban_referred() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {UNKNOWN} THEN
    RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$""",
        """CREATE TRIGGER corrected BEFORE INSERT ON archive_references
FOR EACH ROW EXECUTE FUNCTION tongban_referred()""",
    ),
}
OPEN: dict[str, Sequence[str]] = {
    "sqlite": ("DROP TRIGGER archive_references_corrected",),
    "postgresql": (
        "DROP TRIGGER corrected ON archive_references",
        "DROP FUNCTION tongban_referred()",
    ),
}


def upgrade() -> None:
    """Let a claim be void, and make the table of references, which only grows."""
    connection = op.get_bind()
    checks.change(connection, CLAIMS, STATUS, BEFORE, AFTER)
    op.create_table(
        TABLE,
        sa.Column("reference_id", columns.BigId, nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("corrected_by", sa.String(length=24), nullable=False),
        sa.Column("manifest", sa.String(length=64), nullable=False),
        sa.Column("added_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["archive_manifests.case_id"],
            name=op.f("fk_archive_references_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["corrected_by"],
            ["cases.case_no"],
            name=op.f("fk_archive_references_corrected_by"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("reference_id", name=op.f("pk_archive_references")),
        sa.UniqueConstraint("case_id", name=op.f("uq_archive_references_case_id")),
        sa.UniqueConstraint("corrected_by", name=op.f("uq_archive_references_corrected_by")),
        info={"append_only": True},
    )
    append_only.protect(connection, TABLE)
    walls.by_case(connection, TABLE, "case_id")
    walls.ask_again(connection)
    for statement in GUARD[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Take it away again; refused by the database where a claim is void."""
    connection = op.get_bind()
    for statement in OPEN[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    walls.take_down(connection, TABLE)
    op.drop_table(TABLE)
    checks.change(connection, CLAIMS, STATUS, AFTER, BEFORE)
