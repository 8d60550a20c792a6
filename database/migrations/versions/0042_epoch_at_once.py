"""PostgreSQL holds the policy epoch and reads it in one statement: a function that looks once the lock is had.

A query that asked for both would look at the table as it was when it began to wait. Each statement within a
VOLATILE function looks anew.
"""

from collections.abc import Sequence

from alembic import op

revision = "0042"
down_revision: str | None = "0041"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# The number is authz.epoch.LOCK.
FUNCTION = """
CREATE FUNCTION tongban_hold_epoch() RETURNS TABLE (number integer, stamp varchar)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(8390046021125762561);
  RETURN QUERY SELECT e.number, e.stamp FROM policy_epoch e;
END $$
"""


def upgrade() -> None:
    """Make the function."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(FUNCTION)


def downgrade() -> None:
    """Take it away."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION tongban_hold_epoch()")
