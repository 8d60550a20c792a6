"""Everything a database holds, to be compared: before and after, row by row."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, inspect

# Each row as its table's name and its values, written out by the database.
Rows = Sequence[tuple[str, str]]
# When somebody was last seen may be noted by any request, for itself.
_NOTED_ANYTIME = {("sign_ins", "last_seen_at")}


class WholeRecord:
    """All tables of one database, read past the product, and again only where anything was committed.

    It is asked thousands of times, mostly after a crash that left nothing. Whether anything was committed
    since, the database says: SQLite by the version of its data, PostgreSQL by the transaction each row is of.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # One all the time: to another connection SQLite's version of the data says nothing.
        self._connection = engine.connect()
        found = inspect(engine)
        tables = sorted(found.get_table_names())
        self._query = " UNION ALL ".join(
            self._written(table, [str(column["name"]) for column in found.get_columns(table)])
            for table in tables
        )
        self._state_query = (
            "PRAGMA data_version"
            if engine.dialect.name == "sqlite"
            else " UNION ALL ".join(
                f"SELECT '{table}', count(*), sum(xmin::text::bigint) FROM \"{table}\""  # noqa: S608
                for table in tables
            )
        )
        self._state: Sequence[Any] | None = None
        self._rows: Rows = []

    def rows(self) -> Rows:
        """Every row of every table."""
        state = self._asked(self._state_query)
        if state != self._state:
            self._state, self._rows = state, self._asked(self._query)
        return self._rows

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _asked(self, query: str) -> Sequence[Any]:
        driver = self._connection.connection
        cursor = driver.cursor()
        cursor.execute(query)
        found = cursor.fetchall()
        cursor.close()
        # No transaction stays open: the next question is about what is there then.
        driver.rollback()
        return list(found)

    def _written(self, table: str, columns: list[str]) -> str:
        kept = [f'"{one}"' for one in columns if (table, one) not in _NOTED_ANYTIME]
        if self._engine.dialect.name == "sqlite":
            values = " || ',' || ".join(f"quote({one})" for one in kept)
        else:
            values = f"ROW({', '.join(kept)})::text"
        return f"SELECT '{table}', {values} FROM \"{table}\""  # noqa: S608 - the database's own names


def changed(before: Rows, after: Rows) -> dict[str, tuple[int, int]]:
    """By table, how many rows are there now that weren't, and how many that were are not."""
    if before == after:
        return {}
    was, now = Counter(before), Counter(after)
    # Nearly all rows are in both, as often.
    differing = {row for row, _ in was.items() ^ now.items()}
    come, gone = Counter[str](), Counter[str]()
    for table, values in differing:
        more = now[table, values] - was[table, values]
        (come if more > 0 else gone)[table] += abs(more)
    return {table: (come[table], gone[table]) for table in sorted(come.keys() | gone.keys())}
