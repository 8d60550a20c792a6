"""Moves blind indexes to the version of the keys that writes now, as ``database.resealing`` moves values.

What an index is over stands sealed in its row or behind it, so each is made anew from that. An index says
which version it is under: a run that is killed is begun again. Until the last is moved every version is
asked (``Keyring.blind_indexes``), on every node, and nobody is missed on the way.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, select, update
from sqlalchemy.orm import Session

from database import keys, own_keys, resealing
from database.connection import Sessions
from database.declarative import Base, table_of
from database.refusals import InvariantBroken
from database.resealing import Moved

_MARK_CHARACTERS = len(keys.index_mark(keys.FIRST + 1))


@dataclass(frozen=True, slots=True)
class IndexedColumn:
    """A column of blind indexes; ``text`` gives what the index of a loaded row is over, None where erased."""

    model: type[Base]
    column: str
    purpose: str
    text: Callable[[Any], str | None]

    @property
    def name(self) -> str:
        """How it is told of: table and column."""
        return f"{self.model.__tablename__}.{self.column}"

    @property
    def stored(self) -> ColumnElement[Any]:
        """The column as queries say it."""
        return table_of(self.model).c[self.column]

    @property
    def key(self) -> ColumnElement[Any]:
        """The one column by which its rows are known."""
        (key,) = table_of(self.model).primary_key.columns
        return key


def count(session: Session, indexed: IndexedColumn) -> int:
    """How many indexes are under an earlier version of the keys."""
    asked = select(func.count()).select_from(table_of(indexed.model)).where(_behind(indexed))
    return int(session.execute(asked).scalar_one())


def is_under(session: Session, indexed: IndexedColumn, version: int) -> bool:
    """Whether any index is under this version of the keys."""
    begins = keys.index_mark(version)
    marked = func.substr(indexed.stored, 1, len(begins)) == begins
    if not begins:
        # The first has no mark, which would end in the fifth place.
        marked = and_(
            func.substr(indexed.stored, _MARK_CHARACTERS, 1) != keys.index_mark(keys.FIRST + 1)[-1],
            _not_begun(indexed.stored, own_keys.NO_INDEX),
        )
    asked = select(indexed.key).where(indexed.stored.is_not(None), marked)
    return session.execute(asked.limit(1)).first() is not None


def move(sessions: Sessions, indexed: IndexedColumn) -> Iterator[Moved]:
    """Make a column's indexes anew, a page and a transaction at a time; ``sessions`` are its owner's."""
    after: Any = None
    while True:
        asked = select(indexed.key).where(_behind(indexed)).order_by(indexed.key)
        if after is not None:
            asked = asked.where(indexed.key > after)
        with sessions.reading() as session:
            page = session.execute(asked.limit(resealing.ROWS)).scalars().all()
        if not page:
            return
        with (
            sessions.command() as session,
            resealing.may_change(session, indexed.model.__tablename__),
        ):
            moved = _moved(session, indexed, page)
        yield moved
        after = page[-1]


def _behind(indexed: IndexedColumn) -> ColumnElement[bool]:
    now = keys.index_mark(keys.current().version)
    if not now:
        # The first version has no mark, and none comes before it.
        return literal(value=False)
    return and_(*(_not_begun(indexed.stored, begins) for begins in (now, own_keys.NO_INDEX)))


def _not_begun(column: ColumnElement[Any], begins: str) -> ColumnElement[bool]:
    return func.substr(column, 1, len(begins)) != begins


def _moved(session: Session, indexed: IndexedColumn, page: Sequence[Any]) -> Moved:
    # In the order of their keys, as commands lock them.
    asked = select(indexed.key, indexed.stored).where(indexed.key.in_(page), _behind(indexed))
    done = resealing.NOTHING
    for key, stored in session.execute(asked.order_by(indexed.key)).all():
        made = _made(session, indexed, key, stored)
        if made is None:
            done += Moved(0, 1)
            continue
        changed = update(table_of(indexed.model)).where(
            indexed.key == key, indexed.stored == stored
        )
        # On the connection: these rows are no objects of this session.
        moved = session.connection().execute(changed.values({indexed.column: made}))
        done += Moved(moved.rowcount, 0)
    return done


def _made(session: Session, indexed: IndexedColumn, key: Any, stored: str) -> str | None:
    """The index as it is to be; None where its row can't be read, or it isn't the index of what is there."""
    ring = keys.current()
    try:
        text = indexed.text(session.get_one(indexed.model, key))
    except InvariantBroken:
        return None
    if text is None:
        return own_keys.unmatchable()
    if not ring.matching(indexed.purpose, [stored], [text]):
        return None
    return ring.blind_index(indexed.purpose, text)
