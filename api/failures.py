"""What a failing database or disk means for the person at the desk: one refusal a cause.

Each says what helps and, where that is sure, that nothing was written; an error that isn't listed is a
defect.
"""

import errno
import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from database.refusals import Unavailable


class Busy(Unavailable):
    """Others are writing just now; nothing was done, try again in a moment."""

    rule = "database.busy"


class ReadOnly(Unavailable):
    """The database can only be read; nothing was done. The administrator makes it writable."""

    rule = "database.read_only"


class DiskFull(Unavailable):
    """The disk is full; nothing was done. The administrator makes room."""

    rule = "database.disk_full"


class Unreachable(Unavailable):
    """The database can't be reached; ask again with the same key: nothing is done twice."""

    # Not "nothing was done": the connection may have broken after the commit and before its answer.

    rule = "database.unreachable"


class SchemaBehind(Unavailable):
    """The database is behind the program: the administrator runs `tongban migrate`."""

    rule = "database.schema_behind"


class Damaged(Unavailable):
    """The database's file or disk fails; nothing was done. The administrator restores a backup."""

    rule = "database.damaged"


_BY_SQLITE_NAME: dict[str, type[Unavailable]] = {
    "SQLITE_BUSY": Busy,
    "SQLITE_LOCKED": Busy,
    "SQLITE_READONLY": ReadOnly,
    "SQLITE_FULL": DiskFull,
    "SQLITE_CANTOPEN": Unreachable,
    "SQLITE_PERM": Unreachable,
    "SQLITE_IOERR": Damaged,
    "SQLITE_CORRUPT": Damaged,
    "SQLITE_NOTADB": Damaged,
}
# PostgreSQL's five-character codes; a class of two covers all of it.
_BY_SQLSTATE: dict[str, type[Unavailable]] = {
    # A stand-by refuses a transaction that says READ WRITE as a feature it doesn't have.
    "0A000": ReadOnly,
    "25006": ReadOnly,
    "53100": DiskFull,
    "53": Busy,
    "40": Busy,
    "55P03": Busy,
    "57014": Busy,
    "57P": Unreachable,
    "08": Unreachable,
    "28": Unreachable,
    "3D000": Unreachable,
    "42P01": SchemaBehind,
    "42703": SchemaBehind,
    "58": Damaged,
    "XX001": Damaged,
    "XX002": Damaged,
}
_BY_ERRNO: dict[int, type[Unavailable]] = {
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.EROFS: ReadOnly,
    errno.EIO: Damaged,
}


def explained(error: BaseException) -> Unavailable | None:
    """The refusal that says what failed, or None where this is no failure of storage."""
    if isinstance(error, PoolExhausted):
        return Busy()
    if isinstance(error, OSError):
        found = _BY_ERRNO.get(error.errno or 0)
        return found() if found else None
    if not isinstance(error, DBAPIError):
        return None
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    if isinstance(cause, psycopg.Error):
        return _of_postgresql(cause)
    return None


def _of_sqlite(cause: sqlite3.Error) -> Unavailable | None:
    # Extended codes (SQLITE_BUSY_SNAPSHOT, SQLITE_IOERR_WRITE) begin with the primary one's name.
    name = getattr(cause, "sqlite_errorname", None) or ""
    for known, refusal in _BY_SQLITE_NAME.items():
        if name == known or name.startswith(known + "_"):
            return refusal()
    missing = ("no such table", "no such column")
    return SchemaBehind() if str(cause).startswith(missing) else None


def _of_postgresql(cause: psycopg.Error) -> Unavailable | None:
    state = cause.sqlstate
    if state is None:
        # Without a code the server never answered.
        return Unreachable() if isinstance(cause, psycopg.OperationalError) else None
    for length in (5, 3, 2):
        if state[:length] in _BY_SQLSTATE:
            return _BY_SQLSTATE[state[:length]]()
    return None
