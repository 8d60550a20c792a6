"""What the desk keeps: drafts, what was opened before a signature, scans of papers signed by hand."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

GROWING = ("openings", "signed_scans")


def upgrade() -> None:
    """Make the three tables, and the triggers of the two that are records."""
    _create_drafts()
    _create_openings()
    _create_signed_scans()
    for name in GROWING:
        append_only.protect(op.get_bind(), name)


def downgrade() -> None:
    """Take them away again."""
    for name in ("signed_scans", "openings", "drafts"):
        op.drop_table(name)


def _create_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("process", sa.String(length=40), nullable=False),
        sa.Column("content", columns.SealedJson("drafts.content"), nullable=False),
        sa.Column("saved_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_drafts_account_id")
        ),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_drafts")),
    )
    op.create_index("ix_drafts_account_id", "drafts", ["account_id"], unique=False)
    op.create_index("ix_drafts_saved_at", "drafts", ["saved_at"], unique=False)


def _create_openings() -> None:
    op.create_table(
        "openings",
        sa.Column("opening_id", columns.BigId, nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("sign_offs", sa.Integer(), nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_openings_account_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_openings_case_id")),
        sa.PrimaryKeyConstraint("opening_id", name=op.f("pk_openings")),
        sa.UniqueConstraint(
            "case_id",
            "cycle",
            "sign_offs",
            "account_id",
            "what",
            name=op.f("uq_openings_case_id_cycle_sign_offs_account_id_what"),
        ),
    )


def _create_signed_scans() -> None:
    op.create_table(
        "signed_scans",
        sa.Column("scan_id", columns.BigId, nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("sign_offs", sa.Integer(), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("added_by", columns.BigId, nullable=False),
        sa.Column("added_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by"], ["accounts.account_id"], name=op.f("fk_signed_scans_added_by")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.case_id"], name=op.f("fk_signed_scans_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["file", "agency_code"],
            ["files.digest", "files.agency_code"],
            name=op.f("fk_signed_scans_file_agency_code"),
        ),
        sa.PrimaryKeyConstraint("scan_id", name=op.f("pk_signed_scans")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_signed_scans_case_id_seq")),
        sa.UniqueConstraint("case_id", "file", name=op.f("uq_signed_scans_case_id_file")),
    )
