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
    """Rows of this table are seen by whoever sees their case, found by ``key``.

    With ``agency`` they name one themselves, which may be above the case's own: it is looked at first.
    """
    own = f"{_OWN.format(table=table)} OR " if agency else ""
    # The public sees cases too: what else of them is open to it is said by ``open_to_the_public`` alone.
    case = f"SELECT 1 FROM cases WHERE cases.{key} = {table}.{key}"  # noqa: S608 - tables of ours
    seen = f"({SAID} <> 'public' AND EXISTS ({case}))"
    _wall(connection, table, f"{_OFFICE} OR {own}{seen}", added="true")
    _at_the_end(connection, table, key)


def of_papers(connection: Connection) -> None:
    """Documents are seen by whoever sees what they are about: a case, or a refusal at the window."""
    case = "SELECT 1 FROM cases WHERE cases.case_no = documents.case_no"
    refused = "SELECT 1 FROM window_refusals WHERE window_refusals.number = documents.case_no"
    seen = f"({SAID} <> 'public' AND (EXISTS ({case}) OR EXISTS ({refused})))"
    _wall(connection, "documents", f"{_OFFICE} OR {seen}", added="true")
    _at_the_end(connection, "documents", "case_no")


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
