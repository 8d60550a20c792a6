"""What happened in a span of days, by agency: found by an index, however many cases there ever were."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision: str | None = "0033"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# Name, table, columns, and the rows it holds where not all.
INDEXES = (
    ("ix_cases_accepted", "cases", ("agency_code", "accepted_at"), None),
    ("ix_cases_finished", "cases", ("agency_code", "finished_at"), "finished_at IS NOT NULL"),
    ("ix_tasks_closed", "tasks", ("agency_code", "closed_at"), "closed_at IS NOT NULL"),
    ("ix_case_notices_issued", "case_notices", ("issued_at",), None),
    ("ix_paper_entries_entered", "paper_entries", ("agency_code", "entered_at"), None),
    ("ix_evaluations_given", "evaluations", ("agency_code", "given_at"), None),
    ("ix_complaints_received", "complaints", ("agency_code", "received_at"), None),
    ("ix_window_refusals_refused", "window_refusals", ("agency_code", "refused_at"), None),
)


def upgrade() -> None:
    """Make the indexes."""
    for name, table, columns, rows in INDEXES:
        where = None if rows is None else sa.text(rows)
        op.create_index(name, table, list(columns), sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Drop them."""
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table)
