"""A lost second factor: a security administrator applies, internal control confirms, then it counts no more.

Two people as for a lost password, and neither of them the person himself. The password stays: whoever signs
in with it enrols a new factor at once where his post demands one.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import two_people
from authz.actors import Actor
from authz.factors.factor_record import FactorReset
from authz.two_people import AlreadyConfirmed, ResetLine, ResetNotFound
from database import clock


def apply(session: Session, actor: Actor, staff_no: str, reason: str) -> FactorReset:
    """Apply to end somebody's second factors; an open application of before ends.

    Raises AccountNotFound, Forbidden, ResetOfSelf.
    """
    account = two_people.require_applicant(session, actor, staff_no, two_people.APPLY_FACTOR)
    before = select(FactorReset).where(
        FactorReset.account_id == account.account_id, FactorReset.ended_at.is_(None)
    )
    for reset in session.execute(before).scalars():
        reset.ended_at, reset.ended_as = clock.now(session), "replaced"
    session.flush()
    applied = FactorReset(
        account_id=account.account_id,
        reason=reason,
        applied_by=actor.account_id,
        applied_at=clock.now(session),
    )
    session.add(applied)
    session.flush()
    return applied


def confirm(session: Session, actor: Actor, reset_id: int) -> FactorReset:
    """Confirm an application as the second person.

    Raises ResetNotFound, Forbidden, ResetOfSelf, SamePerson, AlreadyConfirmed.
    """
    reset = session.get(FactorReset, reset_id, with_for_update=True)
    if reset is None:
        raise ResetNotFound
    two_people.require_second(session, actor, reset)
    if reset.ended_at is not None:
        raise AlreadyConfirmed
    reset.confirmed_by, reset.ended_at = actor.account_id, clock.now(session)
    reset.ended_as = "confirmed"
    session.flush()
    return reset


def waiting(session: Session, actor: Actor) -> Sequence[ResetLine[FactorReset]]:
    """The open applications that an administrator or internal control sees (``two_people.waiting``)."""
    return two_people.waiting(session, actor, FactorReset)
