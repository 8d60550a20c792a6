"""Fault points: every moment between two statements of a request, at one of which it crashes.

A moment is just before or just after a statement, before the COMMIT or after it. All a database notices
of a program that ends is its connection closing without a COMMIT, so there are two ways to crash: an
error nobody foresaw goes up through the whole request, or the connection is cut and the request meets
that with whatever it does next.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import psycopg
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from database.connection import OfficeSession, Sessions

How = Literal["raised", "cut"]
BEFORE, AFTER = "before a statement", "after a statement"
BEFORE_COMMIT, AFTER_COMMIT = "before COMMIT", "after COMMIT"
# PostgreSQL says whether the process has ended within this time.
LONGEST_END_MS = 10_000


class Crashed(Exception):  # noqa: N818
    """The program went no further than this."""


class FaultPoints:
    """Counts the moments of one office's requests, and lets the one that is armed crash."""

    def __init__(self, sessions: Sessions) -> None:
        self._engine: Engine = sessions.engine
        self._armed: tuple[int, How] | None = None
        self._ahead = 0
        self._committing: Any = None
        self.crashed: str | None = None

    @property
    def left_open(self) -> int:
        """Connections nobody gave back."""
        pool: Any = self._engine.pool
        return int(pool.checkedout())

    def arm(self, moment: int, how: How) -> None:
        """Crash at this moment from now on, counted from 0."""
        self._armed, self._ahead, self.crashed = (moment, how), moment, None

    def disarm(self) -> None:
        """Let everything through."""
        self._armed = None

    @contextmanager
    def watching(self) -> Iterator["FaultPoints"]:
        """Hear of every statement and COMMIT of the office's engine and sessions."""
        heard: list[tuple[Any, str, Callable[..., None]]] = [
            (self._engine, "before_cursor_execute", self._before),
            (self._engine, "after_cursor_execute", self._after),
            (self._engine, "commit", self._before_commit),
            (OfficeSession, "after_commit", self._after_commit),
        ]
        for target, name, heeds in heard:
            event.listen(target, name, heeds)
        try:
            yield self
        finally:
            for target, name, heeds in heard:
                event.remove(target, name, heeds)

    def _before(self, connection: Connection, *_: Any) -> None:
        self._passed(BEFORE, _driver_of(connection))

    def _after(self, connection: Connection, cursor: Any, *_: Any) -> None:
        if self._armed is None or self._armed[1] == "cut":
            # A cut after a statement is met by the next one, and a cut before that was tried.
            return
        if self._ahead == 0:
            # Whoever keeps the traceback would keep the statement running, and SQLite commits
            # nothing on a connection with such a one: a program's end ends it too.
            cursor.close()
        self._passed(AFTER, _driver_of(connection))

    def _before_commit(self, connection: Connection) -> None:
        self._committing = _driver_of(connection)
        self._passed(BEFORE_COMMIT, self._committing)

    def _after_commit(self, session: Session) -> None:
        del session
        self._passed(AFTER_COMMIT, self._committing)

    def _passed(self, where: str, driver: Any) -> None:
        if self._armed is None:
            return
        self._ahead -= 1
        if self._ahead != -1:
            return
        self.crashed = where
        if self._armed[1] == "raised":
            raise Crashed(where)
        self._cut(driver)

    def _cut(self, driver: Any) -> None:
        """End the connection from outside: the database rolls back, the program isn't told."""
        if isinstance(driver, sqlite3.Connection):
            driver.close()
            return
        pid = driver.info.backend_pid
        with psycopg.connect(self._address()) as other:
            ended = other.execute("SELECT pg_terminate_backend(%s, %s)", (pid, LONGEST_END_MS))
            row = ended.fetchone()
            assert row is not None
            assert row[0]

    def _address(self) -> str:
        url = self._engine.url.set(drivername="postgresql")
        return url.render_as_string(hide_password=False)


def _driver_of(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
