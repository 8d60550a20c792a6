"""Signing keys, the signature on every sign-off, and the suite each record names.

A sign-off of before carries no signature, and nobody may sign it now in its signer's name: a database that
holds cases is refused.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Literal

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from database import columns
from database.migrations import append_only
from database.migrations.refused import MigrationRefused

revision = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

GROWING = ("signing_keys", "key_retirements")


def upgrade() -> None:
    """Make the register of keys; add suite, key and signature to what is signed."""
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT 1 FROM cases LIMIT 1")).first():
        raise MigrationRefused(
            "this database holds cases whose sign-offs carry no signature (tongban 0.1 before signatures): "
            "keep it for reading with the version that wrote it, and begin with an empty database"
        )
    _create_keys()
    for table in GROWING:
        append_only.protect(connection, table)
    for table in ("case_contents", "documents"):
        with _altering(table) as altered:
            altered.add_column(sa.Column("suite", sa.String(length=10), nullable=False))
        _protect_again(table)
    _sign_offs()
    _create_password_resets()
    with _altering("sign_ins") as altered:
        altered.add_column(sa.Column("key_suite", sa.String(length=10), nullable=True))
        altered.add_column(sa.Column("key_id", sa.String(length=64), nullable=True))
        altered.add_column(sa.Column("sealed_key", sa.LargeBinary(), nullable=True))
        altered.create_foreign_key("fk_sign_ins_key_id", "signing_keys", ["key_id"], ["key_id"])


def downgrade() -> None:
    """Take columns and tables away again."""
    with _altering("sign_ins") as altered:
        altered.drop_constraint("fk_sign_ins_key_id", type_="foreignkey")
        for column in ("key_suite", "key_id", "sealed_key"):
            altered.drop_column(column)
    with _altering("sign_offs") as altered:
        altered.drop_constraint("fk_sign_offs_key_id", type_="foreignkey")
        for column in ("key_id", "signature"):
            altered.drop_column(column)
    _protect_again("sign_offs")
    for table in ("case_contents", "documents"):
        with _altering(table) as altered:
            altered.drop_column("suite")
        _protect_again(table)
    for table in ("password_resets", "sealed_keys", "key_retirements", "signing_keys"):
        op.drop_table(table)


def _create_keys() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("suite", sa.String(length=10), nullable=False),
        sa.Column("public_key", sa.String(length=128), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_signing_keys_account_id")
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_signing_keys")),
    )
    op.create_index("ix_signing_keys_account_id", "signing_keys", ["account_id"], unique=False)
    op.create_table(
        "key_retirements",
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("retired_at", columns.UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "reason IN ('replaced','lost','suite')", name=op.f("ck_key_retirements_reason")
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["signing_keys.key_id"], name=op.f("fk_key_retirements_key_id")
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_key_retirements")),
    )
    op.create_table(
        "sealed_keys",
        sa.Column("account_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_sealed_keys_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["signing_keys.key_id"], name=op.f("fk_sealed_keys_key_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_sealed_keys")),
        sa.UniqueConstraint("key_id", name=op.f("uq_sealed_keys_key_id")),
    )


def _create_password_resets() -> None:
    op.create_table(
        "password_resets",
        sa.Column("reset_id", columns.BigId, nullable=False),
        sa.Column("account_id", columns.BigId, nullable=False),
        sa.Column("reason", columns.Sealed("password_resets.reason"), nullable=False),
        sa.Column("applied_by", columns.BigId, nullable=False),
        sa.Column("applied_at", columns.UtcDateTime(), nullable=False),
        sa.Column("first_mac", sa.String(length=64), nullable=False),
        sa.Column("confirmed_by", columns.BigId, nullable=True),
        sa.Column("confirmed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("second_mac", sa.String(length=64), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.Column("ended_as", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "ended_as IN ('used','replaced','failed') AND ended_at IS NOT NULL"
            " OR ended_as IS NULL AND ended_at IS NULL",
            name=op.f("ck_password_resets_ending"),
        ),
        sa.CheckConstraint(
            "confirmed_by <> applied_by", name=op.f("ck_password_resets_two_people")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["accounts.account_id"], name=op.f(f"fk_password_resets_{column}")
            )
            for column in ("account_id", "applied_by", "confirmed_by")
        ),
        sa.PrimaryKeyConstraint("reset_id", name=op.f("pk_password_resets")),
    )
    op.create_index(
        "ix_password_resets_open",
        "password_resets",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _sign_offs() -> None:
    with _altering("sign_offs") as altered:
        altered.add_column(sa.Column("key_id", sa.String(length=64), nullable=False))
        altered.add_column(sa.Column("signature", sa.String(length=128), nullable=False))
        altered.create_foreign_key("fk_sign_offs_key_id", "signing_keys", ["key_id"], ["key_id"])
    _protect_again("sign_offs")


def _altering(table: str) -> AbstractContextManager[BatchOperations]:
    """Alter a table; SQLite builds it anew, whatever its version could do in place."""
    rebuild = op.get_bind().dialect.name == "sqlite"
    recreate: Literal["always", "never"] = "always" if rebuild else "never"
    return op.batch_alter_table(table, recreate=recreate)


def _protect_again(table: str) -> None:
    """SQLite rebuilds a table to alter it, and its triggers go with the old one."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        append_only.protect(connection, table)
