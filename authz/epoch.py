"""The policy epoch: one row that changes with every change of authority, read inside the acting transaction.

Whoever decides holds the epoch shared until commit; whoever changes posts, grants or agencies holds
it alone. So a revocation never commits between somebody's check and the act that rests on it, and it
binds the very next transaction on every node.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy import CheckConstraint, Integer, String, column, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from database.declarative import Base, table_of
from database.identifiers import new_id
from database.prepared import Prepared
from database.sending import only_reads, transaction_of

# Any number will do, as long as all nodes lock the same: "tongban" and 1.
LOCK = 0x746F6E6762616E01
_KEPT = "policy_epoch_kept"
_HELD = "policy_epoch_held"
_CHANGED = "policy_epoch_changed"


class PolicyEpoch(Base):
    """The only row: how often authority changed, and a stamp that no two states ever share."""

    __tablename__ = "policy_epoch"
    __table_args__ = (CheckConstraint("row_id = 1", name="only_row"),)

    row_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    stamp: Mapped[str] = mapped_column(String(32))


_EPOCH = table_of(PolicyEpoch)
_READ = Prepared(select(_EPOCH.c.number, _EPOCH.c.stamp))
_HOLD = Prepared(select(func.pg_advisory_xact_lock_shared(LOCK)))
_AT_ONCE = func.tongban_hold_epoch().table_valued(
    column("number", Integer), column("stamp", String)
)
# Both in one statement (decision 0057); it reads once the lock is had.
_HOLD_AND_READ = Prepared(select(_AT_ONCE.c.number, _AT_ONCE.c.stamp))


@dataclass(frozen=True, slots=True)
class Epoch:
    """A state of authority. ``number`` is for people and sign-offs, ``stamp`` for caches.

    Numbers repeat after a rollback or a restored backup, and what was cached under the first 5 must
    not answer for the second; stamps are random and never repeat.
    """

    number: int
    stamp: str


def hold(session: Session) -> None:
    """Let nobody change authority until this transaction ends.

    SQLite has one writer anyway, and a read-only transaction keeps its snapshot.
    """
    if _takes_hold(session):
        _HOLD.write(session, {})


def _takes_hold(session: Session) -> bool:
    """Whether this transaction has still to lock the epoch, as its caller then does."""
    if session.info.get(_HELD) is not None and session.info[_HELD] is transaction_of(session):
        return False
    # Rolling back to a savepoint lets go of what was locked after it.
    if not session.in_nested_transaction():
        session.info[_HELD] = transaction_of(session)
    # Not asked of the connection: that is only opened by the first statement, which this may be.
    return session.get_bind().dialect.name == "postgresql" and not only_reads(session)


def hold_alone(session: Session) -> None:
    """Wait until no decision is under way, and let none begin until this transaction ends.

    To be called before anything else of a use case that changes authority: two transactions that
    held the epoch shared and both want it alone would wait for each other.
    """
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))


def current(session: Session) -> Epoch:
    """The epoch in this transaction; an office without any authority yet is at 0.

    Held and not changed here, it can't change before the transaction ends: it is read once.
    """
    kept: tuple[object, Epoch] | None = session.info.get(_KEPT)
    if kept is not None and kept[0] is transaction_of(session):
        return kept[1]
    row = (_HOLD_AND_READ if _takes_hold(session) else _READ).first(session)
    transaction = transaction_of(session)
    found = Epoch(row.number, row.stamp) if row else Epoch(0, "")
    if session.info.get(_CHANGED) is not transaction and not session.in_nested_transaction():
        session.info[_KEPT] = (transaction, found)
    return found


def bump(session: Session) -> None:
    """Begin a new epoch: every change of agencies, accounts, posts and grants ends with this."""
    hold_alone(session)
    number = session.execute(select(PolicyEpoch.number)).scalar_one_or_none()
    if number is None:
        session.execute(insert(PolicyEpoch), {"row_id": 1, "number": 1, "stamp": new_id()})
    else:
        session.execute(update(PolicyEpoch).values(number=number + 1, stamp=new_id()))
    # A savepoint may still take this back, so from here on the row is read each time.
    session.info[_CHANGED] = transaction_of(session)
    session.info.pop(_KEPT, None)


T = TypeVar("T")


class Memory(Generic[T]):
    """What was read at one policy epoch, for whoever asks next at the same; the least used goes first.

    Only for what nothing changes without beginning a new epoch.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[str, Hashable], T] = OrderedDict()
        self._lock = Lock()

    def recall(self, session: Session, key: Hashable, read: Callable[[], T | None]) -> T | None:
        """What ``read`` answered before at this epoch, or answers now; None is not kept."""
        at = (current(session).stamp, key)
        with self._lock:
            known = self._kept.get(at)
            if known is not None:
                self._kept.move_to_end(at)
                return known
        found = read()
        if found is not None and at[0]:
            with self._lock:
                self._kept[at] = found
                while len(self._kept) > self._size:
                    self._kept.popitem(last=False)
        return found
