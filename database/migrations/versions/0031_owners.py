"""The green channel taken back, and two witnesses of every destruction of files."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only, walls

revision = "0031"
down_revision: str | None = "0026"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLES = ("green_withdrawals", "disposal_witnesses")
BY_AGENCY = ("green_withdrawals",)
GROWS = {"append_only": True}
# Whoever carries a list out is none of the two who watch; one that isn't approved another trigger refuses.
WATCHED = """(NEW.kind <> 'destroy' OR NOT EXISTS (SELECT 1 FROM disposal_steps s
    WHERE s.list_id = NEW.list_id AND s.kind = 'approve') OR (SELECT COUNT(*) FROM disposal_witnesses w
    WHERE w.list_id = NEW.list_id AND w.person_id <> NEW.person_id) = 2)"""
UNWATCHED = "two witnesses watch a list being carried out"
GUARD: dict[str, Sequence[str]] = {
    "sqlite": (
        f"""CREATE TRIGGER disposal_steps_watched BEFORE INSERT ON disposal_steps
WHEN NOT {WATCHED}
BEGIN SELECT RAISE(ABORT, '{UNWATCHED}'); END""",
    ),
    "postgresql": (
        f"""CREATE FUNCTION tongban_disposal_watched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT {WATCHED} THEN
    RAISE EXCEPTION '{UNWATCHED}' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$""",
        """CREATE TRIGGER watched BEFORE INSERT ON disposal_steps
FOR EACH ROW EXECUTE FUNCTION tongban_disposal_watched()""",
    ),
}
OPEN: dict[str, Sequence[str]] = {
    "sqlite": ("DROP TRIGGER disposal_steps_watched",),
    "postgresql": (
        "DROP TRIGGER watched ON disposal_steps",
        "DROP FUNCTION tongban_disposal_watched()",
    ),
}


def upgrade() -> None:
    """Make the tables, which only grow, and the guard."""
    _small()
    connection = op.get_bind()
    for table in TABLES:
        append_only.protect(connection, table)
    for table in BY_AGENCY:
        walls.by_agency(connection, table)
    for statement in GUARD[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def _of(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _small() -> None:
    op.create_table(
        "green_withdrawals",
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("reason", columns.Sealed("green_withdrawals.reason"), nullable=False),
        sa.Column("withdrawn_by", columns.BigId, nullable=False),
        sa.Column("withdrawn_at", columns.UtcDateTime(), nullable=False),
        _of("green_withdrawals", "case_no", "green_cases.case_no"),
        _of("green_withdrawals", "agency_code", "agencies.code"),
        _of("green_withdrawals", "withdrawn_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_green_withdrawals")),
        info=GROWS,
    )
    op.create_index(
        "ix_green_withdrawals_agency_code", "green_withdrawals", ["agency_code"], unique=False
    )
    op.create_table(
        "disposal_witnesses",
        sa.Column("list_id", columns.BigId, nullable=False),
        sa.Column("person_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        _of("disposal_witnesses", "list_id", "disposal_lists.list_id"),
        _of("disposal_witnesses", "person_id", "natural_persons.person_id"),
        _of("disposal_witnesses", "account_id", "accounts.account_id"),
        sa.PrimaryKeyConstraint("list_id", "person_id", name=op.f("pk_disposal_witnesses")),
        info=GROWS,
    )


def downgrade() -> None:
    """Take them away again."""
    for statement in OPEN[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement)
    for table in reversed(TABLES):
        op.drop_table(table)
