"""The register of city meetings; numbered paper and what was entered from it; the green channel."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0025"
down_revision: str | None = "0024"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLES = (
    "meetings", "meeting_items", "meeting_minutes", "meeting_decisions", "meeting_closings",
    "paper_blocks", "paper_voids", "paper_entries", "green_cases",
)  # fmt: skip
GROWS = {"append_only": True}


def upgrade() -> None:
    """Make the tables, which only grow."""
    _meetings()
    _minutes()
    _papers()
    _green()
    for table in TABLES:
        append_only.protect(op.get_bind(), table)


def _entered() -> list[sa.Column[object]]:
    return [
        sa.Column("entered_by", columns.BigId, nullable=False),
        sa.Column("entered_at", columns.UtcDateTime(), nullable=False),
    ]


def _of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _meetings() -> None:
    op.create_table(
        "meetings",
        sa.Column("meeting_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("minutes_no", sa.String(length=40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("entered_how", sa.String(length=10), nullable=False),
        *_entered(),
        sa.CheckConstraint(
            "entered_how IN ('desk','sign_off')", name=op.f("ck_meetings_entered_how")
        ),
        _of("meetings", "agency_code", "agencies.code"),
        _of("meetings", "entered_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_meetings")),
        sa.UniqueConstraint(
            "agency_code",
            "year",
            "minutes_no",
            name=op.f("uq_meetings_agency_code_year_minutes_no"),
        ),
        info=GROWS,
    )
    op.create_table(
        "meeting_items",
        sa.Column("item_id", columns.BigId, nullable=False),
        sa.Column("meeting_id", columns.BigId, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        *_entered(),
        _of("meeting_items", "meeting_id", "meetings.meeting_id"),
        _of("meeting_items", "case_no", "cases.case_no"),
        _of("meeting_items", "entered_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_meeting_items")),
        sa.UniqueConstraint(
            "meeting_id", "case_no", "cycle", name=op.f("uq_meeting_items_meeting_id_case_no_cycle")
        ),
        sa.UniqueConstraint("meeting_id", "place", name=op.f("uq_meeting_items_meeting_id_place")),
        info=GROWS,
    )
    op.create_index("ix_meeting_items_case_no", "meeting_items", ["case_no"], unique=False)


def _minutes() -> None:
    op.create_table(
        "meeting_minutes",
        sa.Column("minutes_id", columns.BigId, nullable=False),
        sa.Column("meeting_id", columns.BigId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("attendees", columns.SealedJson("meeting_minutes.attendees"), nullable=False),
        sa.Column("scan", sa.String(length=64), nullable=True),
        *_entered(),
        _of("meeting_minutes", "meeting_id", "meetings.meeting_id"),
        _of("meeting_minutes", "entered_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("minutes_id", name=op.f("pk_meeting_minutes")),
        sa.UniqueConstraint(
            "meeting_id", "version", name=op.f("uq_meeting_minutes_meeting_id_version")
        ),
        info=GROWS,
    )
    op.create_table(
        "meeting_decisions",
        sa.Column("decision_id", columns.BigId, nullable=False),
        sa.Column("item_id", columns.BigId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("words", columns.Sealed("meeting_decisions.words"), nullable=False),
        sa.Column("attendees", columns.SealedJson("meeting_decisions.attendees"), nullable=True),
        sa.CheckConstraint(
            "decision IN ('approve','refuse','return','postpone')",
            name=op.f("ck_meeting_decisions_decision"),
        ),
        _of("meeting_decisions", "item_id", "meeting_items.item_id"),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_meeting_decisions")),
        sa.UniqueConstraint(
            "item_id", "version", name=op.f("uq_meeting_decisions_item_id_version")
        ),
        info=GROWS,
    )
    op.create_table(
        "meeting_closings",
        sa.Column("meeting_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("closed_by", columns.BigId, nullable=False),
        sa.Column("closed_at", columns.UtcDateTime(), nullable=False),
        _of("meeting_closings", "meeting_id", "meetings.meeting_id"),
        _of("meeting_closings", "closed_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_meeting_closings")),
        info=GROWS,
    )


def _papers() -> None:
    op.create_table(
        "paper_blocks",
        sa.Column("block_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("window", sa.String(length=20), nullable=False),
        sa.Column("first_no", sa.Integer(), nullable=False),
        sa.Column("last_no", sa.Integer(), nullable=False),
        sa.Column("reserved_by", columns.BigId, nullable=False),
        sa.Column("reserved_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "first_no >= 1 AND last_no >= first_no", name=op.f("ck_paper_blocks_numbers")
        ),
        _of("paper_blocks", "agency_code", "agencies.code"),
        _of("paper_blocks", "reserved_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("block_id", name=op.f("pk_paper_blocks")),
        sa.UniqueConstraint(
            "agency_code", "first_no", name=op.f("uq_paper_blocks_agency_code_first_no")
        ),
        info=GROWS,
    )
    op.create_table(
        "paper_voids",
        sa.Column("void_id", columns.BigId, nullable=False),
        sa.Column("paper_no", sa.String(length=14), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("reason", columns.Sealed("paper_voids.reason"), nullable=False),
        sa.Column("voided_by", columns.BigId, nullable=False),
        sa.Column("voided_at", columns.UtcDateTime(), nullable=False),
        _of("paper_voids", "agency_code", "agencies.code"),
        _of("paper_voids", "voided_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("void_id", name=op.f("pk_paper_voids")),
        sa.UniqueConstraint("paper_no", name=op.f("uq_paper_voids_paper_no")),
        info=GROWS,
    )
    op.create_table(
        "paper_entries",
        sa.Column("entry_id", columns.BigId, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("paper_no", sa.String(length=40), nullable=False),
        sa.Column("reserved", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=True),
        sa.Column("images", columns.Json, nullable=False),
        *_entered(),
        _of("paper_entries", "case_no", "cases.case_no"),
        _of("paper_entries", "agency_code", "agencies.code"),
        _of("paper_entries", "entered_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_paper_entries")),
        sa.UniqueConstraint("case_no", name=op.f("uq_paper_entries_case_no")),
        info=GROWS,
    )
    op.create_index(
        "uq_paper_entries_reserved",
        "paper_entries",
        ["paper_no"],
        unique=True,
        sqlite_where=sa.text("reserved"),
        postgresql_where=sa.text("reserved"),
    )


def _green() -> None:
    op.create_table(
        "green_cases",
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("category", sa.String(length=10), nullable=False),
        sa.Column("reason", columns.Sealed("green_cases.reason"), nullable=False),
        sa.Column("approved_by", columns.BigId, nullable=False),
        sa.Column("approved_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "category IN ('far','mobility','elderly','disabled','military','other')",
            name=op.f("ck_green_cases_category"),
        ),
        _of("green_cases", "case_no", "cases.case_no"),
        _of("green_cases", "agency_code", "agencies.code"),
        _of("green_cases", "approved_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_green_cases")),
        info=GROWS,
    )
    op.create_index("ix_green_cases_agency_code", "green_cases", ["agency_code"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    for table in reversed(TABLES):
        op.drop_table(table)
