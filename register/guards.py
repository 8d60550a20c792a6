"""The triggers that hold the ledger's invariants in the database itself, in the words of both databases.

*Balanced*: a posting's header is refused unless its lines add up to it and its changes are all there
(that debits equal credits is the header's CHECK). *Closed*: nothing joins a posting that has its header.
The migration copies these statements; ``tests/unit/test_register_guards.py`` walks past the code to them.
"""

# Every table whose rows belong to a posting.
PARTS = (
    "ledger_lines",
    "register_versions",
    "relation_versions",
    "contribution_months",
    "entitlement_versions",
    "claim_versions",
)

_SUM = """COALESCE((SELECT SUM(amount_cents) FROM ledger_lines WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no AND side = '{side}'), 0) <> NEW.{side}_cents"""
_COUNT = """(SELECT COUNT(*) FROM {table} WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no) <> NEW.{column}"""
_UNBALANCED = " OR ".join(
    (
        _SUM.format(side="debit"),
        _SUM.format(side="credit"),
        _COUNT.format(table="ledger_lines", column="line_count"),
        _COUNT.format(table="register_versions", column="change_count"),
    )
)
_CLOSED = """EXISTS (SELECT 1 FROM register_postings WHERE case_no = NEW.case_no
    AND posting_no = NEW.posting_no)"""

SQLITE_CREATE = (
    f"""CREATE TRIGGER register_postings_balanced BEFORE INSERT ON register_postings
WHEN {_UNBALANCED}
BEGIN SELECT RAISE(ABORT, 'a posting does not add up to its header'); END""",
    *(
        f"""CREATE TRIGGER {table}_closed BEFORE INSERT ON {table}
WHEN {_CLOSED}
BEGIN SELECT RAISE(ABORT, 'a posting that has its header is closed'); END"""
        for table in PARTS
    ),
)
SQLITE_DROP = (
    "DROP TRIGGER register_postings_balanced",
    *(f"DROP TRIGGER {table}_closed" for table in PARTS),
)

POSTGRESQL_CREATE = (
    f"""CREATE FUNCTION tongban_posting_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {_UNBALANCED} THEN
    RAISE EXCEPTION 'a posting does not add up to its header' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$""",
    f"""CREATE FUNCTION tongban_posting_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {_CLOSED} THEN
    RAISE EXCEPTION 'a posting that has its header is closed' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$""",
    """CREATE TRIGGER balanced BEFORE INSERT ON register_postings
FOR EACH ROW EXECUTE FUNCTION tongban_posting_balanced()""",
    *(
        f"""CREATE TRIGGER closed BEFORE INSERT ON {table}
FOR EACH ROW EXECUTE FUNCTION tongban_posting_closed()"""
        for table in PARTS
    ),
)
POSTGRESQL_DROP = (
    "DROP TRIGGER balanced ON register_postings",
    *(f"DROP TRIGGER closed ON {table}" for table in PARTS),
    "DROP FUNCTION tongban_posting_balanced()",
    "DROP FUNCTION tongban_posting_closed()",
)
