"""What waits for the outside: the data of messages among what a case says, and the timers of cases."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns

revision = "waiting_0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

RUNNING = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Add the column and the table."""
    op.add_column(
        "case_contents",
        sa.Column("messages", columns.SealedJson("case_contents.messages"), nullable=True),
    )
    op.create_table(
        "case_timers",
        sa.Column("timer_id", columns.BigId, nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("started_at", columns.UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("derivation", columns.Json, nullable=False),
        sa.Column("closed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.CheckConstraint("outcome IN ('elapsed','dropped')", name=op.f("ck_case_timers_outcome")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (closed_at IS NULL)", name=op.f("ck_case_timers_closed")
        ),
        sa.CheckConstraint("due_at > started_at", name=op.f("ck_case_timers_due_at")),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
            name=op.f("fk_case_timers_case_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("timer_id", name=op.f("pk_case_timers")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_timers_case_id_number")),
    )
    op.create_index(
        "ix_case_timers_due",
        "case_timers",
        ["due_at", "timer_id"],
        unique=False,
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("case_timers")
    op.drop_column("case_contents", "messages")
