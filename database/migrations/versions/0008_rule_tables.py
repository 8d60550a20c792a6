"""The parameters and working-day calendars that an office worked with, version by version."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "rule_tables",
        sa.Column("table_no", columns.BigId, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("took_effect_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("table_no", name=op.f("pk_rule_tables")),
    )
    op.create_index(
        "ix_rule_tables_kind_table_no", "rule_tables", ["kind", "table_no"], unique=False
    )
    append_only.protect(op.get_bind(), "rule_tables")


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("rule_tables")
