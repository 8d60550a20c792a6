"""Orders to clocks by somebody whose key is held elsewhere, in two steps as sign-offs are.

The order is carried out twice: first up to its signature, which leaves nothing but moment and bytes; then
again with the signature, over the very same bytes (``prepared_signatures``).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, delete, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz.actors import Actor
from authz.keys.outside_keys import Draft, SignatureNeeded
from database import clock
from database.columns import UtcDateTime
from database.declarative import Base
from engine import prepared_signatures
from engine.handling import Handling
from engine.office import Office
from engine.prepared_signatures import STANDS, NothingPrepared, Prepared

# One of the orders of a case, for the actor that it is given; his password was proved before.
CarryOut = Callable[[Actor], Handling]


class PreparedClockOrder(Base):
    """An order that waits for its signature: one a person and case, gone once it is signed or replaced."""

    __tablename__ = "prepared_clock_orders"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.account_id"), primary_key=True, autoincrement=False
    )
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    covered: Mapped[bytes] = mapped_column(LargeBinary)


def prepare(session: Session, office: Office, actor: Actor, carry_out: CarryOut) -> None:
    """Work out what is to be signed and raise Prepared with it. Raises KeyKeptHere, and as the order does."""
    key = prepared_signatures.usable(session, office, actor)
    draft = Draft(clock.now(session), {})
    try:
        carry_out(replace(actor, draft=draft))
    except SignatureNeeded as needed:
        raise Prepared(key, draft, needed.covered) from needed


def keep(session: Session, actor: Actor, case_no: str, prepared: Prepared) -> datetime:
    """Hold a prepared order for its signature; until when."""
    _drop(session, actor, case_no)
    signed_at = prepared.draft.signed_at
    session.add(
        PreparedClockOrder(
            account_id=actor.account_id,
            case_no=case_no,
            key_id=prepared.key.key_id,
            signed_at=signed_at,
            covered=prepared.covered,
        )
    )
    session.flush()
    return signed_at + STANDS


def held(session: Session, actor: Actor, case_no: str) -> bytes:
    """The bytes that were prepared for this person to sign. Raises NothingPrepared."""
    row = _held(session, actor, case_no)
    if row is None:
        raise NothingPrepared
    return row.covered


def complete(
    session: Session,
    office: Office,
    actor: Actor,
    case_no: str,
    signature: str,
    carry_out: CarryOut,
) -> Handling:
    """Give the order that was prepared, with the signature that was made elsewhere (hex or base64).

    Raises KeyKeptHere, NothingPrepared, PreparedChanged, SignatureWrong, and as the order does.
    """
    key = prepared_signatures.usable(session, office, actor)
    row = _held(session, actor, case_no)
    draft, covered = None, None
    if row is not None and row.key_id == key.key_id:
        draft, covered = Draft(row.signed_at, {}), row.covered
    signer = prepared_signatures.given(session, key, covered, signature)
    _drop(session, actor, case_no)
    return carry_out(replace(actor, signer=signer, draft=draft))


def remove_old(session: Session, now: datetime, most: int) -> int:
    """Remove what was prepared and never signed in time; at most so many, how many."""
    columns = (PreparedClockOrder.account_id, PreparedClockOrder.case_no)
    old = select(*columns).where(PreparedClockOrder.signed_at < now - STANDS).limit(most)
    removed = delete(PreparedClockOrder).where(tuple_(*columns).in_(old))
    return len(session.execute(removed.returning(PreparedClockOrder.case_no)).all())


def _held(session: Session, actor: Actor, case_no: str) -> PreparedClockOrder | None:
    row = session.get(PreparedClockOrder, (actor.account_id, case_no))
    now = clock.now(session)
    return row if row is not None and row.signed_at <= now < row.signed_at + STANDS else None


def _drop(session: Session, actor: Actor, case_no: str) -> None:
    mine = PreparedClockOrder.account_id == actor.account_id
    session.execute(delete(PreparedClockOrder).where(mine, PreparedClockOrder.case_no == case_no))
