"""The triggers that keep a table append-only, in the words of both databases."""

from sqlalchemy import Connection

# Doubled for the driver; an integrity error on PostgreSQL as SQLite's ABORT is one.
POSTGRESQL_FUNCTION = """
CREATE FUNCTION tongban_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table %% only grows: rows are never changed or removed', TG_TABLE_NAME
    USING ERRCODE = '23000';
END $$
"""


def create_function(connection: Connection) -> None:
    """What the triggers call on PostgreSQL; SQLite's triggers speak for themselves."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(POSTGRESQL_FUNCTION)


def drop_function(connection: Connection) -> None:
    """Takes back ``create_function``."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION tongban_append_only()")


def protect(connection: Connection, table: str) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE on a table, whoever asks."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tongban_append_only()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'table {table} only grows: rows are never changed or removed'); END"
        )
