"""Who answers for a case, questions to superiors, first contacts; green marks withdrawn; who watches destruction."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only, walls

revision = "0031"
down_revision: str | None = "0030"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLES = (
    "green_withdrawals",
    "disposal_witnesses",
    "owner_transfers",
    "owner_answers",
    "consultations",
    "consultation_answers",
    "first_contacts",
    "contact_endings",
)
BY_AGENCY = tuple(table for table in TABLES if table != "disposal_witnesses")
GROWS = {"append_only": True}
# Whoever carries a list out is none of the two who watch; one that isn't approved another trigger refuses.
WATCHED = """(NEW.kind <> 'destroy' OR NOT EXISTS (SELECT 1 FROM disposal_steps s
    WHERE s.list_id = NEW.list_id AND s.kind = 'approve') OR (SELECT COUNT(*) FROM disposal_witnesses w
    WHERE w.list_id = NEW.list_id AND w.person_id <> NEW.person_id) = 2)"""
UNWATCHED = "two witnesses watch a list being carried out"
GUARD: dict[str, Sequence[str]] = {
    "sqlite": (
        f"""CREATE TRIGGER disposal_steps_watched BEFORE INSERT ON disposal_steps
WHEN NOT {WATCHED}
BEGIN SELECT RAISE(ABORT, '{UNWATCHED}'); END""",
    ),
    "postgresql": (
        f"""CREATE FUNCTION tongban_disposal_watched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT {WATCHED} THEN
    RAISE EXCEPTION '{UNWATCHED}' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$""",
        """CREATE TRIGGER watched BEFORE INSERT ON disposal_steps
FOR EACH ROW EXECUTE FUNCTION tongban_disposal_watched()""",
    ),
}
OPEN: dict[str, Sequence[str]] = {
    "sqlite": ("DROP TRIGGER disposal_steps_watched",),
    "postgresql": (
        "DROP TRIGGER watched ON disposal_steps",
        "DROP FUNCTION tongban_disposal_watched()",
    ),
}


def upgrade() -> None:
    """Make the tables, which only grow, and the guard."""
    _small()
    _owners()
    _consultations()
    _contacts()
    connection = op.get_bind()
    for table in TABLES:
        append_only.protect(connection, table)
    for table in BY_AGENCY:
        walls.by_agency(connection, table)
    for statement in GUARD[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def _of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _small() -> None:
    op.create_table(
        "green_withdrawals",
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("reason", columns.Sealed("green_withdrawals.reason"), nullable=False),
        sa.Column("withdrawn_by", columns.BigId, nullable=False),
        sa.Column("withdrawn_at", columns.UtcDateTime(), nullable=False),
        _of("green_withdrawals", "case_no", "green_cases.case_no"),
        _of("green_withdrawals", "agency_code", "agencies.code"),
        _of("green_withdrawals", "withdrawn_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_green_withdrawals")),
        info=GROWS,
    )
    op.create_index(
        "ix_green_withdrawals_agency_code", "green_withdrawals", ["agency_code"], unique=False
    )
    op.create_table(
        "disposal_witnesses",
        sa.Column("list_id", columns.BigId, nullable=False),
        sa.Column("person_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        _of("disposal_witnesses", "list_id", "disposal_lists.list_id"),
        _of("disposal_witnesses", "person_id", "natural_persons.person_id"),
        _of("disposal_witnesses", "account_id", "accounts.account_id"),
        sa.PrimaryKeyConstraint("list_id", "person_id", name=op.f("pk_disposal_witnesses")),
        info=GROWS,
    )


def _owners() -> None:
    # Whoever accepted a case answers for it until he hands it over: his open ones, and what ended lately.
    op.create_index("ix_cases_owner", "cases", ["accepted_by", "finished_at"], unique=False)
    op.create_table(
        "owner_transfers",
        sa.Column("transfer_id", columns.BigId, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("from_id", columns.BigId, nullable=False),
        sa.Column("to_id", columns.BigId, nullable=False),
        sa.Column("ordered", sa.Boolean(), nullable=False),
        sa.Column("reason", columns.Sealed("owner_transfers.reason"), nullable=False),
        sa.Column("given_by", columns.BigId, nullable=False),
        sa.Column("given_at", columns.UtcDateTime(), nullable=False),
        _of("owner_transfers", "case_no", "cases.case_no"),
        _of("owner_transfers", "agency_code", "agencies.code"),
        _of("owner_transfers", "from_id", "accounts.account_id"),
        _of("owner_transfers", "to_id", "accounts.account_id"),
        _of("owner_transfers", "given_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("transfer_id", name=op.f("pk_owner_transfers")),
        info=GROWS,
    )
    for column in ("case_no", "to_id"):
        op.create_index(f"ix_owner_transfers_{column}", "owner_transfers", [column], unique=False)
    op.create_table(
        "owner_answers",
        sa.Column("transfer_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("answered_by", columns.BigId, nullable=False),
        sa.Column("answered_at", columns.UtcDateTime(), nullable=False),
        _of("owner_answers", "transfer_id", "owner_transfers.transfer_id"),
        _of("owner_answers", "agency_code", "agencies.code"),
        _of("owner_answers", "answered_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("transfer_id", name=op.f("pk_owner_answers")),
        info=GROWS,
    )


def _consultations() -> None:
    op.create_table(
        "consultations",
        sa.Column("consultation_id", columns.BigId, nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=True),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("asked_post", sa.String(length=32), nullable=False),
        sa.Column("question", columns.SealedJson("consultations.question"), nullable=False),
        sa.Column("asked_by", columns.BigId, nullable=False),
        sa.Column("asked_person", columns.BigId, nullable=False),
        sa.Column("asked_at", columns.UtcDateTime(), nullable=False),
        _of("consultations", "case_id", "cases.case_id"),
        _of("consultations", "agency_code", "agencies.code"),
        _of("consultations", "asked_by", "accounts.account_id"),
        _of("consultations", "asked_person", "natural_persons.person_id"),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_consultations")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_consultations_case_id_seq")),
        info=GROWS,
    )
    op.create_table(
        "consultation_answers",
        sa.Column("consultation_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=32), nullable=True),
        sa.Column("answer", columns.SealedJson("consultation_answers.answer"), nullable=False),
        sa.Column("answered_by", columns.BigId, nullable=False),
        sa.Column("answered_person", columns.BigId, nullable=False),
        sa.Column("answered_at", columns.UtcDateTime(), nullable=False),
        sa.Column("suite", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        _of("consultation_answers", "consultation_id", "consultations.consultation_id"),
        _of("consultation_answers", "case_id", "cases.case_id"),
        _of("consultation_answers", "agency_code", "agencies.code"),
        _of("consultation_answers", "answered_by", "accounts.account_id"),
        _of("consultation_answers", "answered_person", "natural_persons.person_id"),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_consultation_answers")),
        info=GROWS,
    )
    op.create_index(
        "ix_consultation_answers_case_id_consultation_id",
        "consultation_answers",
        ["case_id", "consultation_id"],
        unique=False,
    )


def _contacts() -> None:
    op.create_table(
        "first_contacts",
        sa.Column("contact_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("visitor", columns.SealedJson("first_contacts.visitor"), nullable=True),
        sa.Column("matter", columns.Sealed("first_contacts.matter"), nullable=False),
        sa.Column("belongs_to", columns.Sealed("first_contacts.belongs_to"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", columns.BigId, nullable=False),
        sa.Column("recorded_at", columns.UtcDateTime(), nullable=False),
        _of("first_contacts", "agency_code", "agencies.code"),
        _of("first_contacts", "recorded_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_first_contacts")),
        info=GROWS,
    )
    op.create_index(
        "ix_first_contacts_agency_code_contact_id",
        "first_contacts",
        ["agency_code", "contact_id"],
        unique=False,
    )
    op.create_table(
        "contact_endings",
        sa.Column("contact_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", columns.Sealed("contact_endings.text"), nullable=False),
        sa.Column("taken_by", columns.BigId, nullable=True),
        sa.Column("ended_by", columns.BigId, nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('answer','referral')", name=op.f("ck_contact_endings_kind")),
        sa.CheckConstraint(
            "(kind = 'referral') = (taken_by IS NOT NULL)",
            name=op.f("ck_contact_endings_accompanied"),
        ),
        _of("contact_endings", "contact_id", "first_contacts.contact_id"),
        _of("contact_endings", "agency_code", "agencies.code"),
        _of("contact_endings", "taken_by", "accounts.account_id"),
        _of("contact_endings", "ended_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact_endings")),
        info=GROWS,
    )


def downgrade() -> None:
    """Take them away again."""
    for statement in OPEN[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement)
    op.drop_index("ix_cases_owner", table_name="cases")
    for table in reversed(TABLES):
        op.drop_table(table)
