"""Rules are registered like money: their texts, their versions with the case of each, and when each was in force.

A version names its approved case. The first one of a rule has none, and none has any of a demo office, which
registers what is installed by itself.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database import columns
from database.migrations import append_only

revision = "0027"
down_revision: str | None = "0026"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLES = ("rule_texts", "rule_versions", "rule_starts")
GROWS = {"append_only": True}
UNSIGNED = "a rule's version lacks the approved case that it names, or isn't its first"
REGISTERED = """(NEW.case_no IS NULL AND (
    NOT EXISTS (SELECT 1 FROM rule_versions v WHERE v.kind = NEW.kind AND v.name = NEW.name)
    OR EXISTS (SELECT 1 FROM accounts a WHERE a.demo)))
  OR (EXISTS (SELECT 1 FROM register_postings p WHERE p.case_no = NEW.case_no)
    AND EXISTS (SELECT 1 FROM cases c WHERE c.case_no = NEW.case_no AND c.process = 'rule_change')
    AND EXISTS (SELECT 1 FROM sign_offs s WHERE s.case_no = NEW.case_no AND s.route = 'registration'
      AND s.step = 'city_conclude' AND s.decision = 'approve'))"""
TRIGGERS: dict[str, Sequence[str]] = {
    "sqlite": (
        f"""CREATE TRIGGER rule_versions_registered BEFORE INSERT ON rule_versions
WHEN NOT ({REGISTERED})
BEGIN SELECT RAISE(ABORT, '{UNSIGNED.replace("'", "''")}'); END""",
    ),
    "postgresql": (
        f"""CREATE FUNCTION tongban_rule_registered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT ({REGISTERED}) THEN
    RAISE EXCEPTION '{UNSIGNED.replace("'", "''")}' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$""",
        """CREATE TRIGGER registered BEFORE INSERT ON rule_versions
FOR EACH ROW EXECUTE FUNCTION tongban_rule_registered()""",
    ),
}
OPEN: dict[str, Sequence[str]] = {
    "sqlite": ("DROP TRIGGER rule_versions_registered",),
    "postgresql": (
        "DROP TRIGGER registered ON rule_versions",
        "DROP FUNCTION tongban_rule_registered()",
    ),
}


def upgrade() -> None:
    """Make the tables, which only grow; what is installed is registered at the next start."""
    op.create_table(
        "rule_texts",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("kept_at", columns.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('risk_table','parameters','calendar')", name=op.f("ck_rule_texts_kind")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_rule_texts")),
        info=GROWS,
    )
    op.create_table(
        "rule_versions",
        sa.Column("version_no", columns.BigId, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=400), nullable=False),
        sa.Column("case_no", sa.String(length=24), nullable=True),
        sa.Column("registered_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["digest"], ["rule_texts.digest"], name=op.f("fk_rule_versions_digest")
        ),
        sa.PrimaryKeyConstraint("version_no", name=op.f("pk_rule_versions")),
        info=GROWS,
    )
    op.create_index("ix_rule_versions_case_no", "rule_versions", ["case_no"], unique=True)
    op.create_index("ix_rule_versions_kind_name", "rule_versions", ["kind", "name"])
    op.create_table(
        "rule_starts",
        sa.Column("start_no", columns.BigId, nullable=False),
        sa.Column("version_no", columns.BigId, nullable=False),
        sa.Column("started_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_no"], ["rule_versions.version_no"], name=op.f("fk_rule_starts_version_no")
        ),
        sa.PrimaryKeyConstraint("start_no", name=op.f("pk_rule_starts")),
        sa.UniqueConstraint("version_no", name=op.f("uq_rule_starts_version_no")),
        info=GROWS,
    )
    connection = op.get_bind()
    for table in TABLES:
        append_only.protect(connection, table)
    for statement in TRIGGERS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Take it all away again."""
    connection = op.get_bind()
    for statement in OPEN[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    for table in reversed(TABLES):
        op.drop_table(table)
