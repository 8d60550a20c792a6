"""The first schema: every table of the office, what only grows, and what must balance."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

GROWING = (
    "documents",
    "journal",
    "risk_tables",
    "register_postings",
    "contribution_months",
    "entitlement_versions",
    "files",
    "grants",
    "ledger_lines",
    "register_versions",
    "relation_versions",
    "case_contents",
    "grant_revocations",
    "sign_offs",
)
TABLES = (
    "agencies",
    "case_numbers",
    "documents",
    "employers",
    "journal",
    "natural_persons",
    "persons",
    "policy_epoch",
    "risk_tables",
    "accounts",
    "register_postings",
    "cases",
    "contribution_months",
    "entitlement_versions",
    "files",
    "grants",
    "idempotency_keys",
    "ledger_lines",
    "post_holdings",
    "register_versions",
    "relation_versions",
    "sign_ins",
    "case_contents",
    "case_states",
    "grant_revocations",
    "sign_offs",
    "tasks",
)
BALANCE: dict[str, Sequence[str]] = {
    "sqlite": (
        """CREATE TRIGGER register_postings_balanced BEFORE INSERT ON register_postings
WHEN COALESCE((SELECT SUM(amount_cents) FROM ledger_lines WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no AND side = 'debit'), 0) <> NEW.debit_cents OR COALESCE((SELECT SUM(amount_cents) FROM ledger_lines WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no AND side = 'credit'), 0) <> NEW.credit_cents OR (SELECT COUNT(*) FROM ledger_lines WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no) <> NEW.line_count OR (SELECT COUNT(*) FROM register_versions WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no) <> NEW.change_count
BEGIN SELECT RAISE(ABORT, 'a posting does not add up to its header'); END""",
        """CREATE TRIGGER ledger_lines_closed BEFORE INSERT ON ledger_lines
WHEN EXISTS (SELECT 1 FROM register_postings WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no)
BEGIN SELECT RAISE(ABORT, 'a posting that has its header is closed'); END""",
        """CREATE TRIGGER register_versions_closed BEFORE INSERT ON register_versions
WHEN EXISTS (SELECT 1 FROM register_postings WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no)
BEGIN SELECT RAISE(ABORT, 'a posting that has its header is closed'); END""",
        """CREATE TRIGGER relation_versions_closed BEFORE INSERT ON relation_versions
WHEN EXISTS (SELECT 1 FROM register_postings WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no)
BEGIN SELECT RAISE(ABORT, 'a posting that has its header is closed'); END""",
        """CREATE TRIGGER contribution_months_closed BEFORE INSERT ON contribution_months
WHEN EXISTS (SELECT 1 FROM register_postings WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no)
BEGIN SELECT RAISE(ABORT, 'a posting that has its header is closed'); END""",
        """CREATE TRIGGER entitlement_versions_closed BEFORE INSERT ON entitlement_versions
WHEN EXISTS (SELECT 1 FROM register_postings WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no)
BEGIN SELECT RAISE(ABORT, 'a posting that has its header is closed'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION tongban_posting_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF COALESCE((SELECT SUM(amount_cents) FROM ledger_lines WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no AND side = 'debit'), 0) <> NEW.debit_cents OR COALESCE((SELECT SUM(amount_cents) FROM ledger_lines WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no AND side = 'credit'), 0) <> NEW.credit_cents OR (SELECT COUNT(*) FROM ledger_lines WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no) <> NEW.line_count OR (SELECT COUNT(*) FROM register_versions WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no) <> NEW.change_count THEN
    RAISE EXCEPTION 'a posting does not add up to its header' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$""",
        """CREATE FUNCTION tongban_posting_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM register_postings WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no) THEN
    RAISE EXCEPTION 'a posting that has its header is closed' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$""",
        """CREATE TRIGGER balanced BEFORE INSERT ON register_postings
FOR EACH ROW EXECUTE FUNCTION tongban_posting_balanced()""",
        """CREATE TRIGGER closed BEFORE INSERT ON ledger_lines
FOR EACH ROW EXECUTE FUNCTION tongban_posting_closed()""",
        """CREATE TRIGGER closed BEFORE INSERT ON register_versions
FOR EACH ROW EXECUTE FUNCTION tongban_posting_closed()""",
        """CREATE TRIGGER closed BEFORE INSERT ON relation_versions
FOR EACH ROW EXECUTE FUNCTION tongban_posting_closed()""",
        """CREATE TRIGGER closed BEFORE INSERT ON contribution_months
FOR EACH ROW EXECUTE FUNCTION tongban_posting_closed()""",
        """CREATE TRIGGER closed BEFORE INSERT ON entitlement_versions
FOR EACH ROW EXECUTE FUNCTION tongban_posting_closed()""",
    ),
}
UNBALANCE: dict[str, Sequence[str]] = {
    "sqlite": (
        """DROP TRIGGER register_postings_balanced""",
        """DROP TRIGGER ledger_lines_closed""",
        """DROP TRIGGER register_versions_closed""",
        """DROP TRIGGER relation_versions_closed""",
        """DROP TRIGGER contribution_months_closed""",
        """DROP TRIGGER entitlement_versions_closed""",
    ),
    "postgresql": (
        """DROP TRIGGER balanced ON register_postings""",
        """DROP TRIGGER closed ON ledger_lines""",
        """DROP TRIGGER closed ON register_versions""",
        """DROP TRIGGER closed ON relation_versions""",
        """DROP TRIGGER closed ON contribution_months""",
        """DROP TRIGGER closed ON entitlement_versions""",
        """DROP FUNCTION tongban_posting_balanced()""",
        """DROP FUNCTION tongban_posting_closed()""",
    ),
}


def upgrade() -> None:
    """Make every table, then the triggers that guard them."""
    _tables()
    connection = op.get_bind()
    append_only.create_function(connection)
    for table in GROWING:
        append_only.protect(connection, table)
    for statement in BALANCE[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Take every table away, the last first, and the functions its triggers called."""
    connection = op.get_bind()
    for statement in UNBALANCE[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    for table in reversed(TABLES):
        op.drop_table(table)
    append_only.drop_function(connection)


def _tables() -> None:
    op.create_table(
        "agencies",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("parent_code", sa.String(length=6), nullable=True),
        sa.Column("sections", columns.Json, nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "(kind = 'province') = (parent_code IS NULL)", name=op.f("ck_agencies_parent")
        ),
        sa.CheckConstraint("kind IN ('province','city','county')", name=op.f("ck_agencies_kind")),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["agencies.code"], name=op.f("fk_agencies_parent_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_agencies")),
    )
    op.create_table(
        "case_numbers",
        sa.Column("number_id", columns.BigId, nullable=False),
        sa.PrimaryKeyConstraint("number_id", name=op.f("pk_case_numbers")),
    )
    op.create_table(
        "documents",
        sa.Column("document_id", columns.BigId, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("verification_code", sa.String(length=20), nullable=False),
        sa.Column("content", columns.SealedJson("documents.content"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("issued_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_documents")),
        sa.UniqueConstraint(
            "case_no", "kind", "number", name=op.f("uq_documents_case_no_kind_number")
        ),
        sa.UniqueConstraint("verification_code", name=op.f("uq_documents_verification_code")),
        info={"append_only": True},
    )
    op.create_table(
        "employers",
        sa.Column("employer_id", sa.String(length=32), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("version >= 0", name=op.f("ck_employers_version")),
        sa.PrimaryKeyConstraint("employer_id", name=op.f("pk_employers")),
        sa.UniqueConstraint("uscc", name=op.f("uq_employers_uscc")),
    )
    op.create_table(
        "journal",
        sa.Column("entry_id", columns.BigId, nullable=False),
        sa.Column("stream", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("staff_no", sa.String(length=32), nullable=True),
        sa.Column("post", sa.String(length=32), nullable=True),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=True),
        sa.Column("detail", columns.Json, nullable=False),
        sa.Column("suite", sa.String(length=10), nullable=False),
        sa.Column("previous_digest", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_journal")),
        sa.UniqueConstraint("stream", "seq", name=op.f("uq_journal_stream_seq")),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_journal_staff_no_entry_id"), "journal", ["staff_no", "entry_id"], unique=False
    )
    op.create_table(
        "natural_persons",
        sa.Column("person_id", columns.BigId, nullable=False),
        sa.Column("id_no", columns.Sealed("natural_persons.id_no"), nullable=False),
        sa.Column("id_no_index", sa.String(length=64), nullable=False),
        sa.Column("name", columns.Sealed("natural_persons.name"), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_natural_persons")),
        sa.UniqueConstraint("id_no_index", name=op.f("uq_natural_persons_id_no_index")),
    )
    op.create_table(
        "persons",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("id_no_index", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("version >= 0", name=op.f("ck_persons_version")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_persons")),
        sa.UniqueConstraint("id_no_index", name=op.f("uq_persons_id_no_index")),
    )
    op.create_table(
        "policy_epoch",
        sa.Column("row_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(length=32), nullable=False),
        sa.CheckConstraint("row_id = 1", name=op.f("ck_policy_epoch_only_row")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_policy_epoch")),
    )
    op.create_table(
        "risk_tables",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("took_effect_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_risk_tables")),
        info={"append_only": True},
    )
    op.create_table(
        "accounts",
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("staff_no", sa.String(length=32), nullable=False),
        sa.Column("person_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=True),
        sa.Column("name", columns.Sealed("accounts.name"), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("credential_no", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_accounts_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["natural_persons.person_id"], name=op.f("fk_accounts_person_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("staff_no", name=op.f("uq_accounts_staff_no")),
    )
    op.create_index(op.f("ix_accounts_agency_code"), "accounts", ["agency_code"], unique=False)
    op.create_index(op.f("ix_accounts_person_id"), "accounts", ["person_id"], unique=False)
    op.create_table(
        "register_postings",
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("posting_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("posted_at", columns.UtcDateTime(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("change_count", sa.Integer(), nullable=False),
        sa.Column("debit_cents", columns.BigId, nullable=False),
        sa.Column("credit_cents", columns.BigId, nullable=False),
        sa.CheckConstraint(
            "debit_cents = credit_cents AND debit_cents >= 0",
            name=op.f("ck_register_postings_balanced"),
        ),
        sa.CheckConstraint(
            "line_count >= 0 AND change_count >= 0", name=op.f("ck_register_postings_counts")
        ),
        sa.CheckConstraint("posting_no = 1", name=op.f("ck_register_postings_once")),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_register_postings_agency_code")
        ),
        sa.PrimaryKeyConstraint("case_no", "posting_no", name=op.f("pk_register_postings")),
        info={"append_only": True},
    )
    op.create_table(
        "cases",
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("process", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("definition", sa.String(length=64), nullable=False),
        sa.Column("risk_table", sa.String(length=64), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("risk_level", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("risk_reasons", columns.Json, nullable=False),
        sa.Column("meeting_required", sa.Boolean(), nullable=False),
        sa.Column("amount_cents", columns.BigId, nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("accepted_by", columns.BigId, nullable=False),
        sa.Column("accepted_person", columns.BigId, nullable=False),
        sa.Column("handled_by", columns.BigId, nullable=True),
        sa.Column("handled_post", sa.String(length=32), nullable=True),
        sa.Column("subject_kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("received_at", columns.UtcDateTime(), nullable=False),
        sa.Column("accepted_at", columns.UtcDateTime(), nullable=False),
        sa.Column("late_entry_reason", columns.Sealed("cases.late_entry_reason"), nullable=True),
        sa.Column("paper_no", sa.String(length=40), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("deadline", columns.Json, nullable=False),
        sa.Column("last_sign_off", sa.String(length=64), nullable=False),
        sa.Column("sign_off_count", sa.Integer(), nullable=False),
        sa.Column("journal_seq", sa.Integer(), nullable=False),
        sa.Column("journal_head", sa.String(length=64), nullable=False),
        sa.Column("finished_at", columns.UtcDateTime(), nullable=True),
        sa.Column("ending_reason", columns.SealedJson("cases.ending_reason"), nullable=True),
        sa.CheckConstraint(
            "status IN ('awaiting_materials','in_progress','returned','completed','refused','withdrawn')",
            name=op.f("ck_cases_status"),
        ),
        sa.CheckConstraint("cycle >= 1 AND sequence >= 1", name=op.f("ck_cases_counters")),
        sa.CheckConstraint("risk_level BETWEEN 1 AND 3", name=op.f("ck_cases_risk_level")),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["accounts.account_id"], name=op.f("fk_cases_accepted_by")
        ),
        sa.ForeignKeyConstraint(
            ["accepted_person"],
            ["natural_persons.person_id"],
            name=op.f("fk_cases_accepted_person"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_cases_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["handled_by"], ["accounts.account_id"], name=op.f("fk_cases_handled_by")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_cases")),
        sa.UniqueConstraint("case_no", name=op.f("uq_cases_case_no")),
    )
    op.create_index("ix_cases_agency", "cases", ["agency_code", "case_id"], unique=False)
    op.create_index(
        "ix_cases_agency_status", "cases", ["agency_code", "status", "case_id"], unique=False
    )
    op.create_index("ix_cases_subject", "cases", ["subject_id", "case_id"], unique=False)
    op.create_table(
        "contribution_months",
        sa.Column("row_id", columns.BigId, nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base_cents", columns.BigId, nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("posting_no", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "origin IN ('PAID','BACK_PAID','BACKFILLED','DEEMED','TRANSFERRED_IN','VOID')",
            name=op.f("ck_contribution_months_origin"),
        ),
        sa.CheckConstraint("base_cents >= 0", name=op.f("ck_contribution_months_base")),
        sa.CheckConstraint(
            "month BETWEEN 190001 AND 219912 AND month - month / 100 * 100 BETWEEN 1 AND 12",
            name=op.f("ck_contribution_months_month"),
        ),
        sa.ForeignKeyConstraint(
            ["case_no", "posting_no"],
            ["register_postings.case_no", "register_postings.posting_no"],
            name=op.f("fk_contribution_months_case_no_posting_no"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.person_id"], name=op.f("fk_contribution_months_person_id")
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_contribution_months")),
        sa.UniqueConstraint(
            "person_id",
            "month",
            "version",
            name=op.f("uq_contribution_months_person_id_month_version"),
        ),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_contribution_months_case_no_posting_no"),
        "contribution_months",
        ["case_no", "posting_no"],
        unique=False,
    )
    op.create_table(
        "entitlement_versions",
        sa.Column("row_id", columns.BigId, nullable=False),
        sa.Column("entitlement_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("monthly_cents", columns.BigId, nullable=False),
        sa.Column("from_month", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("components", columns.Json, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("posting_no", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('APPROVED','PAYING','SUSPENDED','ENDED')",
            name=op.f("ck_entitlement_versions_status"),
        ),
        sa.CheckConstraint("monthly_cents >= 0", name=op.f("ck_entitlement_versions_monthly")),
        sa.ForeignKeyConstraint(
            ["case_no", "posting_no"],
            ["register_postings.case_no", "register_postings.posting_no"],
            name=op.f("fk_entitlement_versions_case_no_posting_no"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.person_id"], name=op.f("fk_entitlement_versions_person_id")
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_entitlement_versions")),
        sa.UniqueConstraint(
            "entitlement_id", "version", name=op.f("uq_entitlement_versions_entitlement_id_version")
        ),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_entitlement_versions_case_no_posting_no"),
        "entitlement_versions",
        ["case_no", "posting_no"],
        unique=False,
    )
    op.create_index(
        "ix_entitlement_versions_person",
        "entitlement_versions",
        ["person_id", "entitlement_id", "version"],
        unique=False,
    )
    op.create_table(
        "files",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("stored_by", columns.BigId, nullable=False),
        sa.Column("stored_at", columns.UtcDateTime(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("name", columns.Sealed("files.name"), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_files_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["stored_by"], ["accounts.account_id"], name=op.f("fk_files_stored_by")
        ),
        sa.PrimaryKeyConstraint("digest", "agency_code", name=op.f("pk_files")),
        info={"append_only": True},
    )
    op.create_table(
        "grants",
        sa.Column("grant_id", columns.BigId, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=True),
        sa.Column("post", sa.String(length=32), nullable=True),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=True),
        sa.Column("process", sa.String(length=40), nullable=True),
        sa.Column("handling", sa.String(length=10), nullable=True),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("amount_limit_cents", columns.BigId, nullable=True),
        sa.Column("basis", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.Column("granted_by", columns.BigId, nullable=False),
        sa.Column("granted_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("handling IN ('instant','limited')", name=op.f("ck_grants_handling")),
        sa.CheckConstraint("(account_id IS NULL) <> (post IS NULL)", name=op.f("ck_grants_holder")),
        sa.CheckConstraint("(process IS NULL) <> (handling IS NULL)", name=op.f("ck_grants_scope")),
        sa.CheckConstraint("amount_limit_cents >= 0", name=op.f("ck_grants_amount")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_grants_dates")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_grants_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_grants_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["accounts.account_id"], name=op.f("fk_grants_granted_by")
        ),
        sa.PrimaryKeyConstraint("grant_id", name=op.f("pk_grants")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_grants_account_id"), "grants", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_grants_agency_code_post_valid_to"),
        "grants",
        ["agency_code", "post", "valid_to"],
        unique=False,
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("route", sa.String(length=120), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", columns.Sealed("idempotency_keys.body"), nullable=True),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_idempotency_keys_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_at", "idempotency_keys", ["at"], unique=False)
    op.create_table(
        "ledger_lines",
        sa.Column("line_id", columns.BigId, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("posting_no", sa.Integer(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("side", sa.String(length=6), nullable=False),
        sa.Column("amount_cents", columns.BigId, nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=True),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("memo", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(substr(account, 1, 17) = 'personal_account:' OR substr(account, 1, 7) = 'person:')"
            " = (subject_id IS NOT NULL)",
            name=op.f("ck_ledger_lines_subject"),
        ),
        sa.CheckConstraint("side IN ('debit','credit')", name=op.f("ck_ledger_lines_side")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_ledger_lines_amount")),
        sa.ForeignKeyConstraint(
            ["case_no", "posting_no"],
            ["register_postings.case_no", "register_postings.posting_no"],
            name=op.f("fk_ledger_lines_case_no_posting_no"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["persons.person_id"], name=op.f("fk_ledger_lines_subject_id")
        ),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_ledger_lines")),
        sa.UniqueConstraint(
            "case_no",
            "posting_no",
            "line_no",
            name=op.f("uq_ledger_lines_case_no_posting_no_line_no"),
        ),
        info={"append_only": True},
    )
    op.create_index(
        "ix_ledger_lines_balance",
        "ledger_lines",
        ["subject_id", "account", "side", "amount_cents"],
        unique=False,
    )
    op.create_table(
        "post_holdings",
        sa.Column("holding_id", columns.BigId, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("revoked_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "post IN ('guide','teller','handler','reviewer','deputy_director','director','city_approver','city_head','finance','auditor','internal_control','supervisor','archivist','administrator')",
            name=op.f("ck_post_holdings_post"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_post_holdings_dates")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_post_holdings_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_post_holdings_agency_code")
        ),
        sa.PrimaryKeyConstraint("holding_id", name=op.f("pk_post_holdings")),
    )
    op.create_index(
        op.f("ix_post_holdings_account_id"), "post_holdings", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_post_holdings_agency_code_post"),
        "post_holdings",
        ["agency_code", "post"],
        unique=False,
    )
    op.create_table(
        "register_versions",
        sa.Column("version_id", columns.BigId, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("posting_no", sa.Integer(), nullable=False),
        sa.Column("change_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("employer_id", sa.String(length=32), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("after", columns.SealedJson("register_versions.after"), nullable=False),
        sa.Column("before", columns.SealedJson("register_versions.before"), nullable=False),
        sa.Column("recorded_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (employer_id IS NULL)",
            name=op.f("ck_register_versions_one_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["case_no", "posting_no"],
            ["register_postings.case_no", "register_postings.posting_no"],
            name=op.f("fk_register_versions_case_no_posting_no"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employers.employer_id"],
            name=op.f("fk_register_versions_employer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.person_id"], name=op.f("fk_register_versions_person_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_register_versions")),
        sa.UniqueConstraint(
            "case_no",
            "posting_no",
            "change_no",
            name=op.f("uq_register_versions_case_no_posting_no_change_no"),
        ),
        info={"append_only": True},
    )
    op.create_index(
        "ix_register_versions_employer",
        "register_versions",
        ["employer_id", "version_id"],
        unique=False,
    )
    op.create_index(
        "ix_register_versions_person",
        "register_versions",
        ["person_id", "version_id"],
        unique=False,
    )
    op.create_table(
        "relation_versions",
        sa.Column("row_id", columns.BigId, nullable=False),
        sa.Column("relation_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("employer_id", sa.String(length=32), nullable=True),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("from_month", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("posting_no", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('EMPLOYEE','FLEX')", name=op.f("ck_relation_versions_kind")),
        sa.CheckConstraint(
            "status IN ('ACTIVE','INTERRUPTED','ENDED')", name=op.f("ck_relation_versions_status")
        ),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_relation_versions_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["case_no", "posting_no"],
            ["register_postings.case_no", "register_postings.posting_no"],
            name=op.f("fk_relation_versions_case_no_posting_no"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employers.employer_id"],
            name=op.f("fk_relation_versions_employer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.person_id"], name=op.f("fk_relation_versions_person_id")
        ),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_relation_versions")),
        sa.UniqueConstraint(
            "relation_id", "version", name=op.f("uq_relation_versions_relation_id_version")
        ),
        info={"append_only": True},
    )
    op.create_index(
        op.f("ix_relation_versions_case_no_posting_no"),
        "relation_versions",
        ["case_no", "posting_no"],
        unique=False,
    )
    op.create_index(
        "ix_relation_versions_person",
        "relation_versions",
        ["person_id", "relation_id", "version"],
        unique=False,
    )
    op.create_table(
        "sign_ins",
        sa.Column("sign_in_id", columns.BigId, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("credential_no", sa.Integer(), nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("password_checked_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_sign_ins_account_id")
        ),
        sa.PrimaryKeyConstraint("sign_in_id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    op.create_index(op.f("ix_sign_ins_account_id"), "sign_ins", ["account_id"], unique=False)
    op.create_table(
        "case_contents",
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("applicant", columns.SealedJson("case_contents.applicant"), nullable=False),
        sa.Column("form", columns.SealedJson("case_contents.form"), nullable=False),
        sa.Column("salts", columns.SealedJson("case_contents.salts"), nullable=False),
        sa.Column("commitments", columns.Json, nullable=False),
        sa.Column("form_digest", sa.String(length=64), nullable=False),
        sa.Column("materials", columns.Json, nullable=False),
        sa.Column("missing", columns.Json, nullable=False),
        sa.Column("materials_digest", sa.String(length=64), nullable=False),
        sa.Column("facts", columns.Json, nullable=False),
        sa.Column("posting", columns.SealedJson("case_contents.posting"), nullable=False),
        sa.Column("posting_salt", columns.Sealed("case_contents.posting_salt"), nullable=False),
        sa.Column("posting_digest", sa.String(length=64), nullable=False),
        sa.Column("submitted_by", columns.BigId, nullable=False),
        sa.Column("submitted_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
            name=op.f("fk_case_contents_case_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["accounts.account_id"], name=op.f("fk_case_contents_submitted_by")
        ),
        sa.PrimaryKeyConstraint("case_id", "cycle", name=op.f("pk_case_contents")),
        info={"append_only": True},
    )
    op.create_table(
        "case_states",
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
            name=op.f("fk_case_states_case_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_states")),
    )
    op.create_table(
        "grant_revocations",
        sa.Column("revocation_id", columns.BigId, nullable=False),
        sa.Column("grant_id", columns.BigId, nullable=False),
        sa.Column("revoked_by", columns.BigId, nullable=False),
        sa.Column("revoked_at", columns.UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.grant_id"], name=op.f("fk_grant_revocations_grant_id")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["accounts.account_id"], name=op.f("fk_grant_revocations_revoked_by")
        ),
        sa.PrimaryKeyConstraint("revocation_id", name=op.f("pk_grant_revocations")),
        sa.UniqueConstraint("grant_id", name=op.f("uq_grant_revocations_grant_id")),
        info={"append_only": True},
    )
    op.create_table(
        "sign_offs",
        sa.Column("sign_off_id", columns.BigId, nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("signer", sa.String(length=32), nullable=False),
        sa.Column("signer_person", columns.BigId, nullable=False),
        sa.Column("on_behalf_of", sa.String(length=32), nullable=True),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("reasons", columns.Json, nullable=False),
        sa.Column("opinion", columns.Sealed("sign_offs.opinion"), nullable=False),
        sa.Column("opinion_salt", columns.Sealed("sign_offs.opinion_salt"), nullable=False),
        sa.Column("opinion_commitment", sa.String(length=64), nullable=False),
        sa.Column("resolution", columns.SealedJson("sign_offs.resolution"), nullable=True),
        sa.Column("resolution_salt", columns.Sealed("sign_offs.resolution_salt"), nullable=False),
        sa.Column("resolution_commitment", sa.String(length=64), nullable=False),
        sa.Column("form_digest", sa.String(length=64), nullable=False),
        sa.Column("materials_digest", sa.String(length=64), nullable=False),
        sa.Column("posting_digest", sa.String(length=64), nullable=False),
        sa.Column("definition", sa.String(length=64), nullable=False),
        sa.Column("risk_table", sa.String(length=64), nullable=False),
        sa.Column("risk_level", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("policy_epoch", sa.Integer(), nullable=False),
        sa.Column("grant", sa.String(length=80), nullable=False),
        sa.Column("signed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("suite", sa.String(length=10), nullable=False),
        sa.Column("previous_digest", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "decision IN ('approve','return','refuse','escalate')",
            name=op.f("ck_sign_offs_decision"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
            name=op.f("fk_sign_offs_case_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["signer_person"],
            ["natural_persons.person_id"],
            name=op.f("fk_sign_offs_signer_person"),
        ),
        sa.PrimaryKeyConstraint("sign_off_id", name=op.f("pk_sign_offs")),
        sa.UniqueConstraint(
            "case_id",
            "cycle",
            "signer_person",
            name=op.f("uq_sign_offs_case_id_cycle_signer_person"),
        ),
        sa.UniqueConstraint(
            "case_id", "cycle", "step", name=op.f("uq_sign_offs_case_id_cycle_step")
        ),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_sign_offs_case_id_seq")),
        info={"append_only": True},
    )
    op.create_table(
        "tasks",
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("opened_seq", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(), nullable=False),
        sa.Column("reserved_for", columns.BigId, nullable=True),
        sa.Column("claimed_by", columns.BigId, nullable=True),
        sa.Column("claimed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("closed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("closed_by", columns.BigId, nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_tasks_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
            name=op.f("fk_tasks_case_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by"], ["accounts.account_id"], name=op.f("fk_tasks_claimed_by")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["accounts.account_id"], name=op.f("fk_tasks_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["reserved_for"], ["accounts.account_id"], name=op.f("fk_tasks_reserved_for")
        ),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_tasks")),
        sa.UniqueConstraint(
            "case_id",
            "cycle",
            "step",
            "opened_seq",
            name=op.f("uq_tasks_case_id_cycle_step_opened_seq"),
        ),
    )
    op.create_index(
        "ix_tasks_case",
        "tasks",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_open",
        "tasks",
        ["agency_code", "post", "due_on", "task_id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
