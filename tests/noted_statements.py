"""The statements that something sends, and how each database would find what they ask for."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session


@contextmanager
def noted(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are sent meanwhile, with their values."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, said: str, values: Any, *_rest: Any) -> None:
        if "\nFROM " in said and not said.startswith("EXPLAIN"):
            # Prepared ones are numbered on their way to PostgreSQL.
            kept = values if isinstance(values, Mapping) else tuple(values)
            statements.append((re.sub(r"\$\d+", "%s", said), kept))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def planned(session: Session, statement: str, values: Any) -> str:
    """How the database would find it; PostgreSQL is not let read a small table whole."""
    connection = session.connection()
    if session.get_bind().dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return "\n".join(row[3] for row in rows)
    session.execute(text("SET LOCAL enable_seqscan = off"))
    rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
    return "\n".join(row[0] for row in rows)
