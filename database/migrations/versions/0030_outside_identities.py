"""Sign-in by another party, sessions ended by an administrator, and the posts of three administrators."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0030"
down_revision: str | None = "0029"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BEFORE = (
    "guide", "teller", "handler", "reviewer", "deputy_director", "director", "city_approver",
    "city_head", "finance", "auditor", "internal_control", "supervisor", "archivist",
    "administrator",
)  # fmt: skip
NOW = (*BEFORE, "security_administrator", "audit_administrator")
ONLY_GROW = ("outside_identities", "outside_identity_ends", "session_endings")


def upgrade() -> None:
    """Make the tables, and let the new posts be held."""
    _create_identities()
    _create_endings()
    for table in ONLY_GROW:
        append_only.protect(op.get_bind(), table)
    with op.batch_alter_table("sign_ins") as altered:
        altered.add_column(sa.Column("identity_id", columns.BigId, nullable=True))
        altered.create_foreign_key(
            "fk_sign_ins_identity_id", "outside_identities", ["identity_id"], ["identity_id"]
        )
    _posts(NOW)


def downgrade() -> None:
    """Take them away again."""
    _posts(BEFORE)
    with op.batch_alter_table("sign_ins") as altered:
        altered.drop_constraint("fk_sign_ins_identity_id", type_="foreignkey")
        altered.drop_column("identity_id")
    for table in (
        "session_endings",
        "outside_returns",
        "outside_identity_ends",
        "outside_identities",
    ):
        op.drop_table(table)


def _account(table: str, *names: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], ["accounts.account_id"], name=op.f(f"fk_{table}_{name}"))
        for name in names
    ]


def _create_identities() -> None:
    op.create_table(
        "outside_identities",
        sa.Column("identity_id", columns.BigId, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("issuer", sa.String(length=400), nullable=False),
        sa.Column("subject", columns.Sealed("outside_identities.subject"), nullable=False),
        sa.Column("subject_index", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("basis", columns.Sealed("outside_identities.basis"), nullable=False),
        sa.Column("bound_by", columns.BigId, nullable=False),
        sa.Column("bound_at", columns.UtcDateTime(), nullable=False),
        *_account("outside_identities", "account_id", "bound_by"),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_outside_identities")),
        sa.UniqueConstraint(
            "subject_index", "turn", name=op.f("uq_outside_identities_subject_index_turn")
        ),
    )
    op.create_index(
        "ix_outside_identities_account_id", "outside_identities", ["account_id"], unique=False
    )
    op.create_table(
        "outside_identity_ends",
        sa.Column("identity_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("reason", columns.Sealed("outside_identity_ends.reason"), nullable=False),
        sa.Column("ended_by", columns.BigId, nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["outside_identities.identity_id"],
            name=op.f("fk_outside_identity_ends_identity_id"),
        ),
        *_account("outside_identity_ends", "ended_by"),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_outside_identity_ends")),
    )
    op.create_table(
        "outside_returns",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_outside_returns")),
    )
    op.create_index("ix_outside_returns_at", "outside_returns", ["at"], unique=False)


def _create_endings() -> None:
    op.create_table(
        "session_endings",
        sa.Column("ending_id", columns.BigId, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("sign_in_id", columns.BigId, nullable=True),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("reason", columns.Sealed("session_endings.reason"), nullable=False),
        sa.Column("ended_by", columns.BigId, nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=False),
        *_account("session_endings", "account_id", "ended_by"),
        sa.PrimaryKeyConstraint("ending_id", name=op.f("pk_session_endings")),
    )
    op.create_index(
        "ix_session_endings_account_id", "session_endings", ["account_id"], unique=False
    )


def _posts(posts: Sequence[str]) -> None:
    """Which posts there are; SQLite builds a table anew for that, and loses its triggers."""
    listed = "post IN ({})".format(",".join(f"'{post}'" for post in posts))
    connection = op.get_bind()
    for table in ("post_holdings", "qualification_duties"):
        with op.batch_alter_table(table) as altered:
            altered.drop_constraint(op.f(f"ck_{table}_post"), type_="check")
            altered.create_check_constraint(op.f(f"ck_{table}_post"), listed)
    if connection.dialect.name == "sqlite":
        append_only.protect(connection, "qualification_duties")
