"""Keys held elsewhere, their certificates and enrolments, prepared signatures; a seal's second signature; unmasked views."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "outside_keys",
        sa.Column("account_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_outside_keys_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["signing_keys.key_id"], name=op.f("fk_outside_keys_key_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_outside_keys")),
        sa.UniqueConstraint("key_id", name=op.f("uq_outside_keys_key_id")),
    )
    op.create_table(
        "key_certificates",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("certificate", columns.Sealed("key_certificates.certificate"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("valid_from", columns.UtcDateTime(), nullable=False),
        sa.Column("valid_until", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"], ["signing_keys.key_id"], name=op.f("fk_key_certificates_key_id")
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_key_certificates")),
    )
    append_only.protect(op.get_bind(), "key_certificates")
    _create_enrolments()
    op.create_table(
        "prepared_signatures",
        sa.Column("account_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("signed_at", columns.UtcDateTime(), nullable=False),
        sa.Column(
            "opinion_salt", columns.Sealed("prepared_signatures.opinion_salt"), nullable=False
        ),
        sa.Column(
            "resolution_salt", columns.Sealed("prepared_signatures.resolution_salt"), nullable=False
        ),
        sa.Column("covered", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_prepared_signatures_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.task_id"], name=op.f("fk_prepared_signatures_task_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "task_id", name=op.f("pk_prepared_signatures")),
    )
    _create_unmaskings()
    op.add_column("seals", sa.Column("also", columns.Json, nullable=True))
    op.add_column("seals", sa.Column("also_signature", sa.String(length=128), nullable=True))


def downgrade() -> None:
    """Take them away again."""
    for column in ("also_signature", "also"):
        op.drop_column("seals", column)
    for table in (
        "person_reads",
        "unmaskings",
        "prepared_signatures",
        "key_enrolments",
        "key_certificates",
        "outside_keys",
    ):
        op.drop_table(table)


def _create_enrolments() -> None:
    op.create_table(
        "key_enrolments",
        sa.Column("enrolment_id", columns.BigId, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("suite", sa.String(length=10), nullable=False),
        sa.Column("public_key", sa.String(length=128), nullable=False),
        sa.Column("certificate", columns.Sealed("key_enrolments.certificate"), nullable=True),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("applied_at", columns.UtcDateTime(), nullable=False),
        sa.Column("proved_at", columns.UtcDateTime(), nullable=True),
        sa.Column("confirmed_by", columns.BigId, nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("ended_as", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "ended_as IN ('confirmed','replaced') AND ended_at IS NOT NULL"
            " OR ended_as IS NULL AND ended_at IS NULL",
            name=op.f("ck_key_enrolments_ending"),
        ),
        sa.CheckConstraint("confirmed_by <> account_id", name=op.f("ck_key_enrolments_two_people")),
        *(
            sa.ForeignKeyConstraint(
                [column], ["accounts.account_id"], name=op.f(f"fk_key_enrolments_{column}")
            )
            for column in ("account_id", "confirmed_by")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_key_enrolments")),
    )
    op.create_index(
        "ix_key_enrolments_open",
        "key_enrolments",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _create_unmaskings() -> None:
    op.create_table(
        "unmaskings",
        sa.Column("unmasking_id", columns.BigId, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("fields", columns.Json, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=True),
        sa.Column("reason_code", sa.String(length=20), nullable=True),
        sa.Column("reason", columns.Sealed("unmaskings.reason"), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_unmaskings_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_unmaskings_agency_code")
        ),
        sa.PrimaryKeyConstraint("unmasking_id", name=op.f("pk_unmaskings")),
    )
    op.create_index("ix_unmaskings_person_id", "unmaskings", ["person_id"], unique=False)
    op.create_table(
        "person_reads",
        sa.Column("read_id", columns.BigId, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_person_reads_account_id")
        ),
        sa.PrimaryKeyConstraint("read_id", name=op.f("pk_person_reads")),
        sa.UniqueConstraint(
            "account_id",
            "person_id",
            "day",
            name=op.f("uq_person_reads_account_id_person_id_day"),
        ),
    )
    op.create_index("ix_person_reads_person_id", "person_reads", ["person_id"], unique=False)
    for table in ("unmaskings", "person_reads"):
        append_only.protect(op.get_bind(), table)
