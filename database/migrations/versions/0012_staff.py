"""The register of stand-ins (AB角); failed sign-ins; on what basis a post is held; whose password is the first."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "stand_ins",
        sa.Column("stand_in_id", columns.BigId, nullable=False),
        sa.Column("absent_id", columns.BigId, nullable=False),
        sa.Column("deputy_id", columns.BigId, nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("registered_by", columns.BigId, nullable=False),
        sa.Column("registered_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("absent_id <> deputy_id", name=op.f("ck_stand_ins_two_accounts")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_stand_ins_dates")),
        _to("stand_ins", "absent_id", "accounts.account_id"),
        _to("stand_ins", "deputy_id", "accounts.account_id"),
        _to("stand_ins", "agency_code", "agencies.code"),
        _to("stand_ins", "registered_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("stand_in_id", name=op.f("pk_stand_ins")),
    )
    op.create_index("ix_stand_ins_deputy_id_valid_to", "stand_ins", ["deputy_id", "valid_to"])
    op.create_index(
        "ix_stand_ins_agency_code_post_valid_to", "stand_ins", ["agency_code", "post", "valid_to"]
    )
    op.create_table(
        "stand_in_ends",
        sa.Column("end_id", columns.BigId, nullable=False),
        sa.Column("stand_in_id", columns.BigId, nullable=False),
        sa.Column("ended_by", columns.BigId, nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=False),
        _to("stand_in_ends", "stand_in_id", "stand_ins.stand_in_id"),
        _to("stand_in_ends", "ended_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("end_id", name=op.f("pk_stand_in_ends")),
        sa.UniqueConstraint("stand_in_id", name=op.f("uq_stand_in_ends_stand_in_id")),
    )
    for table in ("stand_ins", "stand_in_ends"):
        append_only.protect(op.get_bind(), table)
    op.create_table(
        "sign_in_failures",
        sa.Column("failure_id", columns.BigId, nullable=False),
        sa.Column("staff_index", sa.String(length=64), nullable=False),
        sa.Column("address_index", sa.String(length=64), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("failure_id", name=op.f("pk_sign_in_failures")),
    )
    op.create_index("ix_sign_in_failures_staff_index_at", "sign_in_failures", ["staff_index", "at"])
    op.create_index(
        "ix_sign_in_failures_address_index_at", "sign_in_failures", ["address_index", "at"]
    )
    op.add_column("post_holdings", sa.Column("basis", sa.String(length=400), nullable=True))
    op.add_column(
        "accounts",
        sa.Column("first_password", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("accounts", "first_password")
    op.drop_column("post_holdings", "basis")
    op.drop_table("sign_in_failures")
    op.drop_table("stand_in_ends")
    op.drop_table("stand_ins")
