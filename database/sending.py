"""How prepared statements reach the database: one by one on SQLite, together in one round trip on PostgreSQL.

What waits in a session is in its outbox. The first of it opens the transaction, which is the driver's alone
until the mapper needs it (``join``, decision 0068). On PostgreSQL BEGIN, the wall's setting and the first
read are one round trip, and a pooled connection that turns out to be gone is replaced then and there, since
nothing has happened on it. The last writes go along with the COMMIT.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session, SessionTransaction

from database.compiled import Made
from database.dialect import READS, unasked
from database.drivers import Driver, Rows, Wired, around, explained
from database.joining import Bound
from database.wire import Answer

_OUTBOX = "tongban_outbox"


@dataclass(slots=True)
class Outbox:
    """What one session has to send: writes that wait, and reads announced, whose answers come to ``kept``.

    ``begins`` is what opens its transactions, None where SQLAlchemy does; ``first`` is what each of them says
    before all else. ``joined``: the mapper had part in one. ``transaction`` stands for the one of now.
    """

    waiting: list[Bound] = field(default_factory=list)
    wanted: list[Bound] = field(default_factory=list)
    kept: dict[Any, tuple[Made, Answer]] = field(default_factory=dict)
    driver: Driver | None = None
    begins: str | None = None
    first: Sequence[Bound] = ()
    joined: bool = False
    transaction: object = field(default_factory=object)

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
    found: Outbox | None = getattr(session, _OUTBOX, None)
    if found is None:
        found = Outbox()
        setattr(session, _OUTBOX, found)
    return found


def transaction_of(session: Session) -> object:
    """What stands for the transaction of now, opened or not, and for no other: to be compared only."""
    return outbox(session).transaction


def only_reads(session: Session) -> bool:
    """Whether the database refuses every write of this session; SQLite never does."""
    return outbox(session).begins == READS


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
    driver = _driver(box)
    if driver is None:
        rows, others = _opened(session, box, (waiting, wanted, ahead))
    else:
        try:
            rows, others = driver.exchange(waiting, wanted, ahead)
        except driver.connection.dialect.loaded_dbapi.Error as failed:
            raise explained(driver, failed) from failed
    for bound, found in zip(ahead, others, strict=True):
        box.kept[name(bound)] = (bound[0], Answer(found, heard=True))
    return rows


def start(session: Session) -> None:
    """Let PostgreSQL begin with what waits and what was announced, while Python goes on.

    Whoever asks next hears what became of it, or the COMMIT. Nothing is sent before the transaction is open:
    its first round trip may have to be another connection's.
    """
    box: Outbox | None = getattr(session, _OUTBOX, None)
    if box is None or not (box.waiting or box.wanted):
        return
    driver = _driver(box)
    if not isinstance(driver, Wired):
        return
    waiting, box.waiting = box.waiting, []
    ahead, box.wanted = box.wanted, []
    try:
        driver.push(waiting)
        for bound in ahead:
            box.kept[name(bound)] = (bound[0], driver.say(bound))
        driver.wire.start()
    except psycopg.Error as failed:
        raise explained(driver, failed) from failed


def hear(session: Session, answer: Answer) -> Rows:
    """The rows of what was started, waiting for them where they aren't here yet."""
    driver = outbox(session).driver
    if not answer.heard and isinstance(driver, Wired):
        try:
            driver.wire.hear(answer)
        except psycopg.Error as failed:
            raise explained(driver, failed) from failed
    return answer.rows


def begun_with(session: Session, bound: Bound) -> Answer | None:
    """Start one statement, after what waits; its answer, or None where nothing can be started here."""
    box = outbox(session)
    if not isinstance(_driver(box), Wired):
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
    driver = _driver(box)
    if isinstance(driver, Wired) and not session.in_nested_transaction():
        waiting, box.waiting = box.waiting, []
        try:
            driver.push(waiting)
        except psycopg.Error as failed:
            raise explained(driver, failed) from failed
    else:
        send(session, None)


def is_sending(session: Session) -> bool:
    """Whether something waits, or was sent and not heard of."""
    box = outbox(session)
    driver = box.driver
    return bool(box.waiting) or (isinstance(driver, Wired) and driver.wire.waits)


def join(session: Session, transaction: SessionTransaction) -> None:
    """The mapper begins: its transaction is the one that the driver has open, or now opens."""
    box = outbox(session)
    if box.begins is None or transaction.parent is not None:
        return
    box.joined, through = True, False
    try:
        if _driver(box) is None:
            send(session, None)
        if box.driver is not None:
            session.connection(bind_arguments={"bind": box.driver.connection})
        through = True
    finally:
        if not through:
            # Else it would go on without ours, on a connection that has said nothing of it.
            transaction.close()


def commit(session: Session) -> None:
    """Commit what is the driver's alone, with what was sent last."""
    driver = _driver(outbox(session))
    if driver is not None:
        driver.connection.commit()


def ended(session: Session, transaction: SessionTransaction) -> None:
    """A transaction of the mapper's has ended, and with it what was the driver's."""
    if transaction.nested:
        # A savepoint that is kept has sent all of it; what was read in one that isn't may be gone.
        box = outbox(session)
        box.waiting, box.wanted, box.kept = [], [], {}
    if transaction.parent is None:
        end(session)


def end(session: Session) -> None:
    """Drop what waits, roll back what is open and isn't committed; the connection is the pool's again."""
    box = outbox(session)
    driver, box.driver = box.driver, None
    box.waiting, box.wanted, box.kept = [], [], {}
    box.transaction = object()
    if driver is not None and box.begins is not None:
        try:
            driver.connection.rollback()
        finally:
            # A COMMIT that failed leaves SQLAlchemy nothing to roll back, and the pool does it.
            driver.connection.close()


def _driver(box: Outbox) -> Driver | None:
    """The connection of this transaction; None where it has none yet.

    Raises InvalidRequestError where the transaction has failed: what is said now would be one of its own.
    """
    driver = box.driver
    if driver is not None and not driver.connection.in_transaction():
        raise InvalidRequestError("this transaction has failed and is to be rolled back")
    return driver


def _opened(
    session: Session, box: Outbox, sent: tuple[Sequence[Bound], Bound | None, Sequence[Bound]]
) -> tuple[Rows, list[Rows]]:
    """Open the session's transaction with the first that it sends."""
    if box.begins is not None:
        waiting, wanted, ahead = sent
        return _begun(session, box, box.begins, ([*box.first, *waiting], wanted, ahead))
    driver = box.driver = around(session.connection())
    try:
        driver.go_on()
        return driver.exchange(*sent)
    except driver.connection.dialect.loaded_dbapi.Error as failed:
        raise explained(driver, failed) from failed


def _begun(
    session: Session,
    box: Outbox,
    begins: str,
    sent: tuple[Sequence[Bound], Bound | None, Sequence[Bound]],
) -> tuple[Rows, list[Rows]]:
    """BEGIN and what is sent; on PostgreSQL on a connection that nobody asked whether it lives."""
    engine: Any = session.get_bind()
    asked = engine.dialect.name != "postgresql"
    while True:
        driver = box.driver = _taken(engine, asked=asked)
        try:
            driver.begin(begins)
            driver.connection.begin()
            return driver.exchange(*sent)
        except engine.dialect.loaded_dbapi.Error as failed:
            if asked or not engine.dialect.is_disconnect(failed, driver.raw, None):
                raise explained(driver, failed) from failed
            # Nothing happened on it: the server ended it while it rested, and the others perhaps too.
            box.driver = None
            driver.connection.invalidate(failed)
            driver.connection.close()
            asked = True


def _taken(engine: Engine, *, asked: bool) -> Driver:
    """A connection from the pool; where one was dead, the pool asks the next whether it lives."""
    if asked:
        return around(engine.connect())
    with unasked():
        return around(engine.connect())
