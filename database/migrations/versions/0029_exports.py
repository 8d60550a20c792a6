"""What was given out as files, and who was let take out more."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only, walls

revision = "0029"
down_revision: str | None = "0028"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLES = ("exports", "export_permits")
GROWS = {"append_only": True}


def upgrade() -> None:
    """Make both, with their triggers and the wall before them."""
    _exports()
    _permits()
    for table in TABLES:
        append_only.protect(op.get_bind(), table)
        walls.by_agency(op.get_bind(), table)


def downgrade() -> None:
    """Take them away again."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _of(table: str, name: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [other], name=op.f(f"fk_{table}_{name}"))


def _exports() -> None:
    op.create_table(
        "exports",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("asked", columns.Json, nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("personal_rows", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        _of("exports", "agency_code", "agencies.code"),
        _of("exports", "account_id", "accounts.account_id"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_exports")),
        info=GROWS,
    )
    for key in ("account_id", "agency_code"):
        op.create_index(f"ix_exports_{key}_day", "exports", [key, "day"], unique=False)


def _permits() -> None:
    op.create_table(
        "export_permits",
        sa.Column("permit_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("more_rows", sa.Integer(), nullable=False),
        sa.Column("reason", columns.Sealed("export_permits.reason"), nullable=False),
        sa.Column("permitted_by", columns.BigId, nullable=False),
        sa.Column("permitted_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("more_rows > 0", name=op.f("ck_export_permits_more_rows")),
        _of("export_permits", "agency_code", "agencies.code"),
        _of("export_permits", "account_id", "accounts.account_id"),
        _of("export_permits", "permitted_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("permit_id", name=op.f("pk_export_permits")),
        info=GROWS,
    )
    op.create_index(
        "ix_export_permits_agency_code", "export_permits", ["agency_code"], unique=False
    )
    op.create_index(
        "ix_export_permits_account_id_day", "export_permits", ["account_id", "day"], unique=False
    )
