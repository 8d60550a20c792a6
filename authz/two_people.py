"""An act of two people about a third's way in: an administrator applies, internal control confirms it.

Of a lost password it is the administrator of the system, of lost factors the one of security.

Neither may be the other, nor the person it is about. What it gives or ends is said by ``password_resets`` and
``factor_resets``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.factors.factor_record import FactorReset
from authz.offices import accounts, agencies
from authz.offices.accounts import Account, AccountNotFound
from authz.signing_in.password_reset_record import PasswordReset
from database.refusals import Conflict, Forbidden, NotFound

APPLY, APPLY_FACTOR, CONFIRM = "apply_reset", "apply_factor_reset", "confirm_reset"
SHOWN = 100

R = TypeVar("R", PasswordReset, FactorReset)


class ResetNotFound(NotFound):
    """There is no such application for a new password, or it is not yours to see."""

    rule = "reset.not_found"


class ResetOfSelf(Forbidden):
    """Nobody takes part in a new password, or a lost factor, of his own: another administrator does."""

    rule = "reset.to_self"


class SamePerson(Forbidden):
    """Whoever applied for a new password doesn't confirm it: that takes a second person."""

    rule = "reset.same_person"


class AlreadyConfirmed(Conflict):
    """This application is confirmed or ended already: apply anew where its code was lost."""

    rule = "reset.not_waiting"


@dataclass(frozen=True, slots=True)
class ResetLine(Generic[R]):
    """One open application as those who apply and confirm see it."""

    reset: R
    staff_no: str
    name: str
    agency: str
    applied_by: str


def require_applicant(session: Session, actor: Actor, staff_no: str, step: str = APPLY) -> Account:
    """The account that an application is about, where this person may apply.

    Raises AccountNotFound, also outside his agencies, Forbidden, ResetOfSelf.
    """
    found = session.execute(select(Account).where(Account.staff_no == staff_no))
    account = found.scalar_one_or_none()
    if account is None or account.agency_code not in agencies.below(session, actor.agency):
        raise AccountNotFound
    decisions.require(session, actor, Act(step, agency=account.agency_code))
    if account.person_id == actor.person_id:
        raise ResetOfSelf
    return account


def require_second(session: Session, actor: Actor, reset: R) -> None:
    """Refuse who may not confirm this application.

    Raises ResetNotFound outside his agencies, Forbidden, ResetOfSelf, SamePerson.
    """
    account = accounts.get(session, reset.account_id)
    if account.agency_code not in agencies.below(session, actor.agency):
        raise ResetNotFound
    decisions.require(session, actor, Act(CONFIRM, agency=account.agency_code))
    if account.person_id == actor.person_id:
        raise ResetOfSelf
    if accounts.get(session, reset.applied_by).person_id == actor.person_id:
        raise SamePerson


def waiting(session: Session, actor: Actor, kind: type[R]) -> Sequence[ResetLine[R]]:
    """The open applications of one kind, of the agencies an administrator or internal control looks after.

    Raises Forbidden for other posts.
    """
    step = APPLY_FACTOR if kind is FactorReset else APPLY
    if decisions.may(session, actor, Act(step, agency=actor.agency)) is None:
        decisions.require(session, actor, Act(CONFIRM, agency=actor.agency))
    applicant = select(Account.account_id, Account.staff_no).subquery()
    rows = session.execute(
        select(kind, Account, applicant.c.staff_no)
        .join(Account, Account.account_id == kind.account_id)
        .join(applicant, applicant.c.account_id == kind.applied_by)
        .where(
            kind.ended_at.is_(None),
            Account.agency_code.in_(agencies.below(session, actor.agency)),
        )
        .order_by(kind.reset_id)
        .limit(SHOWN)
    )
    return [
        ResetLine(reset, account.staff_no, account.name, account.agency_code, by)
        for reset, account, by in rows
    ]
