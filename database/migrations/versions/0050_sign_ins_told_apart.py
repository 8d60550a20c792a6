"""A sign-in says from what kind of browser it was opened, so that its owner tells his own apart."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision: str | None = "0049"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the column; sign-ins that are open say nothing."""
    op.add_column("sign_ins", sa.Column("browser", sa.String(30), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("sign_ins", "browser")
