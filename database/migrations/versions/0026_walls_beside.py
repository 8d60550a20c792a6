"""The wall before what came beside it: archive, notices, warnings, numbered paper, refusals at the window."""

from collections.abc import Sequence

from alembic import op

from database.migrations import walls

revision = "0026"
down_revision: str | None = "0025"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BY_AGENCY = (
    "archive_loans",
    "archive_manifests",
    "archive_supplements",
    "archive_volumes",
    "disposal_lists",
    "green_cases",
    "paper_blocks",
    "paper_entries",
    "paper_voids",
    "window_refusals",
)
BY_CASE = {
    "archive_items": "case_id",
    "case_notices": "case_id",
    "clock_warnings": "case_id",
    "document_deliveries": "case_id",
    "notice_permits": "case_id",
}


def upgrade() -> None:
    """Raise it, and let a paper be a refused application's too."""
    connection = op.get_bind()
    for table in BY_AGENCY:
        walls.by_agency(connection, table)
    for table, key in BY_CASE.items():
        walls.by_case(connection, table, key)
    # Whoever holds the paper of a refusal may ask whether it was issued here.
    walls.open_to_the_public(connection, "window_refusals")
    walls.take_down(connection, "documents")
    walls.replace_function(connection, walls.OF_PAPERS)
    walls.of_papers(connection)
    walls.open_to_the_public(connection, "documents")


def downgrade() -> None:
    """Take it down again, and put the wall of papers back as it was."""
    connection = op.get_bind()
    walls.take_down(connection, "documents")
    walls.replace_function(connection, walls.FUNCTION)
    walls.by_case(connection, "documents", "case_no")
    walls.open_to_the_public(connection, "documents")
    for table in (*BY_AGENCY, *BY_CASE):
        walls.take_down(connection, table)
