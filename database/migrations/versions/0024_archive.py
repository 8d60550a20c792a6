"""The archive: manifests of ended cases, volumes and their items, supplements, loans, disposal.

No case ends without its manifest: at once on SQLite, where what a command writes comes in order, and at the
commit on PostgreSQL. Volumes and items are numbered without gaps, a case with a piece missing has no place
in a volume, and nothing is destroyed but what three appraised and a fourth approved.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0024"
down_revision: str | None = "0023"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MANIFESTS = "archive_manifests"
GROWING = (
    MANIFESTS,
    "archive_volumes",
    "archive_items",
    "archive_supplements",
    "archive_loans",
    "archive_returns",
    "disposal_lists",
    "disposal_items",
    "disposal_steps",
    "destroyed_files",
)
OPINIONS = sa.text("kind IN ('appraise','approve')")
NO_MANIFEST = "a case ends with the manifest of its file"
ENDED = "NEW.status IN ('completed','refused','withdrawn')"
# A case that lacks its posting is refused by the trigger of 0005, whichever comes first.
POSTED = """(NEW.status <> 'completed'
    OR EXISTS (SELECT 1 FROM register_postings p WHERE p.case_no = NEW.case_no))"""
FIXED = """EXISTS (SELECT 1 FROM archive_manifests m WHERE m.case_id = NEW.case_id
    AND m.case_no = NEW.case_no AND m.ending = NEW.status)"""
IN_ORDER = """NEW.volume_no = 1 + COALESCE((SELECT MAX(v.volume_no) FROM archive_volumes v
    WHERE v.agency_code = NEW.agency_code AND v.year = NEW.year AND v.category = NEW.category
      AND v.retention_years = NEW.retention_years), 0)"""
OF_ITS_CLASS = """NEW.item_no = 1 + COALESCE((SELECT MAX(i.item_no) FROM archive_items i
    WHERE i.volume_id = NEW.volume_id), 0)
  AND EXISTS (SELECT 1 FROM archive_volumes v JOIN archive_manifests m
    ON m.agency_code = v.agency_code AND m.year = v.year AND m.category = v.category
      AND m.retention_years = v.retention_years
    WHERE v.volume_id = NEW.volume_id AND m.case_id = NEW.case_id)"""
AGREED = """(SELECT COUNT(DISTINCT s.person_id) FROM disposal_steps s
    WHERE s.list_id = NEW.list_id AND s.kind = '{}')"""
APPRAISED, APPROVED = AGREED.format("appraise"), AGREED.format("approve")
REJECTED = (
    "(SELECT COUNT(*) FROM disposal_steps s WHERE s.list_id = NEW.list_id AND s.kind = 'reject')"
)
FOLLOWS = f"""({REJECTED} = 0 AND (NEW.kind <> 'appraise' OR {APPRAISED} < 3)
  AND (NEW.kind <> 'approve' OR {APPRAISED} = 3)
  AND (NEW.kind <> 'destroy' OR {APPRAISED} = 3 AND {APPROVED} = 1))"""
GONE = """EXISTS (SELECT 1 FROM disposal_steps s WHERE s.list_id = NEW.list_id
    AND s.kind = 'destroy')"""
# By table: its trigger, what must hold of a new row, and what is said where it doesn't.
RULES = (
    ("archive_volumes", "in_order", IN_ORDER, "volumes are numbered without gaps"),
    ("archive_items", "in_order", OF_ITS_CLASS, "files are numbered without gaps, in their class"),
    ("disposal_steps", "follows", FOLLOWS, "three appraise a list, a fourth approves it"),
    ("destroyed_files", "approved", GONE, "nothing is destroyed without an approved list"),
)
GUARD: dict[str, Sequence[str]] = {
    "sqlite": (
        *(
            f"""CREATE TRIGGER cases_archived_{verb.split()[0].lower()} BEFORE {verb} ON cases
WHEN {ENDED} AND {POSTED} AND NOT {FIXED}
BEGIN SELECT RAISE(ABORT, '{NO_MANIFEST}'); END"""
            for verb in ("INSERT", "UPDATE OF status")
        ),
        *(
            f"""CREATE TRIGGER {table}_{name} BEFORE INSERT ON {table}
WHEN NOT ({holds})
BEGIN SELECT RAISE(ABORT, '{said}'); END"""
            for table, name, holds, said in RULES
        ),
    ),
    "postgresql": (
        *(
            statement
            for table, name, holds, said in RULES
            for statement in (
                f"""CREATE FUNCTION tongban_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT ({holds}) THEN
    RAISE EXCEPTION '{said}' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$""",
                f"""CREATE TRIGGER {name} BEFORE INSERT ON {table}
FOR EACH ROW EXECUTE FUNCTION tongban_{table}()""",
            )
        ),
        f"""CREATE FUNCTION tongban_case_archived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT {FIXED} THEN
    RAISE EXCEPTION '{NO_MANIFEST}' USING ERRCODE = '23000';
  END IF;
  RETURN NULL;
END $$""",
        f"""CREATE CONSTRAINT TRIGGER archived AFTER INSERT OR UPDATE OF status ON cases
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({ENDED})
EXECUTE FUNCTION tongban_case_archived()""",
    ),
}
OPEN: dict[str, Sequence[str]] = {
    "sqlite": ("DROP TRIGGER cases_archived_insert", "DROP TRIGGER cases_archived_update"),
    "postgresql": (
        "DROP TRIGGER archived ON cases",
        "DROP FUNCTION tongban_case_archived()",
        *(
            statement
            for table, name, _, _ in RULES
            for statement in (f"DROP TRIGGER {name} ON {table}", f"DROP FUNCTION tongban_{table}()")
        ),
    ),
}


def upgrade() -> None:
    """Make the tables and the triggers. Cases that ended before have no manifest, and keep none."""
    _manifests()
    _volumes()
    _loans()
    _disposal()
    connection = op.get_bind()
    for table in GROWING:
        append_only.protect(connection, table)
    for statement in GUARD[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def _manifests() -> None:
    op.create_table(
        MANIFESTS,
        sa.Column("case_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("process", sa.String(length=40), nullable=False),
        sa.Column("ending", sa.String(length=20), nullable=False),
        sa.Column("retention_years", sa.Integer(), nullable=False),
        sa.Column("basis", columns.Json, nullable=False),
        sa.Column("pieces", columns.Json, nullable=False),
        sa.Column("missing", columns.Json, nullable=False),
        sa.Column("fixed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("suite", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "retention_years IN (0,10,30,50,100)", name=op.f("ck_archive_manifests_retention")
        ),
        sa.CheckConstraint(
            "ending IN ('completed','refused','withdrawn')",
            name=op.f("ck_archive_manifests_ending"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
            name=op.f("fk_archive_manifests_case_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_archive_manifests")),
    )
    op.create_index(
        "ix_archive_manifests_agency", MANIFESTS, ["agency_code", "case_id"], unique=False
    )


def _volumes() -> None:
    op.create_table(
        "archive_volumes",
        sa.Column("volume_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("retention_years", sa.Integer(), nullable=False),
        sa.Column("volume_no", sa.Integer(), nullable=False),
        sa.Column("opened_by", columns.BigId, nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("volume_no >= 1", name=op.f("ck_archive_volumes_number")),
        _to("archive_volumes", "agency_code", "agencies.code"),
        _to("archive_volumes", "opened_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("volume_id", name=op.f("pk_archive_volumes")),
        sa.UniqueConstraint(
            "agency_code",
            "year",
            "category",
            "retention_years",
            "volume_no",
            name=op.f("uq_archive_volumes_agency_code_year_category_retention_years_volume_no"),
        ),
    )
    op.create_table(
        "archive_items",
        sa.Column("volume_id", columns.BigId, nullable=False),
        sa.Column("item_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("filed_by", columns.BigId, nullable=False),
        sa.Column("filed_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("item_no >= 1 AND pages >= 1", name=op.f("ck_archive_items_numbers")),
        _to("archive_items", "volume_id", "archive_volumes.volume_id"),
        _to("archive_items", "case_id", "archive_manifests.case_id"),
        _to("archive_items", "filed_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("volume_id", "item_no", name=op.f("pk_archive_items")),
        sa.UniqueConstraint("case_id", name=op.f("uq_archive_items_case_id")),
    )
    op.create_table(
        "archive_supplements",
        sa.Column("supplement_id", columns.BigId, nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=True),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("reason", columns.Sealed("archive_supplements.reason"), nullable=False),
        sa.Column("added_by", columns.BigId, nullable=False),
        sa.Column("added_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "form = 'scan' AND file IS NOT NULL OR form = 'paper' AND file IS NULL",
            name=op.f("ck_archive_supplements_form"),
        ),
        sa.ForeignKeyConstraint(
            ["file", "agency_code"],
            ["files.digest", "files.agency_code"],
            name=op.f("fk_archive_supplements_file_agency_code"),
        ),
        _to("archive_supplements", "case_id", "archive_manifests.case_id"),
        _to("archive_supplements", "added_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("supplement_id", name=op.f("pk_archive_supplements")),
        sa.UniqueConstraint("case_id", "code", name=op.f("uq_archive_supplements_case_id_code")),
    )


def _loans() -> None:
    op.create_table(
        "archive_loans",
        sa.Column("loan_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("borrower", columns.Sealed("archive_loans.borrower"), nullable=False),
        sa.Column("purpose", columns.Sealed("archive_loans.purpose"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("lent_by", columns.BigId, nullable=False),
        sa.Column("lent_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind = 'lend' AND due_on IS NOT NULL OR kind = 'read' AND due_on IS NULL",
            name=op.f("ck_archive_loans_kind"),
        ),
        _to("archive_loans", "agency_code", "agencies.code"),
        _to("archive_loans", "case_id", "archive_items.case_id"),
        _to("archive_loans", "lent_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("loan_id", name=op.f("pk_archive_loans")),
    )
    for column in ("agency_code", "case_id"):
        op.create_index(f"ix_archive_loans_{column}_loan_id", "archive_loans", [column, "loan_id"])
    op.create_table(
        "archive_returns",
        sa.Column("loan_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("taken_by", columns.BigId, nullable=False),
        sa.Column("returned_at", columns.UtcDateTime(), nullable=False),
        _to("archive_returns", "loan_id", "archive_loans.loan_id"),
        _to("archive_returns", "taken_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("loan_id", name=op.f("pk_archive_returns")),
    )


def _disposal() -> None:
    op.create_table(
        "disposal_lists",
        sa.Column("list_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_by", columns.BigId, nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        _to("disposal_lists", "agency_code", "agencies.code"),
        _to("disposal_lists", "made_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("list_id", name=op.f("pk_disposal_lists")),
    )
    op.create_index(
        "ix_disposal_lists_agency_code_list_id", "disposal_lists", ["agency_code", "list_id"]
    )
    op.create_table(
        "disposal_items",
        sa.Column("list_id", columns.BigId, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        _to("disposal_items", "list_id", "disposal_lists.list_id"),
        _to("disposal_items", "case_id", "archive_items.case_id"),
        sa.PrimaryKeyConstraint("list_id", "place", name=op.f("pk_disposal_items")),
    )
    op.create_index("ix_disposal_items_case_id", "disposal_items", ["case_id"])
    op.create_table(
        "disposal_steps",
        sa.Column("step_id", columns.BigId, nullable=False),
        sa.Column("list_id", columns.BigId, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("opinion", columns.Sealed("disposal_steps.opinion"), nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("person_id", columns.BigId, nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('appraise','approve','reject','destroy')", name=op.f("ck_disposal_steps_kind")
        ),
        _to("disposal_steps", "list_id", "disposal_lists.list_id"),
        _to("disposal_steps", "account_id", "accounts.account_id"),
        _to("disposal_steps", "person_id", "natural_persons.person_id"),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_disposal_steps")),
        sa.UniqueConstraint("list_id", "seq", name=op.f("uq_disposal_steps_list_id_seq")),
    )
    op.create_index(
        "uq_disposal_steps_person",
        "disposal_steps",
        ["list_id", "person_id"],
        unique=True,
        sqlite_where=OPINIONS,
        postgresql_where=OPINIONS,
    )
    op.create_table(
        "destroyed_files",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("list_id", columns.BigId, nullable=False),
        _to("destroyed_files", "list_id", "disposal_lists.list_id"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_destroyed_files")),
    )


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def downgrade() -> None:
    """Take them away again."""
    connection = op.get_bind()
    for statement in OPEN[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    for table in reversed(GROWING):
        op.drop_table(table)
