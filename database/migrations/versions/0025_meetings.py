"""The register of city meetings: agenda, minutes, decisions and closings."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0025"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLES = ("meetings", "meeting_items", "meeting_minutes", "meeting_decisions", "meeting_closings")
GROWS = {"append_only": True}


def upgrade() -> None:
    """Make the tables, which only grow."""
    _meetings()
    _minutes()
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


def downgrade() -> None:
    """Take them away again."""
    for table in reversed(TABLES):
        op.drop_table(table)
