"""The wall between agencies: row-level security on PostgreSQL before what business writes."""

from collections.abc import Sequence

from alembic import op

from database.migrations import walls

revision = "0021"
down_revision: str | None = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BY_AGENCY = (
    "audit_findings",
    "bank_batches",
    "cases",
    "employee_lists",
    "files",
    "payable_releases",
    "unmaskings",
)
# By what they name their case; tasks and sign-offs name the agency where it is done as well.
BY_CASE = {
    "case_contents": "case_id",
    "case_states": "case_id",
    "case_timers": "case_id",
    "documents": "case_no",
}
BY_BOTH = {"sign_offs": "case_id", "tasks": "case_id"}
# How far a case is, and whether a paper was issued here, anybody may ask who has the number for it.
IN_PUBLIC = ("cases", "case_contents", "documents", "sign_offs", "tasks")


def upgrade() -> None:
    """Raise it."""
    connection = op.get_bind()
    walls.create_function(connection)
    for table in BY_AGENCY:
        walls.by_agency(connection, table)
    # An auditor above draws them of an agency, which reads what was drawn.
    walls.by_agency(connection, "samples", of="of_agency")
    for table, key in BY_CASE.items():
        walls.by_case(connection, table, key)
    for table, key in BY_BOTH.items():
        walls.by_case(connection, table, key, agency=True)
    for table in IN_PUBLIC:
        walls.open_to_the_public(connection, table)


def downgrade() -> None:
    """Take it down again."""
    connection = op.get_bind()
    for table in (*BY_AGENCY, "samples", *BY_CASE, *BY_BOTH):
        walls.take_down(connection, table)
    walls.drop_function(connection)
