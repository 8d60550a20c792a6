"""What clients say (evaluations, complaints), and what they and the staff are told (the outbox)."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only, walls

revision = "0032"
down_revision: str | None = "0031"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

GROWING = ("evaluations", "complaints", "notice_contacts", "message_outcomes")
WALLED = (*GROWING, "outbox")


def upgrade() -> None:
    """Make the tables, their triggers and their walls, and let the public ask what was handed out."""
    connection = op.get_bind()
    _evaluations()
    _complaints()
    _contacts()
    _outbox()
    _outcomes()
    for table in GROWING:
        append_only.protect(connection, table)
    for table in WALLED:
        walls.by_agency(connection, table)
    walls.open_to_the_public(connection, "document_deliveries")


def _evaluations() -> None:
    op.create_table(
        "evaluations",
        sa.Column("evaluation_id", columns.BigId, nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("process", sa.String(length=40), nullable=False),
        sa.Column("teller", columns.BigId, nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=10), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("given_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("grade BETWEEN 1 AND 5", name=op.f("ck_evaluations_grade")),
        sa.CheckConstraint(
            "(grade <= 2) = (cause IS NOT NULL) AND cause IN ('policy','service')",
            name=op.f("ck_evaluations_cause"),
        ),
        _of_agency("evaluations"),
        _of_account("evaluations", "teller"),
        sa.PrimaryKeyConstraint("evaluation_id", name=op.f("pk_evaluations")),
        sa.UniqueConstraint("case_no", name=op.f("uq_evaluations_case_no")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_evaluations_agency_code_evaluation_id",
        "evaluations",
        ["agency_code", "evaluation_id"],
        unique=False,
    )
    op.create_index("ix_evaluations_teller", "evaluations", ["teller"], unique=False)


def _complaints() -> None:
    op.create_table(
        "complaints",
        sa.Column("complaint_id", columns.BigId, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("teller", columns.BigId, nullable=False),
        sa.Column("about", sa.String(length=12), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("received_at", columns.UtcDateTime(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "about IN ('manner','delay','materials','fee','decision','other')",
            name=op.f("ck_complaints_about"),
        ),
        _of_agency("complaints"),
        _of_account("complaints", "teller"),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("number", name=op.f("uq_complaints_number")),
        sa.UniqueConstraint("case_no", "form_key", name=op.f("uq_complaints_case_no_form_key")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_complaints_agency_code_complaint_id",
        "complaints",
        ["agency_code", "complaint_id"],
        unique=False,
    )


def _contacts() -> None:
    op.create_table(
        "notice_contacts",
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("given_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint("channel IN ('mail')", name=op.f("ck_notice_contacts_channel")),
        sa.CheckConstraint("language IN ('zh','en')", name=op.f("ck_notice_contacts_language")),
        _of_agency("notice_contacts"),
        _of_case("notice_contacts"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_notice_contacts")),
        info={"append_only": True},
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("message_id", columns.BigId, nullable=False),
        sa.Column("message_key", sa.String(length=48), nullable=False),
        sa.Column("case_id", columns.BigId, nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("post", sa.String(length=32), nullable=True),
        sa.Column("of_agency", sa.String(length=6), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("next_at", columns.UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_no", sa.Integer(), nullable=False),
        sa.Column("leased_until", columns.UtcDateTime(), nullable=True),
        sa.Column("failing", sa.String(length=40), nullable=True),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('waiting','sent','dead')", name=op.f("ck_outbox_state")),
        _of_agency("outbox"),
        _of_case("outbox"),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_key", name=op.f("uq_outbox_message_key")),
    )
    op.create_index("ix_outbox_case_id", "outbox", ["case_id"], unique=False)
    for name, state, by in (
        ("ix_outbox_waiting", "waiting", ["next_at", "message_id"]),
        ("ix_outbox_dead", "dead", ["agency_code", "message_id"]),
    ):
        only = sa.text(f"state = '{state}'")
        op.create_index(name, "outbox", by, unique=False, sqlite_where=only, postgresql_where=only)


def _outcomes() -> None:
    op.create_table(
        "message_outcomes",
        sa.Column("outcome_id", columns.BigId, nullable=False),
        sa.Column("message_key", sa.String(length=48), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=False),
        sa.Column("agency_code", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("text_sha256", sa.String(length=64), nullable=True),
        sa.Column("recorded_by", columns.BigId, nullable=True),
        sa.Column("recorded_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('sent','dead','again')", name=op.f("ck_message_outcomes_outcome")
        ),
        _of_agency("message_outcomes"),
        _of_account("message_outcomes", "recorded_by"),
        sa.PrimaryKeyConstraint("outcome_id", name=op.f("pk_message_outcomes")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_message_outcomes_message_key", "message_outcomes", ["message_key"], unique=False
    )


def _of_agency(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_code"], ["agencies.code"], name=op.f(f"fk_{table}_agency_code")
    )


def _of_account(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["accounts.account_id"], name=op.f(f"fk_{table}_{column}")
    )


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["case_id"],
        ["cases.case_id"],
        name=op.f(f"fk_{table}_case_id"),
        initially="DEFERRED",
        deferrable=True,
    )


def downgrade() -> None:
    """Take it all away again."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP POLICY public_reading ON document_deliveries")
    for table in reversed(
        ("evaluations", "complaints", "notice_contacts", "outbox", "message_outcomes")
    ):
        walls.take_down(connection, table)
        op.drop_table(table)
