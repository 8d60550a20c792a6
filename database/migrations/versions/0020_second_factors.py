"""Second factors, recovery codes, which posts demand one, and how far a sign-in has come."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ONLY_GROW = ("second_factors", "second_factor_ends", "factor_demands")


def upgrade() -> None:
    """Make the tables, and the two columns of sign-ins."""
    _create_factors()
    _create_codes()
    _create_demands()
    _create_resets()
    for table in ONLY_GROW:
        append_only.protect(op.get_bind(), table)
    op.add_column("sign_ins", sa.Column("stage", sa.String(length=10), nullable=True))
    op.add_column("sign_ins", sa.Column("challenge", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take them away again."""
    for column in ("challenge", "stage"):
        op.drop_column("sign_ins", column)
    for table in (
        "factor_resets",
        "factor_demands",
        "recovery_codes",
        "factor_enrolments",
        "second_factor_counters",
        "second_factor_ends",
        "second_factors",
    ):
        op.drop_table(table)


def _account(table: str, *names: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], ["accounts.account_id"], name=op.f(f"fk_{table}_{name}"))
        for name in names
    ]


def _kind(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint("kind IN ('totp','webauthn')", name=op.f(f"ck_{table}_kind"))


def _create_factors() -> None:
    op.create_table(
        "second_factors",
        sa.Column("factor_id", columns.BigId, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label", columns.Sealed("second_factors.label"), nullable=False),
        sa.Column("secret", columns.SealedJson("second_factors.secret"), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=True),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        _kind("second_factors"),
        *_account("second_factors", "account_id"),
        sa.PrimaryKeyConstraint("factor_id", name=op.f("pk_second_factors")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_second_factors_credential_id")),
    )
    op.create_index("ix_second_factors_account_id", "second_factors", ["account_id"], unique=False)
    op.create_table(
        "second_factor_ends",
        sa.Column("factor_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("ended_by", columns.BigId, nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ended_as", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "ended_as IN ('removed','reset')", name=op.f("ck_second_factor_ends_ending")
        ),
        sa.ForeignKeyConstraint(
            ["factor_id"],
            ["second_factors.factor_id"],
            name=op.f("fk_second_factor_ends_factor_id"),
        ),
        *_account("second_factor_ends", "ended_by"),
        sa.PrimaryKeyConstraint("factor_id", name=op.f("pk_second_factor_ends")),
    )
    op.create_table(
        "second_factor_counters",
        sa.Column("factor_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("used_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["factor_id"],
            ["second_factors.factor_id"],
            name=op.f("fk_second_factor_counters_factor_id"),
        ),
        sa.PrimaryKeyConstraint("factor_id", name=op.f("pk_second_factor_counters")),
    )


def _create_codes() -> None:
    op.create_table(
        "factor_enrolments",
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("secret", columns.SealedJson("factor_enrolments.secret"), nullable=False),
        sa.Column("begun_at", columns.UtcDateTime(), nullable=False),
        _kind("factor_enrolments"),
        *_account("factor_enrolments", "account_id"),
        sa.PrimaryKeyConstraint("account_id", "kind", name=op.f("pk_factor_enrolments")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("code_id", columns.BigId, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("code_mac", sa.String(length=64), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.Column("used_at", columns.UtcDateTime(), nullable=True),
        *_account("recovery_codes", "account_id"),
        sa.PrimaryKeyConstraint("code_id", name=op.f("pk_recovery_codes")),
    )
    op.create_index("ix_recovery_codes_account_id", "recovery_codes", ["account_id"], unique=False)


def _create_demands() -> None:
    op.create_table(
        "factor_demands",
        sa.Column("demand_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("demanded", sa.Boolean(), nullable=False),
        sa.Column("basis", columns.Sealed("factor_demands.basis"), nullable=False),
        sa.Column("entered_by", columns.BigId, nullable=False),
        sa.Column("entered_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_factor_demands_agency_code")
        ),
        *_account("factor_demands", "entered_by"),
        sa.PrimaryKeyConstraint("demand_id", name=op.f("pk_factor_demands")),
    )
    op.create_index(
        "ix_factor_demands_agency_code_post",
        "factor_demands",
        ["agency_code", "post"],
        unique=False,
    )


def _create_resets() -> None:
    op.create_table(
        "factor_resets",
        sa.Column("reset_id", columns.BigId, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("reason", columns.Sealed("factor_resets.reason"), nullable=False),
        sa.Column("applied_by", columns.BigId, nullable=False),
        sa.Column("applied_at", columns.UtcDateTime(), nullable=False),
        sa.Column("confirmed_by", columns.BigId, nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("ended_as", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "ended_as = 'confirmed' AND ended_at IS NOT NULL AND confirmed_by IS NOT NULL"
            " OR ended_as = 'replaced' AND ended_at IS NOT NULL AND confirmed_by IS NULL"
            " OR ended_as IS NULL AND ended_at IS NULL AND confirmed_by IS NULL",
            name=op.f("ck_factor_resets_ending"),
        ),
        sa.CheckConstraint(
            "confirmed_by <> applied_by AND confirmed_by <> account_id"
            " AND applied_by <> account_id",
            name=op.f("ck_factor_resets_two_people"),
        ),
        *_account("factor_resets", "account_id", "applied_by", "confirmed_by"),
        sa.PrimaryKeyConstraint("reset_id", name=op.f("pk_factor_resets")),
    )
    op.create_index(
        "ix_factor_resets_open",
        "factor_resets",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
