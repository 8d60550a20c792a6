"""Erasure of persons: keys of their own, requests and decisions, and the scans that went with them.

A secret is only removed where its erasure stands there, decided by another person than asked for it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only, walls

revision = "0036"
down_revision: str | None = "0035"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

GROWING = ("erasure_requests", "erasures", "erased_files")
GROWS = {"append_only": True}
BY_AGENCY = ("erasure_requests", "erasures")
DECIDED = """EXISTS (SELECT 1 FROM erasure_requests r WHERE r.request_id = NEW.request_id
    AND r.asked_person <> NEW.decided_person
    AND (NEW.key_id IS NULL OR (r.key_id = NEW.key_id AND r.person_id = NEW.person_id)))"""
CARRIED_OUT = """EXISTS (SELECT 1 FROM erasures e WHERE e.request_id = NEW.request_id
    AND e.key_id IS NOT NULL)"""
ERASED = "EXISTS (SELECT 1 FROM erasures e WHERE e.key_id = OLD.key_id)"
# By table: its trigger, when it looks, what must hold, and what is said where it doesn't.
RULES = (
    ("erasures", "decided", "INSERT", DECIDED, "another person decides on what was asked"),
    ("erased_files", "carried_out", "INSERT", CARRIED_OUT, "scans go with an erasure"),
    ("person_keys", "erased", "DELETE", ERASED, "a secret goes with its erasure alone"),
    ("person_keys", "kept", "UPDATE", "1 = 0", "a secret is never another one"),
)


def upgrade() -> None:
    """Make the tables, with their triggers and the wall before those of an agency."""
    connection = op.get_bind()
    _keys()
    _requests()
    _erasures()
    _files()
    for table in GROWING:
        append_only.protect(connection, table)
    for table in BY_AGENCY:
        walls.by_agency(connection, table)
    for table, name, when, holds, said in RULES:
        _guard(connection, f"{table}_{name}", (table, when), holds, said)


def downgrade() -> None:
    """Take them away again."""
    for table in ("erased_files", "erasures", "erasure_requests", "person_keys"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table, name, *_ in RULES:
            op.execute(f"DROP FUNCTION {table}_{name}()")


def _guard(
    connection: sa.Connection, name: str, where: tuple[str, str], holds: str, said: str
) -> None:
    table, when = where
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN NOT ({holds}) "
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )
        return
    answered = "OLD" if when == "DELETE" else "NEW"
    connection.exec_driver_sql(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NOT ({holds}) THEN RAISE EXCEPTION '{said}' USING ERRCODE = '23000'; END IF; "
        f"RETURN {answered}; END $$"
    )
    connection.exec_driver_sql(
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def _of(table: str, name: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [other], name=op.f(f"fk_{table}_{name}"))


def _keys() -> None:
    op.create_table(
        "person_keys",
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("secret", columns.Sealed("person_keys.secret"), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        _of("person_keys", "person_id", "persons.person_id"),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_person_keys")),
        sa.UniqueConstraint("person_id", name=op.f("uq_person_keys_person_id")),
    )


def _requests() -> None:
    op.create_table(
        "erasure_requests",
        sa.Column("request_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("reason", columns.Sealed("erasure_requests.reason"), nullable=False),
        sa.Column("asked_by", columns.BigId, nullable=False),
        sa.Column("asked_person", columns.BigId, nullable=False),
        sa.Column("asked_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "basis IN ('retention','court','request')", name=op.f("ck_erasure_requests_basis")
        ),
        _of("erasure_requests", "agency_code", "agencies.code"),
        _of("erasure_requests", "person_id", "persons.person_id"),
        _of("erasure_requests", "asked_by", "accounts.account_id"),
        _of("erasure_requests", "asked_person", "natural_persons.person_id"),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_erasure_requests")),
        info=GROWS,
    )
    for key in ("agency_code", "person_id"):
        op.create_index(f"ix_erasure_requests_{key}", "erasure_requests", [key], unique=False)


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("request_id", columns.BigId, autoincrement=False, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("key_id", sa.String(length=32), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("opinion", columns.Sealed("erasures.opinion"), nullable=False),
        sa.Column("decided_by", columns.BigId, nullable=False),
        sa.Column("decided_person", columns.BigId, nullable=False),
        sa.Column("decided_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("agreed = (key_id IS NOT NULL)", name=op.f("ck_erasures_agreed")),
        sa.CheckConstraint("agreed = (person_id IS NOT NULL)", name=op.f("ck_erasures_person")),
        _of("erasures", "request_id", "erasure_requests.request_id"),
        _of("erasures", "agency_code", "agencies.code"),
        _of("erasures", "person_id", "persons.person_id"),
        _of("erasures", "decided_by", "accounts.account_id"),
        _of("erasures", "decided_person", "natural_persons.person_id"),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("person_id", name=op.f("uq_erasures_person_id")),
        sa.UniqueConstraint("key_id", name=op.f("uq_erasures_key_id")),
        info=GROWS,
    )
    op.create_index("ix_erasures_agency_code", "erasures", ["agency_code"], unique=False)


def _files() -> None:
    op.create_table(
        "erased_files",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("request_id", columns.BigId, nullable=False),
        _of("erased_files", "request_id", "erasure_requests.request_id"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_erased_files")),
        info=GROWS,
    )
