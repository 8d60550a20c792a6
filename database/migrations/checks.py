"""Another text for a CHECK constraint, on both databases: SQLite can only make the table anew.

The table keeps its rows, indexes and triggers, word for word as they were.
"""

from sqlalchemy import Connection, text


def change(connection: Connection, table: str, name: str, before: str, after: str) -> None:
    """The constraint ``name`` of a table says ``after`` from now on, where it said ``before``.

    Raises ValueError where the table doesn't say ``before``, just once.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({after})")
        return
    said = "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND type {} AND sql IS NOT NULL"
    named = {"table": table}
    made = connection.execute(text(said.format("= 'table'")), named).scalar_one()
    if made.count(before) != 1:
        raise ValueError(f"{table} says {before!r} {made.count(before)} times")
    kept = connection.execute(text(said.format("IN ('index', 'trigger')")), named).scalars().all()
    body = made[made.index("(") :].replace(before, after)
    connection.exec_driver_sql(f"CREATE TABLE {table}_anew {body}")
    connection.exec_driver_sql(f"INSERT INTO {table}_anew SELECT * FROM {table}")  # noqa: S608 - a table of ours
    connection.exec_driver_sql(f"DROP TABLE {table}")
    connection.exec_driver_sql(f"ALTER TABLE {table}_anew RENAME TO {table}")
    for statement in kept:
        connection.exec_driver_sql(statement)
