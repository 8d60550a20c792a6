"""Notices and their permits, refusals at the window, deliveries; no outcome without its paper, in the database too.

A case that ends completed has its receipt among the documents, one that ends refused its decision: a trigger asks
for it as the one of 0005 asks for the posting. A case of the office's own registers has no applicant, and no paper.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0023"
down_revision: str | None = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

GROWING = ("notice_permits", "case_notices", "window_refusals", "document_deliveries")
UNWRITTEN = "a case ends with its outcome in writing"
PAPER = "EXISTS (SELECT 1 FROM documents d WHERE d.case_no = NEW.case_no AND d.kind = '{}')"
POSTED = "EXISTS (SELECT 1 FROM register_postings p WHERE p.case_no = NEW.case_no)"
# A case without its posting is refused by the trigger of 0005, whichever comes first.
LACKS = f"""coalesce(NEW.subject_kind, '') <> 'agency'
  AND (NEW.status = 'completed' AND {POSTED} AND NOT {PAPER.format("receipt")}
    OR NEW.status = 'refused' AND NOT {PAPER.format("denial")})"""
TRIGGERS: dict[str, Sequence[str]] = {
    "sqlite": tuple(
        f"""CREATE TRIGGER cases_written_{verb.split()[0].lower()} BEFORE {verb} ON cases
WHEN {LACKS}
BEGIN SELECT RAISE(ABORT, '{UNWRITTEN}'); END"""
        for verb in ("INSERT", "UPDATE OF status")
    ),
    "postgresql": (
        f"""CREATE FUNCTION tongban_case_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {LACKS} THEN
    RAISE EXCEPTION '{UNWRITTEN}' USING ERRCODE = '23000';
  END IF;
  RETURN NULL;
END $$""",
        # Asked when the transaction ends: one statement may carry the paper and the end of its case.
        """CREATE CONSTRAINT TRIGGER written AFTER INSERT OR UPDATE OF status ON cases
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status IN ('completed','refused'))
EXECUTE FUNCTION tongban_case_written()""",
    ),
}
GONE: dict[str, Sequence[str]] = {
    "sqlite": ("DROP TRIGGER cases_written_insert", "DROP TRIGGER cases_written_update"),
    "postgresql": ("DROP TRIGGER written ON cases", "DROP FUNCTION tongban_case_written()"),
}


def upgrade() -> None:
    """Make the tables and the triggers."""
    _permits()
    _notices()
    _window_refusals()
    _deliveries()
    connection = op.get_bind()
    for table in GROWING:
        append_only.protect(connection, table)
    for statement in TRIGGERS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def _permits() -> None:
    op.create_table(
        "notice_permits",
        sa.Column("permit_id", columns.BigId, nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("items", columns.Json, nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("text", columns.SealedJson("notice_permits.text"), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("signer", sa.String(length=32), nullable=False),
        sa.Column("signer_person", columns.BigId, nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=32), nullable=True),
        sa.Column("grant", sa.String(length=80), nullable=False),
        sa.Column("policy_epoch", sa.Integer(), nullable=False),
        sa.Column("signed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("suite", sa.String(length=10), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.CheckConstraint("post = 'supervisor'", name=op.f("ck_notice_permits_post")),
        _to_case("notice_permits"),
        _to("notice_permits", "signer_person", "natural_persons.person_id"),
        _to("notice_permits", "key_id", "signing_keys.key_id"),
        sa.PrimaryKeyConstraint("permit_id", name=op.f("pk_notice_permits")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_notice_permits_case_id_seq")),
        sa.UniqueConstraint(
            "permit_id", "case_id", name=op.f("uq_notice_permits_permit_id_case_id")
        ),
        sa.UniqueConstraint("digest", name=op.f("uq_notice_permits_digest")),
    )


def _notices() -> None:
    op.create_table(
        "case_notices",
        sa.Column("notice_id", columns.BigId, nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("items", columns.Json, nullable=False),
        sa.Column("late", columns.Json, nullable=False),
        sa.Column("late_count", sa.Integer(), nullable=False),
        sa.Column("permit_id", columns.BigId, nullable=True),
        sa.Column("issued_by", columns.BigId, nullable=False),
        sa.Column("issued_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(late_count > 0) = (permit_id IS NOT NULL)", name=op.f("ck_case_notices_permitted")
        ),
        _to_case("case_notices"),
        sa.ForeignKeyConstraint(
            ["permit_id", "case_id"],
            ["notice_permits.permit_id", "notice_permits.case_id"],
            name=op.f("fk_case_notices_permit_id_case_id"),
        ),
        _to("case_notices", "issued_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_case_notices")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_case_notices_case_id_seq")),
        sa.UniqueConstraint("permit_id", name=op.f("uq_case_notices_permit_id")),
    )
    op.create_index(
        "ix_case_notices_late", "case_notices", ["late_count", "notice_id"], unique=False
    )


def _window_refusals() -> None:
    op.create_table(
        "window_refusals",
        sa.Column("refusal_id", columns.BigId, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("process", sa.String(length=40), nullable=False),
        sa.Column("definition", sa.String(length=64), nullable=False),
        sa.Column("applicant", columns.SealedJson("window_refusals.applicant"), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=True),
        sa.Column("basis", columns.Sealed("window_refusals.basis"), nullable=False),
        sa.Column("text", columns.Sealed("window_refusals.text"), nullable=False),
        sa.Column("document_no", sa.String(length=40), nullable=False),
        sa.Column("document_digest", sa.String(length=64), nullable=False),
        sa.Column("refused_by", columns.BigId, nullable=False),
        sa.Column("refused_at", columns.UtcDateTime(), nullable=False),
        _to("window_refusals", "agency_code", "agencies.code"),
        _to("window_refusals", "refused_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("refusal_id", name=op.f("pk_window_refusals")),
        sa.UniqueConstraint("number", name=op.f("uq_window_refusals_number")),
    )
    op.create_index(
        "ix_window_refusals_agency_code_refusal_id",
        "window_refusals",
        ["agency_code", "refusal_id"],
        unique=False,
    )


def _deliveries() -> None:
    op.create_table(
        "document_deliveries",
        sa.Column("delivery_id", columns.BigId, nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("reference", columns.SealedJson("document_deliveries.reference"), nullable=False),
        sa.Column("recorded_by", columns.BigId, nullable=False),
        sa.Column("recorded_at", columns.UtcDateTime(), nullable=False),
        _to("document_deliveries", "case_id", "cases.case_id"),
        _to("document_deliveries", "recorded_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_document_deliveries")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_document_deliveries_case_id_seq")),
    )


def _to_case(table: str) -> sa.ForeignKeyConstraint:
    """Deferred: an acceptance writes the case itself last."""
    return sa.ForeignKeyConstraint(
        ["case_id"],
        ["cases.case_id"],
        name=op.f(f"fk_{table}_case_id"),
        deferrable=True,
        initially="DEFERRED",
    )


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def downgrade() -> None:
    """Take them away again."""
    connection = op.get_bind()
    for statement in GONE[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    for name in ("document_deliveries", "window_refusals", "case_notices", "notice_permits"):
        op.drop_table(name)
