"""Moves rows about one person from the office's keys to his own, as ``database.resealing`` moves versions.

Nothing digested, chained or signed covers sealed bytes, so none changes. What is under the key already tells
by itself: a run that is killed is begun again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, or_, select, update
from sqlalchemy.orm import Session

from database import keys, own_keys, resealing
from database.connection import Sessions
from database.refusals import InvariantBroken
from database.resealing import Moved, SealedTable

Whose = Callable[[FromClause, str], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A person's key: whose it is, its id and its secret."""

    person_id: str
    key_id: str
    secret: bytes


def count(session: Session, sealed: SealedTable, whose: ColumnElement[bool], key_id: str) -> int:
    """How many of these rows hold a value that isn't under this key."""
    asked = select(func.count()).select_from(sealed.table.clause)
    return int(session.execute(asked.where(whose, _elsewhere(sealed, key_id))).scalar_one())


def move(
    sessions: Sessions, sealed: SealedTable, whose: ColumnElement[bool], own: OwnKey
) -> Iterator[Moved]:
    """Seal these rows under the key, a page and a transaction at a time; ``sessions`` are the owner's.

    A row with a value that doesn't open is left as it is, and said to be spoiled.
    """
    spoiled: list[ColumnElement[bool]] = []
    while True:
        with sessions.command() as session, resealing.may_change(session, sealed.table.name):
            page = _page(session, sealed, and_(whose, *spoiled), own.key_id)
            if not page:
                return
            moved = []
            for key, values in page:
                done = _moved(session, sealed, key, values, own)
                moved.append(done)
                if done.spoiled:
                    spoiled.append(~_this(sealed, key))
        yield sum(moved, resealing.NOTHING)


def _elsewhere(sealed: SealedTable, key_id: str) -> ColumnElement[bool]:
    columns, begins = sealed.table.clause.c, own_keys.beginning(key_id)
    return or_(*(resealing.not_begun(columns[name], begins) for name, _ in sealed.purposes))


def _page(
    session: Session, sealed: SealedTable, whose: ColumnElement[bool], key_id: str
) -> list[tuple[Sequence[Any], Sequence[Any]]]:
    columns, width = sealed.table.clause.c, len(sealed.table.key)
    own = [columns[name] for name in sealed.table.key]
    values = [columns[name] for name, _ in sealed.purposes]
    asked = select(*own, *values).where(whose, _elsewhere(sealed, key_id)).order_by(*own)
    rows = session.execute(asked.limit(resealing.ROWS)).all()
    return [(row[:width], row[width:]) for row in rows]


def _this(sealed: SealedTable, key: Sequence[Any]) -> ColumnElement[bool]:
    columns = sealed.table.clause.c
    return and_(*(columns[name] == said for name, said in zip(sealed.table.key, key, strict=True)))


def _moved(
    session: Session, sealed: SealedTable, key: Sequence[Any], values: Sequence[Any], own: OwnKey
) -> Moved:
    begins, changed = own_keys.beginning(own.key_id), {}
    for (name, purpose), value in zip(sealed.purposes, values, strict=True):
        if value is None or bytes(value).startswith(begins):
            continue
        try:
            plain = keys.current().open(purpose, bytes(value))
        except InvariantBroken:
            return Moved(0, 1)
        changed[name] = own_keys.seal(purpose, own.key_id, own.secret, plain)
    # On the connection: these rows are no objects of this session.
    session.connection().execute(
        update(sealed.table.clause).where(_this(sealed, key)).values(changed)
    )
    return Moved(1, 0)
