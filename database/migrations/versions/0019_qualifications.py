"""The register of qualifications and what posts take of them; relatives whom staff declared."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

POSTS = (
    "guide", "teller", "handler", "reviewer", "deputy_director", "director", "city_approver",
    "city_head", "finance", "auditor", "internal_control", "supervisor", "archivist",
    "administrator",
)  # fmt: skip
KIND = "kind IN ('training','certificate')"


def upgrade() -> None:
    """Make the tables. What binds whom is said when the office starts, in its journal."""
    _qualifications()
    _relatives()
    for table in (
        "qualification_records",
        "qualification_voids",
        "qualification_duties",
        "relatives",
        "relative_ends",
    ):
        append_only.protect(op.get_bind(), table)


def _qualifications() -> None:
    op.create_table(
        "qualification_records",
        sa.Column("record_id", columns.BigId, nullable=False),
        sa.Column("person_id", columns.BigId, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("certificate_no", sa.LargeBinary(), nullable=True),
        sa.Column("basis", sa.String(length=400), nullable=False),
        sa.Column("entered_by", columns.BigId, nullable=True),
        sa.Column("entered_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(KIND, name=op.f("ck_qualification_records_kind")),
        sa.CheckConstraint(
            "result IN ('passed','failed')", name=op.f("ck_qualification_records_result")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= done_on", name=op.f("ck_qualification_records_dates")
        ),
        _to("qualification_records", "person_id", "natural_persons.person_id"),
        _to("qualification_records", "entered_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_qualification_records")),
    )
    op.create_index(
        "ix_qualification_records_person_id_kind_subject",
        "qualification_records",
        ["person_id", "kind", "subject"],
    )
    op.create_table(
        "qualification_voids",
        sa.Column("void_id", columns.BigId, nullable=False),
        sa.Column("record_id", columns.BigId, nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("voided_by", columns.BigId, nullable=False),
        sa.Column("voided_at", columns.UtcDateTime(), nullable=False),
        _to("qualification_voids", "record_id", "qualification_records.record_id"),
        _to("qualification_voids", "voided_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("void_id", name=op.f("pk_qualification_voids")),
        sa.UniqueConstraint("record_id", name=op.f("uq_qualification_voids_record_id")),
    )
    listed = ",".join(f"'{post}'" for post in POSTS)
    op.create_table(
        "qualification_duties",
        sa.Column("duty_id", columns.BigId, nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("binds_from", sa.Date(), nullable=False),
        sa.Column("binds_to", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=400), nullable=False),
        sa.Column("entered_by", columns.BigId, nullable=True),
        sa.Column("entered_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(KIND, name=op.f("ck_qualification_duties_kind")),
        sa.CheckConstraint(f"post IN ({listed})", name=op.f("ck_qualification_duties_post")),
        sa.CheckConstraint(
            "binds_to IS NULL OR binds_to >= binds_from", name=op.f("ck_qualification_duties_dates")
        ),
        _to("qualification_duties", "entered_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("duty_id", name=op.f("pk_qualification_duties")),
    )


def _relatives() -> None:
    op.create_table(
        "relatives",
        sa.Column("declaration_id", columns.BigId, nullable=False),
        sa.Column("person_id", columns.BigId, nullable=False),
        sa.Column("id_no", sa.LargeBinary(), nullable=False),
        sa.Column("id_no_index", sa.String(length=64), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("relation", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("declared_by", columns.BigId, nullable=False),
        sa.Column("declared_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_relatives_dates")
        ),
        _to("relatives", "person_id", "natural_persons.person_id"),
        _to("relatives", "declared_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("declaration_id", name=op.f("pk_relatives")),
    )
    op.create_index("ix_relatives_person_id", "relatives", ["person_id"])
    op.create_index("ix_relatives_id_no_index", "relatives", ["id_no_index"])
    op.create_table(
        "relative_ends",
        sa.Column("end_id", columns.BigId, nullable=False),
        sa.Column("declaration_id", columns.BigId, nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("ended_by", columns.BigId, nullable=False),
        sa.Column("ended_at", columns.UtcDateTime(), nullable=False),
        _to("relative_ends", "declaration_id", "relatives.declaration_id"),
        _to("relative_ends", "ended_by", "accounts.account_id"),
        sa.PrimaryKeyConstraint("end_id", name=op.f("pk_relative_ends")),
        sa.UniqueConstraint("declaration_id", name=op.f("uq_relative_ends_declaration_id")),
    )


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("relative_ends")
    op.drop_table("relatives")
    op.drop_table("qualification_duties")
    op.drop_table("qualification_voids")
    op.drop_table("qualification_records")
