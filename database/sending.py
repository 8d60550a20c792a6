"""How prepared statements reach the database: one by one on SQLite, together in one round trip on PostgreSQL.

What waits in a session is in its outbox. On PostgreSQL the first of it opens the transaction: BEGIN, the
wall's setting and the first read are one round trip, and a pooled connection that turns out to be gone is
replaced then and there, since nothing has happened on it. The last writes go along with the COMMIT.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction

from database.compiled import Made
from database.dialect import unasked, wire_of
from database.joining import Bound, together
from database.wire import Answer, Wire

Rows = Sequence[Any]

_OUTBOX = "prepared_outbox"


@dataclass(slots=True)
class _Cursors:
    """SQLite's connection of one transaction: a cursor for each statement."""

    transaction: object
    connection: Connection
    raw: Any

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
        """One statement, told to whoever listens as SQLAlchemy does; its cursor."""
        made, values = bound
        cursor = self.raw.cursor()
        _tell(self.connection, "before_cursor_execute", cursor, bound)
        cursor.execute(made.sql, values)
        _tell(self.connection, "after_cursor_execute", cursor, bound)
        return cursor


@dataclass(slots=True)
class _Wired:
    """PostgreSQL's connection of one transaction: what is sent together is one round trip."""

    transaction: object
    connection: Connection
    raw: Any
    wire: Wire

    def exchange(
        self, waiting: Sequence[Bound], wanted: Bound | None, ahead: Sequence[Bound]
    ) -> tuple[Rows, list[Rows]]:
        """As ``_Cursors.exchange``."""
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
        made, values = bound
        answer = Answer()
        _tell(self.connection, "before_cursor_execute", answer, bound)
        self.wire.push(made.sql, values, answer)
        _tell(self.connection, "after_cursor_execute", answer, bound)
        return answer


_Driver = _Cursors | _Wired


@dataclass(slots=True)
class Outbox:
    """What one session has to send: writes that wait, and reads announced, whose answers come to ``kept``."""

    waiting: list[Bound] = field(default_factory=list)
    wanted: list[Bound] = field(default_factory=list)
    kept: dict[Any, tuple[Made, Answer]] = field(default_factory=dict)
    driver: _Driver | None = None
    # The transaction that SQLAlchemy opened a connection for, and that.
    begun: tuple[object, Connection] | None = None

    def outdate(self, change: Made) -> None:
        """Let go of the answers that rest on what is about to be written: they are read again."""
        if self.kept:
            self.kept = {
                known: (read, answer)
                for known, (read, answer) in self.kept.items()
                if not change.outdates(read)
            }


def outbox(session: Session) -> Outbox:
    """The outbox of a session."""
    found: Outbox | None = session.info.get(_OUTBOX)
    if found is None:
        found = session.info[_OUTBOX] = Outbox()
    return found


def name(bound: Bound) -> tuple[Any, ...]:
    """What the rows of an announced read are kept under."""
    made, values = bound
    return (made.sql, *values)


def send(session: Session, wanted: Bound | None) -> Rows:
    """Run what waits, then what is wanted and what was announced; the rows of what is wanted.

    Errors of the driver come as SQLAlchemy's.
    """
    box = outbox(session)
    waiting, box.waiting = box.waiting, []
    ahead, box.wanted = box.wanted, []
    driver = _driver(session, box)
    if driver is None:
        rows, others = _opened(session, box, (waiting, wanted, ahead))
    else:
        try:
            rows, others = driver.exchange(waiting, wanted, ahead)
        except driver.connection.dialect.loaded_dbapi.Error as failed:
            raise _explained(driver, failed) from failed
    for bound, found in zip(ahead, others, strict=True):
        box.kept[name(bound)] = (bound[0], Answer(found, heard=True))
    return rows


def start(session: Session) -> None:
    """Let PostgreSQL begin with what waits and what was announced, while Python goes on.

    Whoever asks next hears what became of it, or the COMMIT. Nothing is sent before the transaction is open:
    its first round trip may have to be another connection's.
    """
    box: Outbox | None = session.info.get(_OUTBOX)
    if box is None or not (box.waiting or box.wanted):
        return
    driver = _driver(session, box)
    if not isinstance(driver, _Wired):
        return
    waiting, box.waiting = box.waiting, []
    ahead, box.wanted = box.wanted, []
    try:
        driver.push(waiting)
        for bound in ahead:
            box.kept[name(bound)] = (bound[0], driver.say(bound))
        driver.wire.start()
    except psycopg.Error as failed:
        raise _explained(driver, failed) from failed


def hear(session: Session, answer: Answer) -> Rows:
    """The rows of what was started, waiting for them where they aren't here yet."""
    driver = outbox(session).driver
    if not answer.heard and isinstance(driver, _Wired):
        try:
            driver.wire.hear(answer)
        except psycopg.Error as failed:
            raise _explained(driver, failed) from failed
    return answer.rows


def begun_with(session: Session, bound: Bound) -> Answer | None:
    """Start one statement, after what waits; its answer, or None where nothing can be started here."""
    box = outbox(session)
    if not isinstance(_driver(session, box), _Wired):
        return None
    box.wanted.append(bound)
    start(session)
    _, answer = box.kept.pop(name(bound))
    return answer


def send_last(session: Session) -> None:
    """Send what waits before a COMMIT, which on PostgreSQL goes along with it and hears what became of it."""
    box = outbox(session)
    box.kept.clear()
    if not is_sending(session):
        return
    driver = _driver(session, box)
    if isinstance(driver, _Wired) and not session.in_nested_transaction():
        waiting, box.waiting = box.waiting, []
        try:
            driver.push(waiting)
            driver.wire.start()
        except psycopg.Error as failed:
            raise _explained(driver, failed) from failed
    else:
        send(session, None)


def is_sending(session: Session) -> bool:
    """Whether something waits, or was sent and not heard of."""
    box: Outbox | None = session.info.get(_OUTBOX)
    if box is None:
        return False
    driver = box.driver
    return bool(box.waiting) or (isinstance(driver, _Wired) and driver.wire.waits)


def begun(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """A session's transaction has its connection: what is sent from now on goes there."""
    if transaction.parent is None:
        outbox(session).begun = (transaction, connection)


def ended(session: Session, transaction: SessionTransaction) -> None:
    """A transaction has ended: the connection that was opened for it goes back to the pool."""
    box: Outbox | None = session.info.get(_OUTBOX)
    if box is not None and transaction.nested:
        # A savepoint that is kept has sent all of it; what was read in one that isn't may be gone.
        box.waiting, box.wanted, box.kept = [], [], {}
    if transaction.parent is not None or box is None:
        return
    box.begun = None
    if box.driver is not None:
        driver, box.driver = box.driver, None
        if isinstance(driver, _Wired):
            driver.connection.close()


def _driver(session: Session, box: Outbox) -> _Driver | None:
    """The connection of this transaction; None where it has none yet."""
    known = box.driver
    if known is not None and known.transaction is session.get_transaction():
        return known
    return None


def _opened(
    session: Session, box: Outbox, sent: tuple[Sequence[Bound], Bound | None, Sequence[Bound]]
) -> tuple[Rows, list[Rows]]:
    """Open the session's transaction with the first that it sends."""
    engine = session.get_bind()
    if engine.dialect.name != "postgresql":
        connection = session.connection()
        raw = connection.connection.dbapi_connection
        box.driver = _Cursors(session.get_transaction(), connection, raw)
        try:
            return box.driver.exchange(*sent)
        except engine.dialect.loaded_dbapi.Error as failed:
            raise _explained(box.driver, failed) from failed
    if box.begun is not None and box.begun[0] is session.get_transaction():
        return _joined(box, *box.begun, sent)
    return _opened_on_the_wire(session, box, engine, sent)


def _joined(
    box: Outbox,
    transaction: object,
    connection: Connection,
    sent: tuple[Sequence[Bound], Bound | None, Sequence[Bound]],
) -> tuple[Rows, list[Rows]]:
    """Go on where SQLAlchemy began, on its connection; BEGIN only where nothing was said on that yet."""
    raw: Any = connection.connection.dbapi_connection
    driver = box.driver = _Wired(transaction, connection, raw, wire_of(raw))
    try:
        if driver.wire.idle:
            driver.wire.begin()
        return driver.exchange(*sent)
    except psycopg.Error as failed:
        raise _explained(driver, failed) from failed


def _opened_on_the_wire(
    session: Session,
    box: Outbox,
    engine: Any,
    sent: tuple[Sequence[Bound], Bound | None, Sequence[Bound]],
) -> tuple[Rows, list[Rows]]:
    """BEGIN and what is sent, in one round trip, on a connection that nobody asked whether it lives."""
    asked = False
    while True:
        driver, given_up = _taken(engine, asked=asked), False
        try:
            driver.wire.begin()
            return driver.exchange(*sent)
        except psycopg.Error as failed:
            given_up = not asked and engine.dialect.is_disconnect(failed, driver.raw, None)
            if not given_up:
                _join(session, box, driver)
                raise _explained(driver, failed) from failed
            # Nothing happened on it: the server ended it while it rested, and the others perhaps too.
            driver.connection.invalidate(failed)
            driver.connection.close()
            asked = True
        finally:
            if not given_up and box.driver is not driver:
                _join(session, box, driver)


def _taken(engine: Engine, *, asked: bool) -> _Wired:
    """A connection from the pool; where one was dead, the pool asks the next whether it lives."""
    if asked:
        connection = engine.connect()
    else:
        with unasked():
            connection = engine.connect()
    raw: Any = connection.connection.dbapi_connection
    return _Wired(None, connection, raw, wire_of(raw))


def _join(session: Session, box: Outbox, driver: _Wired) -> None:
    """Let the session's transaction be the one that was opened."""
    session.connection(bind_arguments={"bind": driver.connection})
    driver.transaction = session.get_transaction()
    box.driver = driver


def _tell(connection: Connection, event: str, cursor: Any, bound: Bound) -> None:
    made, values = bound
    for told in getattr(connection.dispatch, event):
        told(connection, cursor, made.sql, values, None, False)  # noqa: FBT003 - the event's own


def _explained(driver: _Driver, failed: Any) -> Exception:
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
