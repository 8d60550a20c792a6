"""Of a waiting task: that no clock of its case runs (``halted``), and the day of the clocks that do."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

from database import columns

revision = "0045"
down_revision: str | None = "0042"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

PROMISED = "promised"
TASKS = sa.table(
    "tasks",
    sa.column("task_id", sa.String),
    sa.column("case_id", columns.BigId),
    sa.column("due_on", sa.Date),
    sa.column("closed_at", sa.DateTime),
    sa.column("stopped", sa.Boolean),
    sa.column("halted", sa.Boolean),
)
CASES = sa.table(
    "cases",
    sa.column("case_id", columns.BigId),
    sa.column("due_on", sa.Date),
    sa.column("deadline", columns.Json),
)
WAITING = sa.and_(TASKS.c.closed_at.is_(None), TASKS.c.stopped)


def upgrade() -> None:
    """Add the column, and say of what waits with a clock that stands still what the clocks are worth."""
    op.add_column(
        "tasks", sa.Column("halted", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    connection = op.get_bind()
    asked = sa.select(TASKS.c.task_id, CASES.c.due_on, CASES.c.deadline)
    waiting = connection.execute(
        asked.join(CASES, CASES.c.case_id == TASKS.c.case_id).where(WAITING)
    ).all()
    for task_id, due_on, deadline in waiting:
        said = holding(due_on, deadline)
        connection.execute(sa.update(TASKS).where(TASKS.c.task_id == task_id).values(**said))


def holding(due_on: date, deadline: dict[str, Any]) -> dict[str, Any]:
    """As ``engine.timing.case_clocks.holding`` was when this was written."""
    counted = deadline.get("clocks") or {PROMISED: {"due_on": due_on.isoformat()}}
    still = {
        name for stop in deadline["stops"] if stop["ended_at"] is None for name in stop["clocks"]
    }
    runs = [date.fromisoformat(one["due_on"]) for name, one in counted.items() if name not in still]
    return {"due_on": min(runs, default=due_on), "halted": not runs}


def downgrade() -> None:
    """Let what waits be due as its case was told, and take the column away."""
    told = sa.select(CASES.c.due_on).where(CASES.c.case_id == TASKS.c.case_id).scalar_subquery()
    op.get_bind().execute(sa.update(TASKS).where(WAITING).values(due_on=told))
    op.drop_column("tasks", "halted")
