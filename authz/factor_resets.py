"""A lost second factor: an administrator applies, internal control confirms, then it counts no more.

Two people as for a lost password, and neither of them the person himself. The password stays: whoever signs
in with it enrols a new factor at once where his post demands one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import accounts, agencies, decisions
from authz.accounts import Account, AccountNotFound
from authz.actors import Actor
from authz.acts import Act
from authz.factor_record import FactorReset
from authz.password_resets import (
    APPLY,
    CONFIRM,
    AlreadyConfirmed,
    ResetNotFound,
    ResetOfSelf,
    SamePerson,
)
from database import clock

SHOWN = 100


@dataclass(frozen=True, slots=True)
class FactorResetLine:
    """One open application as those who apply and confirm see it."""

    reset: FactorReset
    staff_no: str
    name: str
    agency: str
    applied_by: str


def apply(session: Session, actor: Actor, staff_no: str, reason: str) -> FactorReset:
    """Apply to end somebody's second factors; an open application of before ends.

    Raises AccountNotFound, Forbidden, ResetOfSelf.
    """
    found = session.execute(select(Account).where(Account.staff_no == staff_no))
    account = found.scalar_one_or_none()
    if account is None or account.agency_code not in agencies.below(session, actor.agency):
        raise AccountNotFound
    decisions.require(session, actor, Act(APPLY, agency=account.agency_code))
    if account.person_id == actor.person_id:
        raise ResetOfSelf
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
    account = accounts.get(session, reset.account_id) if reset else None
    if (
        reset is None
        or account is None
        or account.agency_code not in agencies.below(session, actor.agency)
    ):
        raise ResetNotFound
    decisions.require(session, actor, Act(CONFIRM, agency=account.agency_code))
    if account.person_id == actor.person_id:
        raise ResetOfSelf
    if accounts.get(session, reset.applied_by).person_id == actor.person_id:
        raise SamePerson
    if reset.ended_at is not None:
        raise AlreadyConfirmed
    reset.confirmed_by, reset.ended_at = actor.account_id, clock.now(session)
    reset.ended_as = "confirmed"
    session.flush()
    return reset


def waiting(session: Session, actor: Actor) -> Sequence[FactorResetLine]:
    """The open applications of the agencies an administrator or internal control looks after.

    Raises Forbidden for other posts.
    """
    if decisions.may(session, actor, Act(APPLY, agency=actor.agency)) is None:
        decisions.require(session, actor, Act(CONFIRM, agency=actor.agency))
    applicant = select(Account.account_id, Account.staff_no).subquery()
    rows = session.execute(
        select(FactorReset, Account, applicant.c.staff_no)
        .join(Account, Account.account_id == FactorReset.account_id)
        .join(applicant, applicant.c.account_id == FactorReset.applied_by)
        .where(
            FactorReset.ended_at.is_(None),
            Account.agency_code.in_(agencies.below(session, actor.agency)),
        )
        .order_by(FactorReset.reset_id)
        .limit(SHOWN)
    )
    return [
        FactorResetLine(reset, account.staff_no, account.name, account.agency_code, by)
        for reset, account, by in rows
    ]
