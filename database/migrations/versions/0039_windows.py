"""Windows: their register, turns at them and what happened in these, who sits where, and each case's window."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only, walls

revision = "0039"
down_revision: str | None = "0038"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

GROWING = ("windows", "window_ends", "window_turns", "window_events")
SITTING = "open_windows"
GROWS = {"append_only": True}


def upgrade() -> None:
    """Make the tables, and let a case say its window. What was accepted before says none."""
    op.add_column("cases", sa.Column("window_id", columns.BigId, nullable=True))
    _register()
    _turns()
    _sitting()
    connection = op.get_bind()
    for table in GROWING:
        append_only.protect(connection, table)
    for table in (*GROWING, SITTING):
        walls.by_agency(connection, table)


def _of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _register() -> None:
    op.create_table(
        "windows",
        sa.Column("window_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("entered_by", columns.BigId, nullable=True),
        sa.Column("entered_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('comprehensive','accessible','kiosk')", name=op.f("ck_windows_purpose")
        ),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_windows_dates")),
        _of("windows", "agency_code", "agencies.code"),
        _of("windows", "entered_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("window_id", name=op.f("pk_windows")),
        info=GROWS,
    )
    op.create_index("ix_windows_agency_code_window_id", "windows", ["agency_code", "window_id"])
    op.create_table(
        "window_ends",
        sa.Column("window_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("reason", columns.Sealed("window_ends.reason"), nullable=False),
        sa.Column("ended_by", columns.BigId, nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=False),
        _of("window_ends", "window_id", "windows.window_id"),
        _of("window_ends", "agency_code", "agencies.code"),
        _of("window_ends", "ended_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("window_id", name=op.f("pk_window_ends")),
        info=GROWS,
    )


def _turns() -> None:
    op.create_table(
        "window_turns",
        sa.Column("turn_id", columns.BigId, nullable=False),
        sa.Column("window_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("person_id", columns.BigId, nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(), nullable=False),
        _of("window_turns", "window_id", "windows.window_id"),
        _of("window_turns", "agency_code", "agencies.code"),
        _of("window_turns", "account_id", "accounts.account_id"),
        _of("window_turns", "person_id", "natural_persons.person_id"),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_window_turns")),
        info=GROWS,
    )
    op.create_index(
        "ix_window_turns_agency_code_opened_on", "window_turns", ["agency_code", "opened_on"]
    )
    op.create_table(
        "window_events",
        sa.Column("turn_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("reason", columns.Sealed("window_events.reason"), nullable=True),
        sa.Column("cause", sa.String(length=12), nullable=True),
        sa.Column("account_id", columns.BigId, nullable=True),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('paused','resumed','closed')", name=op.f("ck_window_events_kind")
        ),
        sa.CheckConstraint(
            "(kind = 'paused') = (reason IS NOT NULL)", name=op.f("ck_window_events_reason")
        ),
        sa.CheckConstraint(
            "(kind = 'closed') = (cause IS NOT NULL)", name=op.f("ck_window_events_cause")
        ),
        _of("window_events", "turn_id", "window_turns.turn_id"),
        _of("window_events", "agency_code", "agencies.code"),
        _of("window_events", "account_id", "accounts.account_id"),
        sa.PrimaryKeyConstraint("turn_id", "seq", name=op.f("pk_window_events")),
        info=GROWS,
    )


def _sitting() -> None:
    op.create_table(
        SITTING,
        sa.Column("window_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("person_id", columns.BigId, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("turn_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        _of(SITTING, "window_id", "windows.window_id"),
        _of(SITTING, "person_id", "natural_persons.person_id"),
        _of(SITTING, "account_id", "accounts.account_id"),
        _of(SITTING, "turn_id", "window_turns.turn_id"),
        _of(SITTING, "agency_code", "agencies.code"),
        sa.PrimaryKeyConstraint("window_id", name=op.f("pk_open_windows")),
        sa.UniqueConstraint("person_id", name=op.f("uq_open_windows_person_id")),
        sa.UniqueConstraint("account_id", name=op.f("uq_open_windows_account_id")),
        sa.UniqueConstraint("turn_id", name=op.f("uq_open_windows_turn_id")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table(SITTING)
    for table in reversed(GROWING):
        op.drop_table(table)
    op.drop_column("cases", "window_id")
