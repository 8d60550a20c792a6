"""Claims whose assessment a correction takes back: they stay, and count no longer."""

from collections.abc import Sequence

from alembic import op

from database.migrations import checks

revision = "0041"
down_revision: str | None = "0038"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLE, NAME = "claim_versions", "ck_claim_versions_status"
BEFORE = (
    "status = 'ASSESSED' AND receipt_no IS NULL OR status = 'SETTLED' AND receipt_no IS NOT NULL"
)
AFTER = f"{BEFORE} OR status = 'VOID' AND receipt_no IS NULL"


def upgrade() -> None:
    """Let a claim be void."""
    checks.change(op.get_bind(), TABLE, NAME, BEFORE, AFTER)


def downgrade() -> None:
    """Take it away again; refused by the database where a claim is void."""
    checks.change(op.get_bind(), TABLE, NAME, AFTER, BEFORE)
