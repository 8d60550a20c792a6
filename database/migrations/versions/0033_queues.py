"""What queues are listed and counted by: of waiting tasks level, turn and stopped clock; saved queues."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import walls

revision = "0033"
down_revision: str | None = "0032"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

SAVED = "saved_queues"
WAITING = "closed_at IS NULL"
PLACE = ("agency_code", "post")
# By name: the columns, and what else is true of the tasks that it holds.
INDEXES: dict[str, tuple[tuple[str, ...], str]] = {
    "ix_tasks_open": ((*PLACE, "due_on", "in_turn", "task_id"), ""),
    "ix_tasks_arrived": ((*PLACE, "opened_at", "task_id"), ""),
    "ix_tasks_claimed": (("claimed_by",), " AND claimed_by IS NOT NULL"),
    "ix_tasks_correcting": ((*PLACE, "due_on"), " AND step = 'correct'"),
    "ix_tasks_instant": ((*PLACE, "due_on"), " AND risk_level = 2"),
    "ix_tasks_stopped": ((*PLACE, "due_on"), " AND stopped"),
}
# A clock that was stopped and has no end yet, as each database reads JSON.
STOPPED = {
    "sqlite": "SELECT 1 FROM json_each(c.deadline, '$.stops') s "
    "WHERE json_extract(s.value, '$.ended_at') IS NULL",
    "postgresql": "SELECT 1 FROM jsonb_array_elements(c.deadline::jsonb -> 'stops') s "
    "WHERE s ->> 'ended_at' IS NULL",
}


def upgrade() -> None:
    """Add the columns and say them of what waits, put the indexes in place, make the table."""
    dialect = op.get_bind().dialect.name
    for table in ("cases", "tasks"):
        op.add_column(
            table, sa.Column("in_turn", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
    op.add_column(
        "tasks", sa.Column("risk_level", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    op.add_column(
        "tasks", sa.Column("stopped", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.execute(
        "UPDATE cases SET in_turn = false WHERE case_no IN (SELECT case_no FROM green_cases) "
        "AND case_no NOT IN (SELECT case_no FROM green_withdrawals)"
    )
    op.execute(
        "UPDATE tasks SET risk_level = (SELECT c.risk_level FROM cases c WHERE c.case_id = tasks.case_id), "
        "in_turn = (SELECT c.in_turn FROM cases c WHERE c.case_id = tasks.case_id), "
        "stopped = EXISTS (SELECT 1 FROM cases c WHERE c.case_id = tasks.case_id "
        f"AND EXISTS ({STOPPED[dialect]}))"
    )
    op.drop_index("ix_tasks_open", table_name="tasks")
    for name, (named, only) in INDEXES.items():
        _waiting(name, named, only)
    op.create_index("ix_tasks_done", "tasks", ["closed_by", "closed_at"], unique=False)
    _saved()


def _saved() -> None:
    op.create_table(
        SAVED,
        sa.Column("saved_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("post", sa.String(length=32), nullable=True),
        sa.Column("name", columns.Sealed("saved_queues.name"), nullable=False),
        sa.Column("asked", columns.Json, nullable=False),
        sa.Column("saved_at", columns.UtcDateTime(), nullable=False),
        sa.Column("removed_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_saved_queues_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_saved_queues_account_id")
        ),
        sa.PrimaryKeyConstraint("saved_id", name=op.f("pk_saved_queues")),
    )
    op.create_index("ix_saved_queues_agency_code", SAVED, ["agency_code"], unique=False)
    walls.by_agency(op.get_bind(), SAVED)


def _waiting(name: str, named: Sequence[str], only: str) -> None:
    where = WAITING + only
    op.create_index(
        name,
        "tasks",
        list(named),
        unique=False,
        sqlite_where=sa.text(where.replace("stopped", "stopped = 1")),
        postgresql_where=sa.text(where),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table(SAVED)
    op.drop_index("ix_tasks_done", table_name="tasks")
    for name in INDEXES:
        op.drop_index(name, table_name="tasks")
    op.create_index(
        "ix_tasks_open",
        "tasks",
        [*PLACE, "due_on", "task_id"],
        unique=False,
        sqlite_where=sa.text(WAITING),
        postgresql_where=sa.text(WAITING),
    )
    for column in ("stopped", "risk_level", "in_turn"):
        op.drop_column("tasks", column)
    op.drop_column("cases", "in_turn")
