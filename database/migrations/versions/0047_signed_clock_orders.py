"""Orders to a case's clocks are signed: their rows, which only grow, and what waits for a signature elsewhere."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only, walls

revision = "0047"
down_revision: str | None = "0045"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ORDERS, PREPARED = "clock_orders", "prepared_clock_orders"


def upgrade() -> None:
    """Make the tables; what was ordered before stays told by the journal alone."""
    connection = op.get_bind()
    _create_orders()
    append_only.protect(connection, ORDERS)
    walls.by_case(connection, ORDERS, "case_id")
    walls.ask_again(connection)
    op.create_table(
        PREPARED,
        sa.Column("account_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("signed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("covered", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account_id"],
            name=op.f("fk_prepared_clock_orders_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["case_no"], ["cases.case_no"], name=op.f("fk_prepared_clock_orders_case_no")
        ),
        sa.PrimaryKeyConstraint("account_id", "case_no", name=op.f("pk_prepared_clock_orders")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table(PREPARED)
    walls.take_down(op.get_bind(), ORDERS)
    op.drop_table(ORDERS)


def _create_orders() -> None:
    op.create_table(
        ORDERS,
        sa.Column("order_id", columns.BigId, nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("stop_no", sa.Integer(), nullable=True),
        sa.Column("clocks", columns.Json, nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("legal_basis", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.String(length=120), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("signer", sa.String(length=32), nullable=False),
        sa.Column("signer_person", columns.BigId, nullable=False),
        sa.Column("on_behalf_of", sa.String(length=32), nullable=True),
        sa.Column("policy_epoch", sa.Integer(), nullable=False),
        sa.Column("grant", sa.String(length=80), nullable=False),
        sa.Column("signed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("suite", sa.String(length=10), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("previous_digest", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.CheckConstraint("act IN ('stop','resume','extend')", name=op.f("ck_clock_orders_act")),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
            name=op.f("fk_clock_orders_case_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["signer_person"],
            ["natural_persons.person_id"],
            name=op.f("fk_clock_orders_signer_person"),
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["signing_keys.key_id"], name=op.f("fk_clock_orders_key_id")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_clock_orders")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_clock_orders_case_id_seq")),
        info={"append_only": True},
    )
