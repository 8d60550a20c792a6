"""Everything a database holds, to be compared: before and after, row by row."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Engine, inspect

# Each row as its table's name and its values, written out by the database.
Rows = Sequence[tuple[str, str]]
# When somebody was last seen may be noted by any request, for itself.
_NOTED_ANYTIME = {("sign_ins", "last_seen_at")}


class WholeRecord:
    """All tables of one database, read past the product."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        found = inspect(engine)
        # One query for all of them: it is asked thousands of times.
        self._query = " UNION ALL ".join(
            self._written(table, [str(column["name"]) for column in found.get_columns(table)])
            for table in sorted(found.get_table_names())
        )

    def rows(self) -> Rows:
        """Every row of every table."""
        with self._engine.connect() as connection:
            cursor = connection.connection.cursor()
            cursor.execute(self._query)
            found = cursor.fetchall()
            cursor.close()
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
    come, gone = (Counter(table for table, _ in rows.elements()) for rows in (now - was, was - now))
    return {table: (come[table], gone[table]) for table in sorted(come.keys() | gone.keys())}
