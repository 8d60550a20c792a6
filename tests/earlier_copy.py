"""A copy of every row of a database, and its return over what came later: an old backup put back in place."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from database import copying, portable
from database.declarative import Base
from database.portable import PortableTable, Values

Copy = Sequence[tuple[PortableTable, Sequence[Values]]]


def take(session: Session) -> Copy:
    """All rows as they are now, sealed values unopened."""
    tables = portable.tables(Base.metadata)
    return [
        (table, [row for batch in copying.batches(session, table) for row in batch])
        for table in tables
    ]


def put_back(session: Session, copy: Copy) -> None:
    """Make every table what it was when the copy was taken."""
    session.flush()
    if session.connection().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    for table, _rows in reversed(copy):
        session.execute(delete(table.clause))
    for table, rows in copy:
        copying.write(session, table, rows)
    session.expire_all()
