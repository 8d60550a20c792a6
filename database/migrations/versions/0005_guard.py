"""The guard of posting in the database: who must have signed, asked of the rows by triggers.

What ``engine.posting`` demands in full (whose signature it is, over which content, by different people)
it alone can tell. Here stands what a database can: no header of a posting without every mandated step,
approved, in order, by the post that owes it, over what the case says in its last cycle, at the level, on the
route and under the table that the case's own row names; no completed case without its posting; balances of
before the first case only. On PostgreSQL it is asked at the commit, so that no statement can hide from it what
another part of itself writes.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from database.migrations import append_only

revision = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

UNSIGNED = "a posting lacks the sign-offs its level and route demand"
LATE = "balances are opened before the first case only"
UNPOSTED = "a case is completed by its posting"
UNBALANCED = "a posting does not add up to its header"
LOWERED = "level and cycle of a case are only ever raised, its risk table stays"

# The sign-offs of a posting's case in its last cycle, the last one, and the steps it was to have.
OF_CASE = "s.case_no = NEW.case_no AND s.cycle = l.cycle"
LAST = "(SELECT * FROM sign_offs WHERE case_no = NEW.case_no ORDER BY seq DESC LIMIT 1) l"
MANDATED = """mandated_steps m ON m.risk_table = l.risk_table AND m.risk_level = l.risk_level
    AND m.route = l.route"""
# The counter gives the back office's step too.
IN_POST = "(s.post = m.post OR m.step = 'handle' AND s.post = 'teller')"
COVERED = " AND ".join(
    f"k.{part} = s.{part}"
    for part in ("case_id", "cycle", "form_digest", "materials_digest", "posting_digest")
)
SIGNED = f"""EXISTS (SELECT 1 FROM {LAST} JOIN {MANDATED})
  AND NOT EXISTS (SELECT 1 FROM {LAST} JOIN {MANDATED} WHERE NOT EXISTS (
    SELECT 1 FROM sign_offs s WHERE {OF_CASE} AND s.step = m.step AND {IN_POST}))
  AND NOT EXISTS (SELECT 1 FROM {LAST} JOIN sign_offs s ON {OF_CASE}
    WHERE s.decision NOT IN ('approve', 'escalate') OR s.risk_level <> l.risk_level
      OR s.risk_table <> l.risk_table OR s.case_id <> l.case_id
      OR NOT EXISTS (SELECT 1 FROM case_contents k WHERE {COVERED}))
  AND NOT EXISTS (SELECT 1 FROM {LAST} JOIN {MANDATED}
    JOIN sign_offs s ON {OF_CASE} AND s.step = m.step
    JOIN mandated_steps n ON n.risk_table = m.risk_table AND n.risk_level = m.risk_level
      AND n.route = m.route AND n.place > m.place
    JOIN sign_offs t ON t.case_no = s.case_no AND t.cycle = s.cycle AND t.step = n.step
    WHERE t.seq < s.seq)"""
OPENING = "NEW.case_no LIKE 'OPENING-%%'"
POSTED = "EXISTS (SELECT 1 FROM register_postings p WHERE p.case_no = NEW.case_no)"
PART = "case_no = NEW.case_no AND posting_no = NEW.posting_no"


def _agrees(case: str) -> str:
    """Whether the last sign-off ``l`` stands where the row of its case does."""
    same = ("case_id", "cycle", "risk_table", "risk_level", "route")
    equal = " AND ".join(f"{case}.{column} = l.{column}" for column in same)
    return f"""{equal} AND (NOT ({case}.meeting_required OR {case}.route = 'city_meeting')
    OR EXISTS (SELECT 1 FROM sign_offs s WHERE {OF_CASE} AND s.step = 'city_conclude'
      AND s.resolution IS NOT NULL))"""


# SQLite knows no trigger at the commit, and an acceptance that posts writes its case last: what is there is
# asked of the header, what comes later as it comes.
LIKE_ITS_CASE = f"""NOT EXISTS (SELECT 1 FROM {LAST} JOIN cases c ON c.case_id = l.case_id
    WHERE NOT (c.case_no = NEW.case_no AND {_agrees("c")}))"""
LIKE_ITS_SIGN_OFFS = f"""EXISTS (SELECT 1 FROM {LAST} WHERE {_agrees("NEW")})
  AND NOT EXISTS (SELECT 1 FROM sign_offs s WHERE s.case_id = NEW.case_id
    AND s.case_no <> NEW.case_no)"""
POSTED_BEFORE = """EXISTS (SELECT 1 FROM sign_offs s JOIN register_postings p
    ON p.case_no = s.case_no WHERE s.case_id = NEW.case_id)"""
OF_ITS_CASE = f"""EXISTS (SELECT 1 FROM {LAST} JOIN cases c ON c.case_no = NEW.case_no
    WHERE {_agrees("c")})"""
LOWER = """NEW.risk_level > OLD.risk_level OR NEW.cycle < OLD.cycle
  OR NEW.risk_table <> OLD.risk_table"""
RANKED = "BEFORE UPDATE OF risk_level, cycle, risk_table ON cases"


def _sum(side: str) -> str:
    summed = "SELECT SUM(amount_cents) FROM ledger_lines"
    return f"COALESCE(({summed} WHERE {PART} AND side = '{side}'), 0)"


BALANCED = f"""{_sum("debit")} = NEW.debit_cents AND {_sum("credit")} = NEW.credit_cents
  AND (SELECT COUNT(*) FROM ledger_lines WHERE {PART}) = NEW.line_count
  AND (SELECT COUNT(*) FROM register_versions WHERE {PART}) = NEW.change_count"""
GUARD: dict[str, Sequence[str]] = {
    "sqlite": (
        f"""CREATE TRIGGER register_postings_signed BEFORE INSERT ON register_postings
WHEN NOT {OPENING} AND NOT ({SIGNED} AND {LIKE_ITS_CASE})
BEGIN SELECT RAISE(ABORT, '{UNSIGNED}'); END""",
        f"""CREATE TRIGGER register_postings_opening BEFORE INSERT ON register_postings
WHEN {OPENING} AND EXISTS (SELECT 1 FROM cases)
BEGIN SELECT RAISE(ABORT, '{LATE}'); END""",
        *(
            f"""CREATE TRIGGER cases_posted_{verb.split()[0].lower()} BEFORE {verb} ON cases
WHEN NEW.status = 'completed' AND NOT {POSTED}
BEGIN SELECT RAISE(ABORT, '{UNPOSTED}'); END"""
            for verb in ("INSERT", "UPDATE OF status")
        ),
        f"""CREATE TRIGGER cases_signed BEFORE INSERT ON cases
WHEN {POSTED_BEFORE} AND NOT ({POSTED} AND {LIKE_ITS_SIGN_OFFS})
BEGIN SELECT RAISE(ABORT, '{UNSIGNED}'); END""",
        f"""CREATE TRIGGER cases_ranked {RANKED}
WHEN {LOWER}
BEGIN SELECT RAISE(ABORT, '{LOWERED}'); END""",
    ),
    "postgresql": (
        f"""CREATE FUNCTION tongban_posting_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT {OPENING} AND NOT ({SIGNED} AND {OF_ITS_CASE}) THEN
    RAISE EXCEPTION '{UNSIGNED}' USING ERRCODE = '23000';
  END IF;
  IF NOT ({BALANCED}) THEN
    RAISE EXCEPTION '{UNBALANCED}' USING ERRCODE = '23000';
  END IF;
  RETURN NULL;
END $$""",
        """CREATE CONSTRAINT TRIGGER signed AFTER INSERT ON register_postings
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tongban_posting_signed()""",
        # At once, not at the commit: a backup that is read back brings its cases after its postings.
        f"""CREATE FUNCTION tongban_opened_early() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM cases) THEN
    RAISE EXCEPTION '{LATE}' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$""",
        f"""CREATE TRIGGER opening BEFORE INSERT ON register_postings
FOR EACH ROW WHEN ({OPENING}) EXECUTE FUNCTION tongban_opened_early()""",
        f"""CREATE FUNCTION tongban_case_posted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'completed' AND NOT {POSTED} THEN
    RAISE EXCEPTION '{UNPOSTED}' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$""",
        """CREATE TRIGGER posted BEFORE INSERT OR UPDATE OF status ON cases
FOR EACH ROW EXECUTE FUNCTION tongban_case_posted()""",
        f"""CREATE FUNCTION tongban_case_ranked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{LOWERED}' USING ERRCODE = '23000';
END $$""",
        f"""CREATE TRIGGER ranked {RANKED}
FOR EACH ROW WHEN ({LOWER}) EXECUTE FUNCTION tongban_case_ranked()""",
    ),
}
OPEN: dict[str, Sequence[str]] = {
    "sqlite": (
        "DROP TRIGGER register_postings_signed",
        "DROP TRIGGER register_postings_opening",
        "DROP TRIGGER cases_posted_insert",
        "DROP TRIGGER cases_posted_update",
        "DROP TRIGGER cases_signed",
        "DROP TRIGGER cases_ranked",
    ),
    "postgresql": (
        "DROP TRIGGER signed ON register_postings",
        "DROP FUNCTION tongban_posting_signed()",
        "DROP TRIGGER opening ON register_postings",
        "DROP FUNCTION tongban_opened_early()",
        "DROP TRIGGER posted ON cases",
        "DROP FUNCTION tongban_case_posted()",
        "DROP TRIGGER ranked ON cases",
        "DROP FUNCTION tongban_case_ranked()",
    ),
}


def upgrade() -> None:
    """Make the table of what each level and route demands, and the triggers that read it."""
    op.create_table(
        "mandated_steps",
        sa.Column("risk_table", sa.String(length=64), nullable=False),
        sa.Column("risk_level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["risk_table"], ["risk_tables.digest"], name=op.f("fk_mandated_steps_risk_table")
        ),
        sa.PrimaryKeyConstraint(
            "risk_table", "risk_level", "route", "place", name=op.f("pk_mandated_steps")
        ),
    )
    op.create_index("ix_sign_offs_case_no_seq", "sign_offs", ["case_no", "seq"], unique=False)
    connection = op.get_bind()
    append_only.protect(connection, "mandated_steps")
    for statement in GUARD[connection.dialect.name]:
        connection.exec_driver_sql(_spoken(connection, statement))


def downgrade() -> None:
    """Take them away again."""
    connection = op.get_bind()
    for statement in OPEN[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    op.drop_index("ix_sign_offs_case_no_seq", "sign_offs")
    op.drop_table("mandated_steps")


def _spoken(connection: sa.Connection, statement: str) -> str:
    """Percent signs are doubled for the driver of PostgreSQL only."""
    return statement if connection.dialect.name == "postgresql" else statement.replace("%%", "%")
