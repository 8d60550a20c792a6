"""PostgreSQL's guards ask the same of the same rows, in fewer and smaller questions.

Each question costs its setting up, whatever it finds. The guard of postings looked for the last sign-off
five times; sums went through the lines three times; what concerns ended cases only was asked of every case.
A lock is taken without a query. On SQLite a question costs what it runs: its triggers stay.
"""

import re
from collections.abc import Sequence
from importlib import import_module

from alembic import op

revision = "0049"
down_revision: str | None = "0048"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_VERSIONS = "database.migrations.versions."
INITIAL = import_module(_VERSIONS + "0001_initial")
GUARD = import_module(_VERSIONS + "0005_guard")
SEALS = import_module(_VERSIONS + "0006_seals")
PAYABLES = import_module(_VERSIONS + "0013_payables")
GRANTS = import_module(_VERSIONS + "0018_grant_cases")
PAPERS = import_module(_VERSIONS + "0023_papers")
PLANNED = import_module(_VERSIONS + "0038_less_to_plan")
EPOCH = import_module(_VERSIONS + "0042_epoch_at_once")

# What the case's row says of the last sign-off, which is at hand already.
LIKE_ITS_CASE = GUARD.OF_ITS_CASE.replace(
    f"{GUARD.LAST} JOIN cases c ON c.case_no = NEW.case_no\n    WHERE ",
    "cases c WHERE c.case_no = NEW.case_no AND ",
)
# A step has one row in a cycle of its case, and the second question finds those of any other case.
SIGNED = f"""EXISTS (
    SELECT 1 FROM {GUARD.LAST} WHERE (
      SELECT count(*) > 0 AND count(*) = count(*) FILTER (WHERE {GRANTS.IN_POST})
        AND array_agg(s.seq ORDER BY m.place) = array_agg(s.seq ORDER BY s.seq)
      FROM mandated_steps m LEFT JOIN sign_offs s ON {GUARD.OF_CASE} AND s.step = m.step
      WHERE m.risk_table = l.risk_table AND m.risk_level = l.risk_level AND m.route = l.route)
    AND NOT EXISTS (SELECT 1 FROM sign_offs s WHERE {GUARD.OF_CASE} AND (
      s.decision NOT IN ('approve', 'escalate') OR s.risk_level <> l.risk_level
      OR s.risk_table <> l.risk_table OR s.case_id <> l.case_id
      OR NOT EXISTS (SELECT 1 FROM case_contents k WHERE {GUARD.COVERED})))
    AND {LIKE_ITS_CASE})"""
UNBALANCED = f"""(SELECT count(*) <> NEW.line_count
      OR coalesce(sum(amount_cents) FILTER (WHERE side = 'debit'), 0) <> NEW.debit_cents
      OR coalesce(sum(amount_cents) FILTER (WHERE side = 'credit'), 0) <> NEW.credit_cents
    FROM ledger_lines WHERE {GUARD.PART})
    OR (SELECT count(*) FROM register_versions WHERE {GUARD.PART}) <> NEW.change_count"""
# A case has one posting (ck_register_postings_once): so said, its key finds it, whatever is known of it.
POSTED = (
    "EXISTS (SELECT 1 FROM register_postings p WHERE p.case_no = NEW.case_no AND p.posting_no = 1)"
)
SIGNED_ONCE = f"""
CREATE OR REPLACE FUNCTION tongban_posting_signed() RETURNS trigger {PLANNED.PLANNED_ONCE} $$
BEGIN
  IF NOT {GUARD.OPENING} AND NOT {PAYABLES.PAYMENT} THEN
    IF NOT {SIGNED} THEN
      RAISE EXCEPTION '{GUARD.UNSIGNED}' USING ERRCODE = '23000';
    END IF;
  END IF;
  IF {UNBALANCED} THEN
    RAISE EXCEPTION '{GUARD.UNBALANCED}' USING ERRCODE = '23000';
  END IF;
  RETURN NULL;
END $$"""
BALANCED = f"""
CREATE OR REPLACE FUNCTION tongban_posting_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {UNBALANCED} THEN
    RAISE EXCEPTION '{GUARD.UNBALANCED}' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$"""
COMPLETED = f"""
CREATE OR REPLACE FUNCTION tongban_case_posted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'completed' THEN
    IF NOT {POSTED} THEN
      RAISE EXCEPTION '{GUARD.UNPOSTED}' USING ERRCODE = '23000';
    END IF;
  END IF;
  RETURN NEW;
END $$"""
WRITTEN = f"""
CREATE OR REPLACE FUNCTION tongban_case_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(NEW.subject_kind, '') = 'agency' THEN
    RETURN NULL;
  ELSIF NEW.status = 'completed' THEN
    IF {POSTED} AND NOT {PAPERS.PAPER.format("receipt")} THEN
      RAISE EXCEPTION '{PAPERS.UNWRITTEN}' USING ERRCODE = '23000';
    END IF;
  ELSIF NEW.status = 'refused' THEN
    IF NOT {PAPERS.PAPER.format("denial")} THEN
      RAISE EXCEPTION '{PAPERS.UNWRITTEN}' USING ERRCODE = '23000';
    END IF;
  END IF;
  RETURN NULL;
END $$"""
# The answer is never null: asked like this, the function is called without a query around it. The lock is had
# before the next statement looks, as it was.
LOCKS = (SEALS.FUNCTION, EPOCH.FUNCTION)
LOCKED = re.compile(r"PERFORM (pg_advisory_xact_lock_shared\(\d+\));")
ASKED = r"IF \1 IS NULL THEN NULL; END IF;"
BEFORE = (
    PLANNED.guard_read_once(),
    INITIAL.BALANCE["postgresql"][0],
    next(said for said in GUARD.GUARD["postgresql"] if "FUNCTION tongban_case_posted" in said),
    PAPERS.TRIGGERS["postgresql"][0],
    *LOCKS,
)
SINCE = (SIGNED_ONCE, BALANCED, COMPLETED, WRITTEN, *(LOCKED.sub(ASKED, said) for said in LOCKS))


def upgrade() -> None:
    """Put the functions anew; the triggers that call them stay."""
    _put(SINCE)


def downgrade() -> None:
    """Put them back as they were."""
    _put(BEFORE)


def _put(functions: Sequence[str]) -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for said in functions:
            connection.exec_driver_sql(
                said.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
            )
