"""Uploaded lists of employees, kept sealed until a case takes them in."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns

revision = "lists_0001"
down_revision: str | None = "opening_0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "employee_lists",
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("process", sa.String(length=40), nullable=False),
        sa.Column("employer_id", sa.String(length=32), nullable=False),
        sa.Column("stored_by", columns.BigId, nullable=False),
        sa.Column("stored_at", columns.UtcDateTime(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("wrong_count", sa.Integer(), nullable=False),
        sa.Column("rows", columns.SealedJson("employee_lists.rows"), nullable=False),
        sa.Column("lines", columns.SealedJson("employee_lists.lines"), nullable=False),
        sa.Column("problems", columns.SealedJson("employee_lists.problems"), nullable=False),
        sa.Column("totals", columns.SealedJson("employee_lists.totals"), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_code"], ["agencies.code"], name=op.f("fk_employee_lists_agency_code")
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"],
            ["employers.employer_id"],
            name=op.f("fk_employee_lists_employer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["stored_by"],
            ["accounts.account_id"],
            name=op.f("fk_employee_lists_stored_by"),
        ),
        sa.PrimaryKeyConstraint("list_id", name=op.f("pk_employee_lists")),
    )
    op.create_index("ix_employee_lists_stored_at", "employee_lists", ["stored_at"], unique=False)


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("employee_lists")
