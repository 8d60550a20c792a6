"""How each job stands: when it is due, who is at it, how it went."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns

revision = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "jobs",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("lease_no", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=True),
        sa.Column("leased_until", columns.UtcDateTime(), nullable=True),
        sa.Column("started_at", columns.UtcDateTime(), nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("succeeded_at", columns.UtcDateTime(), nullable=True),
        sa.Column("failed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("failing", sa.String(length=80), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.Column("failed_runs", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("result", columns.Json, nullable=False),
        sa.CheckConstraint("(holder IS NULL) = (leased_until IS NULL)", name=op.f("ck_jobs_lease")),
        sa.CheckConstraint("(failing IS NULL) = (failures = 0)", name=op.f("ck_jobs_failing")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_jobs")),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("jobs")
