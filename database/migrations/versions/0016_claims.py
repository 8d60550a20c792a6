"""Claims against employers for past months, and looking up an employer's staff."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

CLOSED = """EXISTS (SELECT 1 FROM register_postings WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no)"""
GUARD = {
    "sqlite": f"""CREATE TRIGGER claim_versions_closed BEFORE INSERT ON claim_versions
WHEN {CLOSED}
BEGIN SELECT RAISE(ABORT, 'a posting that has its header is closed'); END""",
    "postgresql": """CREATE TRIGGER closed BEFORE INSERT ON claim_versions
FOR EACH ROW EXECUTE FUNCTION tongban_posting_closed()""",
}
TABLE = "claim_versions"


def upgrade() -> None:
    """Make the table, guarded as its siblings are, and the index."""
    op.create_table(
        TABLE,
        sa.Column("row_id", columns.BigId, nullable=False),
        sa.Column("claim_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("employer_id", sa.String(length=32), nullable=False),
        sa.Column("from_month", sa.Integer(), nullable=False),
        sa.Column("to_month", sa.Integer(), nullable=False),
        *(
            sa.Column(name, columns.BigId, nullable=False)
            for name in ("base_cents", "account_cents", "pooled_cents", "late_fee_cents")
        ),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("receipt_no", sa.String(length=40), nullable=True),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("posting_no", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_month <= to_month", name=op.f("ck_claim_versions_months")),
        sa.CheckConstraint(
            "base_cents > 0 AND account_cents >= 0 AND pooled_cents >= 0 AND late_fee_cents >= 0",
            name=op.f("ck_claim_versions_amounts"),
        ),
        sa.CheckConstraint(
            "status = 'ASSESSED' AND receipt_no IS NULL"
            " OR status = 'SETTLED' AND receipt_no IS NOT NULL",
            name=op.f("ck_claim_versions_status"),
        ),
        sa.ForeignKeyConstraint(
            ["case_no", "posting_no"],
            ["register_postings.case_no", "register_postings.posting_no"],
            name=op.f("fk_claim_versions_case_no_posting_no"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.person_id"], name=op.f("fk_claim_versions_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employers.employer_id"], name=op.f("fk_claim_versions_employer_id")
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_claim_versions")),
        sa.UniqueConstraint("claim_id", "version", name=op.f("uq_claim_versions_claim_id_version")),
        info={"append_only": True},
    )
    for name, listed in (
        ("ix_claim_versions_person", ["person_id", "claim_id", "version"]),
        ("ix_claim_versions_employer", ["employer_id", "claim_id", "version"]),
        ("ix_claim_versions_receipt", ["receipt_no"]),
        ("ix_claim_versions_case_no_posting_no", ["case_no", "posting_no"]),
    ):
        op.create_index(name, TABLE, listed, unique=False)
    op.create_index(
        "ix_relation_versions_employer", "relation_versions", ["employer_id", "relation_id"]
    )
    connection = op.get_bind()
    append_only.protect(connection, TABLE)
    connection.exec_driver_sql(GUARD[connection.dialect.name])


def downgrade() -> None:
    """Take both away again."""
    op.drop_index("ix_relation_versions_employer", table_name="relation_versions")
    op.drop_table(TABLE)
