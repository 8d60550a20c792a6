"""Inspections: samples, findings and rectifications; and the indexes by which auditors look things up."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

GROWING = ("samples", "sample_items", "audit_findings", "rectifications")
WITH_RULE = sa.text("rule IS NOT NULL")
CLOSED = sa.text("kind = 'closed'")


def upgrade() -> None:
    """Make the tables and the indexes."""
    _samples()
    _findings()
    connection = op.get_bind()
    for table in GROWING:
        append_only.protect(connection, table)
    op.create_index("ix_journal_at", "journal", ["at"], unique=False)
    op.create_index(
        "ix_journal_refused",
        "journal",
        ["rule", "entry_id"],
        unique=False,
        sqlite_where=WITH_RULE,
        postgresql_where=WITH_RULE,
    )
    op.create_index("ix_sign_offs_signer_case_id", "sign_offs", ["signer", "case_id"], unique=False)


def _samples() -> None:
    op.create_table(
        "samples",
        sa.Column("sample_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("of_agency", sa.String(length=6), nullable=False),
        sa.Column("seal_no", columns.BigId, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=80), nullable=False),
        sa.Column("per_stratum", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("eligible", sa.Integer(), nullable=False),
        sa.Column("drawn_by", columns.BigId, nullable=False),
        sa.Column("drawn_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("per_stratum > 0 AND eligible >= 0", name=op.f("ck_samples_counts")),
        _to("samples", "agency_code", "agencies.code"),
        _to("samples", "of_agency", "agencies.code"),
        _to("samples", "seal_no", "seals.seal_no"),
        _to("samples", "drawn_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("sample_id", name=op.f("pk_samples")),
    )
    op.create_index(
        "ix_samples_agency_code_sample_id", "samples", ["agency_code", "sample_id"], unique=False
    )
    op.create_table(
        "sample_items",
        sa.Column("sample_id", columns.BigId, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("risk_level", sa.Integer(), nullable=False),
        sa.Column("process", sa.String(length=40), nullable=False),
        sa.Column("teller", sa.String(length=32), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        _to("sample_items", "sample_id", "samples.sample_id"),
        _to("sample_items", "case_no", "cases.case_no"),
        sa.PrimaryKeyConstraint("sample_id", "place", name=op.f("pk_sample_items")),
        sa.UniqueConstraint("sample_id", "case_no", name=op.f("uq_sample_items_sample_id_case_no")),
    )


def _findings() -> None:
    op.create_table(
        "audit_findings",
        sa.Column("finding_id", columns.BigId, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("sample_id", columns.BigId, nullable=True),
        sa.Column("text", columns.Sealed("audit_findings.text"), nullable=False),
        sa.Column("raised_by", columns.BigId, nullable=False),
        sa.Column("raised_agency", sa.String(length=6), nullable=False),
        sa.Column("raised_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('finding','lead')", name=op.f("ck_audit_findings_kind")),
        _to("audit_findings", "case_no", "cases.case_no"),
        _to("audit_findings", "agency_code", "agencies.code"),
        _to("audit_findings", "sample_id", "samples.sample_id"),
        _to("audit_findings", "raised_by", "accounts.account_id"),
        _to("audit_findings", "raised_agency", "agencies.code"),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_audit_findings")),
    )
    for name, said in (
        ("agency_code_finding_id", ["agency_code", "finding_id"]),
        ("case_no", ["case_no"]),
        ("sample_id", ["sample_id"]),
    ):
        op.create_index(f"ix_audit_findings_{name}", "audit_findings", said, unique=False)
    op.create_table(
        "rectifications",
        sa.Column("step_id", columns.BigId, nullable=False),
        sa.Column("finding_id", columns.BigId, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("said", columns.Sealed("rectifications.said"), nullable=False),
        sa.Column("by_account", columns.BigId, nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('answered','returned','closed')", name=op.f("ck_rectifications_kind")
        ),
        _to("rectifications", "finding_id", "audit_findings.finding_id"),
        _to("rectifications", "by_account", "accounts.account_id"),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_rectifications")),
        sa.UniqueConstraint("finding_id", "seq", name=op.f("uq_rectifications_finding_id_seq")),
    )
    op.create_index(
        "uq_rectifications_closed",
        "rectifications",
        ["finding_id"],
        unique=True,
        sqlite_where=CLOSED,
        postgresql_where=CLOSED,
    )


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_sign_offs_signer_case_id", table_name="sign_offs")
    op.drop_index("ix_journal_refused", table_name="journal")
    op.drop_index("ix_journal_at", table_name="journal")
    for name in reversed(GROWING):
        op.drop_table(name)
