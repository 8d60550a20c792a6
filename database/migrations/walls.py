"""Row-level security between agencies, in PostgreSQL's words; SQLite has no such thing.

The setting is read in a sub-select, so that a query asks for it once and not for every row.
"""

from sqlalchemy import Connection

SAID = "(SELECT current_setting('tongban.wall', true))"
_OFFICE = f"{SAID} = 'office'"
_OWN = (
    "{table}.agency_code = ANY ("
    "(SELECT string_to_array(current_setting('tongban.wall', true), ','))::text[])"
)
PAPERS = "documents"
_OF_CASE = "EXISTS (SELECT 1 FROM cases WHERE cases.case_no = documents.case_no)"
_OF_REFUSAL = (
    "EXISTS (SELECT 1 FROM window_refusals WHERE window_refusals.number = documents.case_no)"
)
_PAPER = f"({SAID} <> 'public' AND ({_OF_CASE} OR {_OF_REFUSAL}))"
# A foreign row and one that isn't there look the same to whoever adds to a case. An acceptance writes its
# case last, so this is looked at when the transaction ends, and not at all where the whole office is seen.
FUNCTION = """
CREATE FUNCTION tongban_wall() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('tongban.wall', true) = 'public' THEN
    NULL;
  ELSIF TG_ARGV[0] = 'case_no' THEN
    IF EXISTS (SELECT 1 FROM cases WHERE case_no = NEW.case_no) THEN RETURN NULL; END IF;
  ELSIF EXISTS (SELECT 1 FROM cases WHERE case_id = NEW.case_id) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'a row of %% is about a case of another agency', TG_TABLE_NAME
    USING ERRCODE = '42501';
END $$
"""
# A paper may also be about an application that was refused at the window, which has a number like a case's.
OF_PAPERS = FUNCTION.replace(
    "IF EXISTS (SELECT 1 FROM cases WHERE case_no = NEW.case_no) THEN RETURN NULL; END IF;",
    """IF EXISTS (SELECT 1 FROM cases WHERE case_no = NEW.case_no)
      OR EXISTS (SELECT 1 FROM window_refusals WHERE number = NEW.case_no) THEN RETURN NULL; END IF;""",
)

# What decides about a row that names no agency, or another's. Inside a policy the question would stand in
# every statement as often as its table does, with the wall of cases inside it, to be planned and set up for
# nothing: mostly it is never asked. Within the functions cases and refusals stand behind their own walls.
SEES_CASE = """
CREATE FUNCTION tongban_sees_case(wanted bigint) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000 AS $$
BEGIN
  IF current_setting('tongban.wall', true) = 'public' THEN RETURN false; END IF;
  RETURN EXISTS (SELECT 1 FROM cases WHERE case_id = wanted);
END $$
"""
SEES_PAPER = """
CREATE FUNCTION tongban_sees_paper(wanted varchar) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000 AS $$
BEGIN
  IF current_setting('tongban.wall', true) = 'public' THEN RETURN false; END IF;
  RETURN EXISTS (SELECT 1 FROM cases WHERE case_no = wanted)
    OR EXISTS (SELECT 1 FROM window_refusals WHERE number = wanted);
END $$
"""


def create_function(connection: Connection) -> None:
    """What the triggers of ``by_case`` call."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(FUNCTION)


def replace_function(connection: Connection, statement: str) -> None:
    """Puts another text (one of this module) in its place."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(statement.replace("CREATE", "CREATE OR REPLACE", 1))


def drop_function(connection: Connection) -> None:
    """Takes back ``create_function``."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION tongban_wall()")


def by_agency(connection: Connection, table: str, *, of: str = "") -> None:
    """Rows of this table are seen and written by the agency they name.

    What they are about may be another one, in the column ``of``: it sees them too.
    """
    own = _OWN.format(table=table)
    about = f" OR {own.replace('.agency_code', f'.{of}')}" if of else ""
    _wall(connection, table, f"{_OFFICE} OR {own}{about}", added=f"{_OFFICE} OR {own}")


def by_case(connection: Connection, table: str, key: str, *, agency: bool = False) -> None:
    """Rows of this table are seen by whoever sees their case, found by ``key``; ``ask_again`` follows (0038).

    With ``agency`` they name one themselves, which may be above the case's own: it is looked at first.
    """
    own = f"{_OWN.format(table=table)} OR " if agency else ""
    _wall(connection, table, f"{_OFFICE} OR {own}{_case(table, key)}", added="true")
    _at_the_end(connection, table, key)


def of_papers(connection: Connection) -> None:
    """Documents are seen by whoever sees what they are about: a case, or a refusal at the window."""
    _wall(connection, PAPERS, f"{_OFFICE} OR {_PAPER}", added="true")
    _at_the_end(connection, PAPERS, "case_no")


def _case(table: str, key: str) -> str:
    # The public sees cases too: what else of them is open to it is said by ``open_to_the_public`` alone.
    case = f"SELECT 1 FROM cases WHERE cases.{key} = {table}.{key}"  # noqa: S608 - tables of ours
    return f"({SAID} <> 'public' AND EXISTS ({case}))"


def ask_once(connection: Connection) -> None:
    """Let the walls of ``by_case`` and ``of_papers``, wherever they stand, ask their functions."""
    if connection.dialect.name != "postgresql":
        return
    for statement in (SEES_CASE, SEES_PAPER):
        connection.exec_driver_sql(statement)
    ask_again(connection)


def ask_again(connection: Connection) -> None:
    """The same for walls that were raised since: for migrations after 0038, once ``by_case`` has spoken."""
    if connection.dialect.name != "postgresql":
        return
    for table, key, agency in _of_cases(connection):
        # A paper's number is a case's or a refusal's; what else names its case by number is of a case.
        asks = "case" if key == "case_id" else "paper"
        _alter(connection, table, agency, f"tongban_sees_{asks}({table}.{key})")


def ask_in_place(connection: Connection) -> None:
    """Takes back ``ask_once``: the question stands in the policies again."""
    if connection.dialect.name != "postgresql":
        return
    for table, key, agency in _of_cases(connection):
        _alter(connection, table, agency, _PAPER if table == PAPERS else _case(table, key))
    for asks, key in (("paper", "varchar"), ("case", "bigint")):
        connection.exec_driver_sql(f"DROP FUNCTION tongban_sees_{asks}({key})")


def _of_cases(connection: Connection) -> list[tuple[str, str, bool]]:
    """The tables whose rows are seen with their case, how they name it, and whether they name an agency."""
    # The trigger's only argument, which ends in a zero byte, is the name of the column.
    asked = """SELECT c.relname, convert_from(substring(t.tgargs FROM 1 FOR length(t.tgargs) - 1), 'UTF8'),
            strpos(pg_get_expr(p.polqual, c.oid), 'agency_code') > 0
        FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'wall_reading'
        JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = 'wall'
        WHERE c.relnamespace = current_schema()::regnamespace ORDER BY 1"""
    return [(table, key, agency) for table, key, agency in connection.exec_driver_sql(asked)]


def _alter(connection: Connection, table: str, agency: bool, asked: str) -> None:
    own = f"{_OWN.format(table=table)} OR " if agency else ""
    seen = f"{_OFFICE} OR {own}{asked}"
    for policy, also in (("reading", ""), ("changing", f" WITH CHECK ({seen})"), ("removing", "")):
        connection.exec_driver_sql(f"ALTER POLICY wall_{policy} ON {table} USING ({seen}){also}")


def _at_the_end(connection: Connection, table: str, key: str) -> None:
    """What is added is looked at when the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"CREATE CONSTRAINT TRIGGER wall AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW WHEN (current_setting('tongban.wall', true) IS DISTINCT FROM 'office') "
            f"EXECUTE FUNCTION tongban_wall('{key}')"
        )


def open_to_the_public(connection: Connection, table: str) -> None:
    """Rows that answer the questions of whoever isn't signed in."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"CREATE POLICY public_reading ON {table} FOR SELECT USING ({SAID} = 'public')"
        )


def take_down(connection: Connection, table: str) -> None:
    """Takes back whatever stands before a table."""
    if connection.dialect.name != "postgresql":
        return
    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS wall ON {table}")
    for policy in (
        "wall_reading",
        "wall_adding",
        "wall_changing",
        "wall_removing",
        "public_reading",
    ):
        connection.exec_driver_sql(f"DROP POLICY IF EXISTS {policy} ON {table}")
    connection.exec_driver_sql(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def _wall(connection: Connection, table: str, seen: str, *, added: str = "") -> None:
    if connection.dialect.name != "postgresql":
        return
    for statement in (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY wall_reading ON {table} FOR SELECT USING ({seen})",
        f"CREATE POLICY wall_adding ON {table} FOR INSERT WITH CHECK ({added or seen})",
        f"CREATE POLICY wall_changing ON {table} FOR UPDATE USING ({seen}) WITH CHECK ({seen})",
        f"CREATE POLICY wall_removing ON {table} FOR DELETE USING ({seen})",
    ):
        connection.exec_driver_sql(statement)
