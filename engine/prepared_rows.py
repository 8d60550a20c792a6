"""What waits for a signature made elsewhere: rows of one person and one thing each, that stand for minutes.

Sign-offs and orders to clocks are prepared alike; of what, and what else is kept, each says itself.
"""

from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ForeignKey, LargeBinary, String, delete, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz.actors import Actor
from database import clock
from database.columns import UtcDateTime
from database.declarative import Base, table_of

STANDS = timedelta(minutes=5)


class PreparedRow(Base):
    """One that waits: whose it is, for which key, since when, and the bytes to be signed.

    Its table's key is ``account_id`` and, second, of what it is.
    """

    __abstract__ = True

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.account_id"), primary_key=True, autoincrement=False, sort_order=-1
    )
    key_id: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    covered: Mapped[bytes] = mapped_column(LargeBinary)


P = TypeVar("P", bound=PreparedRow)


def standing(session: Session, model: type[P], actor: Actor, of: str) -> P | None:
    """What this person prepared of it, as long as it stands."""
    row = session.get(model, (actor.account_id, of))
    now = clock.now(session)
    return row if row is not None and row.signed_at <= now < row.signed_at + STANDS else None


def drop(session: Session, model: type[PreparedRow], actor: Actor, of: str) -> None:
    """Forget what this person prepared of it."""
    whose, what = table_of(model).primary_key
    session.execute(delete(table_of(model)).where(whose == actor.account_id, what == of))


def remove_old(model: type[PreparedRow], session: Session, now: datetime, most: int) -> int:
    """Remove what was prepared and never signed in time; at most so many, how many."""
    table = table_of(model)
    place = tuple(table.primary_key)
    old = select(*place).where(table.c.signed_at < now - STANDS).limit(most)
    removed = delete(table).where(tuple_(*place).in_(old)).returning(*place)
    return len(session.execute(removed).all())
