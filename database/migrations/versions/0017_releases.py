"""For whom a deputy of finance released; who accepted a case doesn't release its payment, in the database too."""

from collections.abc import Sequence
from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BEFORE = import_module("database.migrations.versions.0013_payables")
SEPARATE = f"""({BEFORE.SEPARATE} AND NOT EXISTS (SELECT 1 FROM payables p
    JOIN cases c ON c.case_no = p.case_no
    JOIN payable_releases r ON r.release_id = NEW.release_id
    WHERE p.payable_id = NEW.payable_id AND c.accepted_person = r.signer_person))"""


def upgrade() -> None:
    """Add the column, and put the trigger anew."""
    op.add_column(
        "payable_releases", sa.Column("on_behalf_of", sa.String(length=32), nullable=True)
    )
    _separated(SEPARATE)


def _separated(separate: str) -> None:
    """The trigger of 0013 that keeps who had a part in a case out of its release, with this condition."""
    connection = op.get_bind()
    dialect = connection.dialect.name
    (statement,) = (one for one in BEFORE.TRIGGERS[dialect] if BEFORE.NOT_SEPARATE in one)
    statement = statement.replace(BEFORE.SEPARATE, separate)
    if dialect == "sqlite":
        connection.exec_driver_sql("DROP TRIGGER payable_events_separate")
    connection.exec_driver_sql(statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))


def downgrade() -> None:
    """Take both away again."""
    _separated(BEFORE.SEPARATE)
    op.drop_column("payable_releases", "on_behalf_of")
