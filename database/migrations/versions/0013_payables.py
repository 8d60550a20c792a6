"""Payables: what is determined to be paid, its steps, the releases that finance signs, the bank's reports.

Triggers hold in the database what the application holds too: a payable is a credit line of what is payable; a step
follows from the one before it, a payment from a release; who signed the case doesn't release it; and under a
payment's number only the two lines of its step are posted.
"""

from collections.abc import Sequence
from importlib import import_module

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

GROWING = ("payables", "payable_releases", "bank_batches", "payable_events")
PAID = sa.text("kind = 'paid'")
NO_LINE = "a payable is a credit line of what is payable"
NO_RELEASE = "a payable takes its steps in order, and is paid once it was released"
NOT_SEPARATE = "who signed a case does not release its payment"
UNSIGNED = "a posting lacks the sign-offs its level and route demand"
UNBALANCED = "a posting does not add up to its header"

LINE = """EXISTS (SELECT 1 FROM ledger_lines l WHERE l.case_no = NEW.case_no
    AND l.posting_no = NEW.posting_no AND l.line_no = NEW.line_no AND l.account = NEW.account
    AND l.side = 'credit' AND l.amount_cents = NEW.amount_cents
    AND (l.subject_id = NEW.person_id OR l.subject_id IS NULL AND NEW.person_id IS NULL))"""
OF_IT = "FROM payable_events e WHERE e.payable_id = NEW.payable_id"
LAST = f"""COALESCE((SELECT e.kind {OF_IT} AND e.kind <> 'offset'
    ORDER BY e.seq DESC LIMIT 1), 'determined')"""
LEFT = f"""((SELECT p.amount_cents FROM payables p WHERE p.payable_id = NEW.payable_id)
    - COALESCE((SELECT SUM(e.amount_cents) {OF_IT} AND e.kind = 'offset'), 0))"""
IN_ORDER = f"""NEW.seq = 1 + COALESCE((SELECT MAX(e.seq) {OF_IT}), 0)
  AND (NEW.kind IN ('released', 'offset') AND {LAST} IN ('determined', 'returned')
    OR NEW.kind IN ('paid', 'returned') AND {LAST} = 'released')
  AND (NEW.kind = 'offset' AND NEW.amount_cents <= {LEFT} OR NEW.amount_cents = {LEFT})"""
SEPARATE = """NOT EXISTS (SELECT 1 FROM payables p JOIN sign_offs s ON s.case_no = p.case_no
    JOIN payable_releases r ON r.release_id = NEW.release_id
    WHERE p.payable_id = NEW.payable_id AND s.signer_person = r.signer_person)"""
MOVED = (
    "'person:payable', 'person:released', 'transfers_payable', 'transfers_released', 'courts_payable', "
    "'courts_released', 'fund_at_bank'"
)
STEP = f"""(NEW.line_count = 2 AND NEW.change_count = 0 AND EXISTS (SELECT 1 FROM payable_events e
    WHERE e.posting = NEW.case_no AND e.kind <> 'offset' AND e.amount_cents = NEW.debit_cents)
  AND NOT EXISTS (SELECT 1 FROM ledger_lines l WHERE l.case_no = NEW.case_no
    AND l.account NOT IN ({MOVED})))"""
# What 0005 asks of a posting's header is asked of all but openings, and now of all but payments.
GUARD = import_module("database.migrations.versions.0005_guard")
PAYMENT = "NEW.case_no LIKE 'PAY-%%'"
OF_CASES = f"NOT {GUARD.OPENING} AND NOT {PAYMENT} AND NOT ("

TRIGGERS: dict[str, Sequence[str]] = {
    "sqlite": (
        *(
            f"""CREATE TRIGGER {name} BEFORE INSERT ON {table}
WHEN {wrong}
BEGIN SELECT RAISE(ABORT, '{said}'); END"""
            for name, table, wrong, said in (
                ("payables_of_a_line", "payables", f"NOT {LINE}", NO_LINE),
                ("payable_events_in_order", "payable_events", f"NOT ({IN_ORDER})", NO_RELEASE),
                ("payable_events_separate", "payable_events", f"NOT {SEPARATE}", NOT_SEPARATE),
                (
                    "register_postings_payment",
                    "register_postings",
                    f"{PAYMENT} AND NOT {STEP}",
                    NO_RELEASE,
                ),
            )
        ),
    ),
    "postgresql": (
        f"""CREATE FUNCTION tongban_payable_of_a_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT {LINE} THEN RAISE EXCEPTION '{NO_LINE}' USING ERRCODE = '23000'; END IF;
  RETURN NEW;
END $$""",
        """CREATE TRIGGER of_a_line BEFORE INSERT ON payables
FOR EACH ROW EXECUTE FUNCTION tongban_payable_of_a_line()""",
        f"""CREATE FUNCTION tongban_payable_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT ({IN_ORDER}) THEN RAISE EXCEPTION '{NO_RELEASE}' USING ERRCODE = '23000'; END IF;
  IF NOT {SEPARATE} THEN RAISE EXCEPTION '{NOT_SEPARATE}' USING ERRCODE = '23000'; END IF;
  RETURN NEW;
END $$""",
        """CREATE TRIGGER step BEFORE INSERT ON payable_events
FOR EACH ROW EXECUTE FUNCTION tongban_payable_step()""",
        f"""CREATE FUNCTION tongban_payment_posted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT {STEP} THEN RAISE EXCEPTION '{NO_RELEASE}' USING ERRCODE = '23000'; END IF;
  RETURN NEW;
END $$""",
        f"""CREATE TRIGGER payment BEFORE INSERT ON register_postings
FOR EACH ROW WHEN ({PAYMENT}) EXECUTE FUNCTION tongban_payment_posted()""",
    ),
}
GONE: dict[str, Sequence[str]] = {
    "sqlite": ("DROP TRIGGER register_postings_payment",),
    "postgresql": (
        "DROP TRIGGER payment ON register_postings",
        "DROP TRIGGER step ON payable_events",
        "DROP TRIGGER of_a_line ON payables",
        "DROP FUNCTION tongban_payment_posted()",
        "DROP FUNCTION tongban_payable_step()",
        "DROP FUNCTION tongban_payable_of_a_line()",
    ),
}


def upgrade() -> None:
    """Make the tables and the triggers."""
    _payables()
    _releases()
    _events()
    connection = op.get_bind()
    for table in GROWING:
        append_only.protect(connection, table)
    _signed(connection, payments=True)
    for statement in TRIGGERS[connection.dialect.name]:
        connection.exec_driver_sql(_spoken(connection, statement))


def _signed(connection: sa.Connection, *, payments: bool) -> None:
    """The guard of 0005, with or without payments left out of it."""
    statement: str = GUARD.GUARD[connection.dialect.name][0]
    if payments:
        statement = statement.replace(f"NOT {GUARD.OPENING} AND NOT (", OF_CASES)
    if connection.dialect.name == "postgresql":
        statement = statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    else:
        connection.exec_driver_sql("DROP TRIGGER register_postings_signed")
    connection.exec_driver_sql(_spoken(connection, statement))


def _payables() -> None:
    op.create_table(
        "payables",
        sa.Column("payable_id", columns.BigId, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("posting_no", sa.Integer(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("amount_cents", columns.BigId, nullable=False),
        sa.Column("payee", columns.SealedJson("payables.payee"), nullable=False),
        sa.Column("payee_salt", columns.Sealed("payables.payee_salt"), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("suite", sa.String(length=10), nullable=False),
        sa.Column("account_index", sa.String(length=64), nullable=True),
        sa.Column("determined_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payables_amount")),
        sa.CheckConstraint(
            "account IN ('person:payable','transfers_payable','courts_payable')",
            name=op.f("ck_payables_account"),
        ),
        sa.ForeignKeyConstraint(
            ["case_no", "posting_no", "line_no"],
            ["ledger_lines.case_no", "ledger_lines.posting_no", "ledger_lines.line_no"],
            name=op.f("fk_payables_case_no_posting_no_line_no"),
        ),
        _to("payables", "agency_code", "agencies.code"),
        _to("payables", "person_id", "persons.person_id"),
        sa.PrimaryKeyConstraint("payable_id", name=op.f("pk_payables")),
        sa.UniqueConstraint(
            "case_no", "posting_no", "line_no", name=op.f("uq_payables_case_no_posting_no_line_no")
        ),
    )
    _index("payables", "agency_code", "payable_id")
    _index("payables", "person_id")
    _index("payables", "account_index")


def _releases() -> None:
    op.create_table(
        "payable_releases",
        sa.Column("release_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("signer", sa.String(length=32), nullable=False),
        sa.Column("signer_person", columns.BigId, nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("grant", sa.String(length=80), nullable=False),
        sa.Column("policy_epoch", sa.Integer(), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("total_cents", columns.BigId, nullable=False),
        sa.Column("list_digest", sa.String(length=64), nullable=False),
        sa.Column("released_at", columns.UtcDateTime(), nullable=False),
        sa.Column("suite", sa.String(length=10), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.CheckConstraint("post = 'finance'", name=op.f("ck_payable_releases_post")),
        sa.CheckConstraint(
            "item_count > 0 AND total_cents > 0", name=op.f("ck_payable_releases_counts")
        ),
        _to("payable_releases", "agency_code", "agencies.code"),
        _to("payable_releases", "signer_person", "natural_persons.person_id"),
        _to("payable_releases", "key_id", "signing_keys.key_id"),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_payable_releases")),
        sa.UniqueConstraint("digest", name=op.f("uq_payable_releases_digest")),
    )
    _index("payable_releases", "agency_code", "release_id")
    op.create_table(
        "bank_batches",
        sa.Column("batch_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("imported_by", columns.BigId, nullable=False),
        sa.Column("imported_at", columns.UtcDateTime(), nullable=False),
        sa.Column("paid_count", sa.Integer(), nullable=False),
        sa.Column("returned_count", sa.Integer(), nullable=False),
        sa.Column("paid_cents", columns.BigId, nullable=False),
        sa.Column("returned_cents", columns.BigId, nullable=False),
        sa.CheckConstraint(
            "paid_count >= 0 AND returned_count >= 0", name=op.f("ck_bank_batches_counts")
        ),
        _to("bank_batches", "agency_code", "agencies.code"),
        _to("bank_batches", "imported_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_bank_batches")),
    )
    _index("bank_batches", "agency_code", "batch_id")


def _events() -> None:
    op.create_table(
        "payable_events",
        sa.Column("event_id", columns.BigId, nullable=False),
        sa.Column("payable_id", columns.BigId, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("amount_cents", columns.BigId, nullable=False),
        sa.Column("posting", sa.String(length=24), nullable=False),
        sa.Column("release_id", columns.BigId, nullable=True),
        sa.Column("batch_id", columns.BigId, nullable=True),
        sa.Column("reason", columns.Sealed("payable_events.reason"), nullable=True),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('released','paid','returned','offset')", name=op.f("ck_payable_events_kind")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payable_events_amount")),
        sa.CheckConstraint(
            "(kind = 'released') = (release_id IS NOT NULL)", name=op.f("ck_payable_events_release")
        ),
        sa.CheckConstraint(
            "(kind IN ('paid','returned')) = (batch_id IS NOT NULL)",
            name=op.f("ck_payable_events_batch"),
        ),
        _to("payable_events", "payable_id", "payables.payable_id"),
        _to("payable_events", "release_id", "payable_releases.release_id"),
        _to("payable_events", "batch_id", "bank_batches.batch_id"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_payable_events")),
        sa.UniqueConstraint("payable_id", "seq", name=op.f("uq_payable_events_payable_id_seq")),
    )
    for column in ("posting", "release_id", "batch_id"):
        _index("payable_events", column)
    op.create_index(
        "uq_payable_events_paid",
        "payable_events",
        ["payable_id"],
        unique=True,
        sqlite_where=PAID,
        postgresql_where=PAID,
    )


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, *named: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(named)}", table, list(named), unique=False)


def _spoken(connection: sa.Connection, statement: str) -> str:
    """Percent signs are doubled for the driver of PostgreSQL only."""
    return statement if connection.dialect.name == "postgresql" else statement.replace("%%", "%")


def downgrade() -> None:
    """Take them away again."""
    connection = op.get_bind()
    for statement in GONE[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    _signed(connection, payments=False)
    for name in reversed(GROWING):
        op.drop_table(name)
