"""Leaves and desks left for a while; stand-ins that begin by an absence; signers whom the city names."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0028"
down_revision: str | None = "0027"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLES = (
    "leaves",
    "leave_confirmations",
    "leave_ends",
    "desk_pauses",
    "desk_pause_ends",
    "named_signers",
    "named_signer_ends",
)


def upgrade() -> None:
    """Make the tables. They say who may act, which is read across agencies: they stand before the wall."""
    op.add_column("stand_ins", sa.Column("on_absence", sa.Boolean(), nullable=True))
    _leaves()
    _pauses()
    _namings()
    for table in TABLES:
        append_only.protect(op.get_bind(), table)


def _leaves() -> None:
    op.create_table(
        "leaves",
        sa.Column("leave_id", columns.BigId, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("person_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("permitted_by", sa.LargeBinary(), nullable=False),
        sa.Column("entered_by", columns.BigId, nullable=False),
        sa.Column("entered_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_leaves_dates")),
        _to("leaves", "account_id", "accounts.account_id"),
        _to("leaves", "person_id", "natural_persons.person_id"),
        _to("leaves", "agency_code", "agencies.code"),
        _to("leaves", "entered_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("leave_id", name=op.f("pk_leaves")),
    )
    op.create_index("ix_leaves_person_id_valid_to", "leaves", ["person_id", "valid_to"])
    op.create_index("ix_leaves_agency_code_valid_to", "leaves", ["agency_code", "valid_to"])
    _act("leave_confirmations", "confirmation_id", "leave_id", "leaves", "confirmed")
    _act("leave_ends", "end_id", "leave_id", "leaves", "ended")


def _pauses() -> None:
    op.create_table(
        "desk_pauses",
        sa.Column("pause_id", columns.BigId, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("person_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("began_at", columns.UtcDateTime(), nullable=False),
        sa.Column("away_from", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("away_from >= began_at", name=op.f("ck_desk_pauses_moments")),
        _to("desk_pauses", "account_id", "accounts.account_id"),
        _to("desk_pauses", "person_id", "natural_persons.person_id"),
        _to("desk_pauses", "agency_code", "agencies.code"),
        sa.PrimaryKeyConstraint("pause_id", name=op.f("pk_desk_pauses")),
    )
    op.create_index("ix_desk_pauses_person_id_began_at", "desk_pauses", ["person_id", "began_at"])
    op.create_index("ix_desk_pauses_began_at", "desk_pauses", ["began_at"])
    _act("desk_pause_ends", "end_id", "pause_id", "desk_pauses", "ended")


def _namings() -> None:
    op.create_table(
        "named_signers",
        sa.Column("naming_id", columns.BigId, nullable=False),
        sa.Column("deputy_id", columns.BigId, nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=400), nullable=False),
        sa.Column("registered_by", columns.BigId, nullable=False),
        sa.Column("registered_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_named_signers_dates")),
        sa.CheckConstraint(
            "post IN ('reviewer','deputy_director','director')", name=op.f("ck_named_signers_post")
        ),
        _to("named_signers", "deputy_id", "accounts.account_id"),
        _to("named_signers", "agency_code", "agencies.code"),
        _to("named_signers", "registered_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("naming_id", name=op.f("pk_named_signers")),
    )
    op.create_index(
        "ix_named_signers_deputy_id_valid_to", "named_signers", ["deputy_id", "valid_to"]
    )
    op.create_index(
        "ix_named_signers_agency_code_post_valid_to",
        "named_signers",
        ["agency_code", "post", "valid_to"],
    )
    _act("named_signer_ends", "end_id", "naming_id", "named_signers", "ended")


def _act(table: str, key: str, of: str, target: str, verb: str) -> None:
    """A table of what somebody did to a row of another one, once."""
    op.create_table(
        table,
        sa.Column(key, columns.BigId, nullable=False),
        sa.Column(of, columns.BigId, nullable=False),
        sa.Column(f"{verb}_by", columns.BigId, nullable=False),
        sa.Column(f"{verb}_at", columns.UtcDateTime(), nullable=False),
        _to(table, of, f"{target}.{of}"),
        _to(table, f"{verb}_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(of, name=op.f(f"uq_{table}_{of}")),
    )


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def downgrade() -> None:
    """Take them away again."""
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("stand_ins", "on_absence")
