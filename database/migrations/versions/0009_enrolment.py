"""Relations of people past the statutory age, with the policy under which they are insured."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database.migrations import checks

revision = "opening_0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLE, NAME = "relation_versions", "ck_relation_versions_kind"
BEFORE, AFTER = "kind IN ('EMPLOYEE','FLEX')", "kind IN ('EMPLOYEE','FLEX','OVERAGE')"


def upgrade() -> None:
    """Let a relation be of this kind, and name its policy."""
    checks.change(op.get_bind(), TABLE, NAME, BEFORE, AFTER)
    op.add_column(TABLE, sa.Column("policy_code", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Take both away again; refused by the database where such a relation stands."""
    op.drop_column(TABLE, "policy_code")
    checks.change(op.get_bind(), TABLE, NAME, AFTER, BEFORE)
