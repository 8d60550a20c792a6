"""A table made anew on SQLite, which changes neither a key nor a constraint in place.

Its rows, indexes and triggers are kept; so is what other tables say of it, since it has its name again when
their references are checked.
"""

from collections.abc import Callable, Collection

from sqlalchemy import Connection, text

_SAID = (
    "SELECT name, sql FROM sqlite_master WHERE tbl_name = :table AND type {} AND sql IS NOT NULL"
)


def make(
    connection: Connection,
    table: str,
    said: Callable[[str], str],
    *,
    without: Collection[str] = (),
) -> None:
    """Make ``table`` as ``said`` makes of the statement that made it, leaving out the indexes named.

    On SQLite only. Raises ValueError where that changes nothing.
    """
    (_, made), *_ = connection.execute(text(_SAID.format("= 'table'")), {"table": table})
    anew = said(made)
    if anew == made:
        raise ValueError(f"{table} is as it should be already")
    kept = connection.execute(text(_SAID.format("IN ('index', 'trigger')")), {"table": table}).all()
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = 1")
    connection.exec_driver_sql(f"CREATE TABLE {table}_kept AS SELECT * FROM {table}")  # noqa: S608 - a table of ours
    connection.exec_driver_sql(f"DROP TABLE {table}")
    connection.exec_driver_sql(anew)
    connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM {table}_kept")  # noqa: S608 - likewise
    connection.exec_driver_sql(f"DROP TABLE {table}_kept")
    for name, statement in kept:
        if name not in without:
            connection.exec_driver_sql(statement)
