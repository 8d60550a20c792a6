"""Fewer pages a written row: indexes hold only the rows that somebody looks for in them.

An instant case is written whole and finished, an approval's task is found through the key of its case: neither
touches what lists open work. A sign-off's place in its case is held once, by the number that the guard asks by.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database.migrations import anew

revision = "0048"
down_revision: str | None = "0047"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# By name: the table, the columns, and which rows from now on; until now all of them.
NARROWED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "ix_cases_owner": (
        "cases",
        ("accepted_by", "finished_at"),
        "finished_at IS NULL OR risk_level = 1",
    ),
    "ix_tasks_done": ("tasks", ("closed_by", "closed_at"), "closed_by IS NOT NULL"),
    "ix_journal_staff_no_entry_id": (
        "journal",
        ("staff_no", "entry_id"),
        "staff_no IS NOT NULL",
    ),
    "ix_register_versions_person": (
        "register_versions",
        ("person_id", "version_id"),
        "person_id IS NOT NULL",
    ),
    "ix_register_versions_employer": (
        "register_versions",
        ("employer_id", "version_id"),
        "employer_id IS NOT NULL",
    ),
    "ix_ledger_lines_balance": (
        "ledger_lines",
        ("subject_id", "account", "side", "amount_cents"),
        "subject_id IS NOT NULL",
    ),
}
# The waiting tasks of a case: a case has few tasks, and its key finds all of them. A file's agency is its case's.
DROPPED: tuple[tuple[str, str, tuple[str, ...], str | None], ...] = (
    ("ix_tasks_case", "tasks", ("case_id",), "closed_at IS NULL"),
    ("ix_archive_manifests_agency", "archive_manifests", ("agency_code", "case_id"), None),
)
# On SQLite its key is a tree of its own beside the table's, unless the table is the key's.
KEYED = "register_postings"
BY_ID, BY_NUMBER = "uq_sign_offs_case_id_seq", "uq_sign_offs_case_no_seq"
SEEN = "ix_sign_offs_case_no_seq"
# SQLite copies what it takes the first row of, five times a posting; the greatest place it finds in the index.
GUARDS = ("register_postings_signed", "cases_signed")
SORTED = "ORDER BY seq DESC LIMIT 1) l"
GREATEST = "AND seq = (SELECT max(seq) FROM sign_offs WHERE case_no = NEW.case_no)) l"


def upgrade() -> None:
    """Make each index anew over fewer rows, and drop what a key does as well."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        anew.make(connection, KEYED, lambda made: f"{made.rstrip()} WITHOUT ROWID")
        anew.make(
            connection,
            "sign_offs",
            lambda made: made.replace(
                f"{BY_ID} UNIQUE (case_id, seq)", f"{BY_NUMBER} UNIQUE (case_no, seq)"
            ),
            without=[SEEN],
        )
        _guard(connection, SORTED, GREATEST)
    else:
        op.drop_constraint(BY_ID, "sign_offs")
        op.drop_index(SEEN, table_name="sign_offs")
        op.create_unique_constraint(BY_NUMBER, "sign_offs", ["case_no", "seq"])
    for name, (table, columns, only) in NARROWED.items():
        op.drop_index(name, table_name=table)
        _index(name, table, columns, only)
    for name, table, _, _ in DROPPED:
        op.drop_index(name, table_name=table)


def downgrade() -> None:
    """Put them back over all rows, and the keys beside their tables."""
    for dropped in DROPPED:
        _index(*dropped)
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _guard(connection, GREATEST, SORTED)
        anew.make(connection, KEYED, lambda made: made.removesuffix(" WITHOUT ROWID"))
        anew.make(
            connection,
            "sign_offs",
            lambda made: made.replace(
                f"{BY_NUMBER} UNIQUE (case_no, seq)", f"{BY_ID} UNIQUE (case_id, seq)"
            ),
        )
    else:
        op.drop_constraint(BY_NUMBER, "sign_offs")
        op.create_unique_constraint(BY_ID, "sign_offs", ["case_id", "seq"])
    op.create_index(SEEN, "sign_offs", ["case_no", "seq"], unique=False)
    for name, (table, columns, _) in NARROWED.items():
        op.drop_index(name, table_name=table)
        _index(name, table, columns, None)


def _index(name: str, table: str, columns: Sequence[str], only: str | None) -> None:
    where = None if only is None else sa.text(only)
    op.create_index(
        name, table, list(columns), unique=False, sqlite_where=where, postgresql_where=where
    )


def _guard(connection: sa.Connection, before: str, after: str) -> None:
    """Let SQLite's guard of postings find the last sign-off of a case in other words."""
    said = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    for name in GUARDS:
        statement = connection.execute(said, {"name": name}).scalar_one()
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(statement.replace(before, after))
