"""Warnings of running clocks, the day a step should be done by, and an index of what is due first."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0022"
down_revision: str | None = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLE = "clock_warnings"
OPEN = sa.text("finished_at IS NULL")


def upgrade() -> None:
    """Make the table and its triggers, the column and the index."""
    op.create_table(
        TABLE,
        sa.Column("warning_id", columns.BigId, nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("clock", sa.String(length=10), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("raised_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "clock IN ('promised','statutory')", name=op.f("ck_clock_warnings_clock")
        ),
        sa.CheckConstraint(
            "stage IN ('half','near','overdue')", name=op.f("ck_clock_warnings_stage")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
            name=op.f("fk_clock_warnings_case_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("warning_id", name=op.f("pk_clock_warnings")),
        sa.UniqueConstraint(
            "case_id",
            "clock",
            "stage",
            "due_on",
            name=op.f("uq_clock_warnings_case_id_clock_stage_due_on"),
        ),
        info={"append_only": True},
    )
    append_only.protect(op.get_bind(), TABLE)
    op.add_column("tasks", sa.Column("step_due_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_cases_due",
        "cases",
        ["agency_code", "due_on", "case_id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_cases_due", table_name="cases")
    op.drop_column("tasks", "step_due_on")
    op.drop_table(TABLE)
