"""The verdicts of the proof; no case without a proven definition."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

UNPROVEN = "no case starts on a definition that is not proven"
PROVEN = """EXISTS (SELECT 1 FROM proof_verdicts WHERE definition = NEW.definition
    AND risk_table = NEW.risk_table AND verdict = 'proven')"""
DOOR: dict[str, Sequence[str]] = {
    "sqlite": (
        f"""CREATE TRIGGER cases_proven BEFORE INSERT ON cases WHEN NOT {PROVEN}
BEGIN SELECT RAISE(ABORT, '{UNPROVEN}'); END""",
    ),
    "postgresql": (
        f"""CREATE FUNCTION tongban_case_proven() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT {PROVEN} THEN
    RAISE EXCEPTION '{UNPROVEN}' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$""",
        """CREATE TRIGGER proven BEFORE INSERT ON cases
FOR EACH ROW EXECUTE FUNCTION tongban_case_proven()""",
    ),
}
OPEN: dict[str, Sequence[str]] = {
    "sqlite": ("DROP TRIGGER cases_proven",),
    "postgresql": ("DROP TRIGGER proven ON cases", "DROP FUNCTION tongban_case_proven()"),
}


def upgrade() -> None:
    """Make the table and the door."""
    op.create_table(
        "proof_verdicts",
        sa.Column("definition", sa.String(length=64), nullable=False),
        sa.Column("risk_table", sa.String(length=64), nullable=False),
        sa.Column("rules", sa.String(length=10), nullable=False),
        sa.Column("process", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("said", columns.Json, nullable=False),
        sa.Column("proved_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('proven','refused')", name=op.f("ck_proof_verdicts_verdict")
        ),
        sa.PrimaryKeyConstraint(
            "definition", "risk_table", "rules", name=op.f("pk_proof_verdicts")
        ),
    )
    connection = op.get_bind()
    append_only.protect(connection, "proof_verdicts")
    for statement in DOOR[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Take them away again."""
    connection = op.get_bind()
    for statement in OPEN[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    op.drop_table("proof_verdicts")
