"""A limit on how long statements may run, for readings that are nice to have and must not be in the way."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

# How many steps of its machine SQLite goes between two looks at the clock: well under a millisecond.
_STEPS = 10_000


@contextmanager
def on_statements(session: Session, milliseconds: int) -> Iterator[None]:
    """Break off what runs longer, within this session's transaction, with a DBAPIError.

    PostgreSQL counts each statement for itself, SQLite all of them together.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        set_limit = text("SELECT set_config('statement_timeout', :limit, true)")
        session.execute(set_limit, {"limit": str(milliseconds)})
        yield
        return
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    until = time.monotonic_ns() + milliseconds * 1_000_000
    driver.set_progress_handler(lambda: time.monotonic_ns() > until, _STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)
