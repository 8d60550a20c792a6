"""Who speaks for one transaction: SQLite's cursors one by one, PostgreSQL's wire with round trips.

Both tell whoever listens to SQLAlchemy's events, and their errors are to be said as SQLAlchemy's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from database.dialect import wire_of
from database.joining import Bound, together
from database.wire import Answer, Wire

Rows = Sequence[Any]


@dataclass(slots=True)
class Cursors:
    """SQLite's connection of one transaction: a cursor for each statement."""

    connection: Connection
    raw: Any

    def begin(self, words: str) -> None:
        """Open a transaction, in these words."""
        self._said(words, ())

    def go_on(self) -> None:
        """Go on in the one that SQLAlchemy opened."""

    def exchange(
        self, waiting: Sequence[Bound], wanted: Bound | None, ahead: Sequence[Bound]
    ) -> tuple[Rows, list[Rows]]:
        """Run what waits, then what is wanted and what was announced; their rows."""
        for bound in waiting:
            self._run(bound)
        return (
            () if wanted is None else self._run(wanted).fetchall(),
            [self._run(bound).fetchall() for bound in ahead],
        )

    def _run(self, bound: Bound) -> Any:
        """One statement; its cursor."""
        made, values = bound
        return self._said(made.sql, values)

    def _said(self, sql: str, values: Sequence[Any]) -> Any:
        """A statement, told to whoever listens as SQLAlchemy does."""
        if not _is_heard(self.connection):
            return self.raw.execute(sql, values)
        cursor = self.raw.cursor()
        _tell(self.connection, "before_cursor_execute", cursor, sql, values)
        cursor.execute(sql, values)
        _tell(self.connection, "after_cursor_execute", cursor, sql, values)
        return cursor


@dataclass(slots=True)
class Wired:
    """PostgreSQL's connection of one transaction: what is sent together is one round trip."""

    connection: Connection
    raw: Any
    wire: Wire

    def begin(self, words: str) -> None:
        """As ``Cursors.begin``; it goes along with what is sent first."""
        self.wire.push(words, (), Answer())

    def go_on(self) -> None:
        """As ``Cursors.go_on``; where nothing was said on its connection yet, that has still to begin."""
        if self.wire.idle:
            self.wire.begin()

    def exchange(
        self, waiting: Sequence[Bound], wanted: Bound | None, ahead: Sequence[Bound]
    ) -> tuple[Rows, list[Rows]]:
        """As ``Cursors.exchange``."""
        self.push(waiting)
        found = None if wanted is None else self.say(wanted)
        others = [self.say(bound) for bound in ahead]
        self.wire.gather()
        return () if found is None else found.rows, [answer.rows for answer in others]

    def push(self, waiting: Sequence[Bound]) -> None:
        """Send what waits; whoever sends next, or the COMMIT, hears what became of it."""
        for bound in together(waiting):
            self.say(bound)

    def say(self, bound: Bound) -> Answer:
        """Send one statement; its answer is heard later."""
        made, values = bound
        answer = Answer()
        heard = _is_heard(self.connection)
        if heard:
            _tell(self.connection, "before_cursor_execute", answer, made.sql, values)
        self.wire.push(made.sql, values, answer)
        if heard:
            _tell(self.connection, "after_cursor_execute", answer, made.sql, values)
        return answer


Driver = Cursors | Wired


def around(connection: Connection) -> Driver:
    """What speaks on a connection."""
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "postgresql":
        return Wired(connection, raw, wire_of(raw))
    return Cursors(connection, raw)


def _is_heard(connection: Connection) -> bool:
    """Whether anybody listens to its engine or to it, as SQLAlchemy itself asks before each statement."""
    return connection._has_events or connection.engine._has_events  # noqa: SLF001 - nothing public says it


def _tell(connection: Connection, event: str, cursor: Any, sql: str, values: Any) -> None:
    for told in getattr(connection.dispatch, event):
        told(connection, cursor, sql, values, None, False)  # noqa: FBT003 - the event's own


def explained(driver: Driver, failed: Any) -> Exception:
    """SQLAlchemy's error for one of the driver's; a connection that is gone leaves the pool."""
    dialect = driver.connection.dialect
    gone = dialect.is_disconnect(failed, driver.raw, None)
    if gone:
        driver.connection.invalidate(failed)
    said: Exception = DBAPIError.instance(
        None,
        None,
        failed,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=gone,
        dialect=dialect,
    )
    return said
