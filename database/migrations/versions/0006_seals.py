"""Seals over the journal, the kept nodes of its tree, and the lock by which sealing waits for writers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

GROWING = ("seals", "merkle_nodes")
# Shared by all who write, and taken alone for an instant by who seals (oversight/seals.py): the rows of
# the statement get their numbers after it.
FUNCTION = """
CREATE FUNCTION tongban_journal_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7204505801);
  RETURN NULL;
END $$
"""
_TRIGGER = """
CREATE TRIGGER journal_grows BEFORE INSERT ON journal
FOR EACH STATEMENT EXECUTE FUNCTION tongban_journal_grows()
"""


def upgrade() -> None:
    """Make both tables and, on PostgreSQL, the journal's lock."""
    op.create_table(
        "seals",
        sa.Column("seal_no", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("size", columns.BigId, nullable=False),
        sa.Column("last_entry_id", columns.BigId, nullable=False),
        sa.Column("tree", sa.String(length=10), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("suite", sa.String(length=10), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("seal_no", name=op.f("pk_seals")),
        sa.UniqueConstraint("size", name=op.f("uq_seals_size")),
    )
    op.create_table(
        "merkle_nodes",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("first_entry_id", columns.BigId, nullable=False),
        sa.Column("last_entry_id", columns.BigId, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_merkle_nodes")),
    )
    op.create_index(
        "ix_merkle_nodes_level_first_entry_id",
        "merkle_nodes",
        ["level", "first_entry_id"],
        unique=False,
    )
    connection = op.get_bind()
    for table in GROWING:
        append_only.protect(connection, table)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(FUNCTION)
        connection.exec_driver_sql(_TRIGGER)


def downgrade() -> None:
    """Take them away again."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP TRIGGER journal_grows ON journal")
        connection.exec_driver_sql("DROP FUNCTION tongban_journal_grows()")
    for name in GROWING:
        op.drop_table(name)
