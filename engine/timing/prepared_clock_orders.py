"""Orders to clocks by somebody whose key is held elsewhere, in two steps as sign-offs are.

The order is carried out twice: first up to its signature, which leaves nothing but moment and bytes; then
again with the signature, over the very same bytes (``prepared_signatures``).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz.actors import Actor
from authz.keys.outside_keys import Draft, SignatureNeeded
from database import clock
from engine import prepared_rows, prepared_signatures
from engine.handling import Handling
from engine.office import Office
from engine.prepared_rows import STANDS, PreparedRow
from engine.prepared_signatures import NothingPrepared, Prepared

# One of the orders of a case, for the actor that it is given; his password was proved before.
CarryOut = Callable[[Actor], Handling]


class PreparedClockOrder(PreparedRow):
    """An order that waits for its signature: one a person and case, gone once it is signed or replaced."""

    __tablename__ = "prepared_clock_orders"

    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"), primary_key=True)


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
    prepared_rows.drop(session, PreparedClockOrder, actor, case_no)
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
    row = prepared_rows.standing(session, PreparedClockOrder, actor, case_no)
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
    row = prepared_rows.standing(session, PreparedClockOrder, actor, case_no)
    draft, covered = None, None
    if row is not None and row.key_id == key.key_id:
        draft, covered = Draft(row.signed_at, {}), row.covered
    signer = prepared_signatures.given(session, key, covered, signature)
    prepared_rows.drop(session, PreparedClockOrder, actor, case_no)
    return carry_out(replace(actor, signer=signer, draft=draft))
