"""A lost password: an administrator applies, internal control confirms, the person gives a code of both.

Each of the two is told one half, so that neither can open the account alone; neither may be the other, nor
the person himself. The key that the lost password sealed is lost with it.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import two_people
from authz.actors import Actor
from authz.offices.accounts import Account
from authz.signing_in.password_reset_record import PasswordReset
from authz.signing_in.passwords import LETTERS
from authz.two_people import AlreadyConfirmed, ResetLine, ResetNotFound
from database import clock, keys
from database.refusals import NotSignedIn

HALF = 8
STANDS = timedelta(hours=24)
MOST_FAILURES = 5


class WrongCode(NotSignedIn):
    """Staff number or code is wrong, or the code no longer counts: ask both people, or apply anew."""

    rule = "reset.wrong_code"


def apply(session: Session, actor: Actor, staff_no: str, reason: str) -> tuple[PasswordReset, str]:
    """Apply for a new password for somebody: the application, and the first half of its code.

    An open one of before ends. Raises AccountNotFound, Forbidden.
    """
    account = two_people.require_applicant(session, actor, staff_no)
    _end_open(session, account.account_id, "replaced")
    half = _half()
    reset = PasswordReset(
        account_id=account.account_id,
        reason=reason,
        applied_by=actor.account_id,
        applied_at=clock.now(session),
        first_mac=_mac(half),
    )
    session.add(reset)
    session.flush()
    return reset, half


def confirm(session: Session, actor: Actor, reset_id: int) -> tuple[PasswordReset, str]:
    """Confirm an application: it counts from now, and this is the second half of its code.

    Raises ResetNotFound, Forbidden, ResetOfSelf, SamePerson, AlreadyConfirmed.
    """
    reset = session.get(PasswordReset, reset_id, with_for_update=True)
    if reset is None:
        raise ResetNotFound
    two_people.require_second(session, actor, reset)
    if reset.confirmed_at is not None or reset.ended_at is not None:
        raise AlreadyConfirmed
    half = _half()
    reset.confirmed_by, reset.confirmed_at = actor.account_id, clock.now(session)
    reset.second_mac = _mac(half)
    session.flush()
    return reset, half


def waiting(session: Session, actor: Actor) -> Sequence[ResetLine[PasswordReset]]:
    """The open applications that an administrator or internal control sees (``two_people.waiting``)."""
    return two_people.waiting(session, actor, PasswordReset)


def answering(session: Session, staff_no: str, code: str) -> PasswordReset | None:
    """The confirmed application whose code this is, while it counts; None for anything else."""
    reset = open_of(session, staff_no)
    if reset is None or reset.second_mac is None or reset.confirmed_at is None:
        return None
    if clock.now(session) >= reset.confirmed_at + STANDS:
        return None
    given = "".join(letter for letter in code.upper() if letter in LETTERS)
    first = hmac.compare_digest(_mac(given[:HALF]), reset.first_mac)
    second = hmac.compare_digest(_mac(given[HALF:]), reset.second_mac)
    return reset if first and second else None


def open_of(session: Session, staff_no: str) -> PasswordReset | None:
    """The open application for a staff number."""
    return session.execute(
        select(PasswordReset)
        .join(Account, Account.account_id == PasswordReset.account_id)
        .where(Account.staff_no == staff_no, PasswordReset.ended_at.is_(None))
    ).scalar_one_or_none()


def count_failure(session: Session, staff_no: str) -> bool:
    """Count a wrong code; the fifth ends the application. Whether there was one to count for."""
    reset = open_of(session, staff_no)
    if reset is None or reset.confirmed_at is None:
        return False
    reset.failures += 1
    if reset.failures >= MOST_FAILURES:
        _end(session, reset, "failed")
    return True


def use(session: Session, reset: PasswordReset) -> None:
    """Let a code count no more: it was used."""
    _end(session, reset, "used")
    session.flush()


def _end_open(session: Session, account_id: int, ended_as: str) -> None:
    open_ones = select(PasswordReset).where(
        PasswordReset.account_id == account_id, PasswordReset.ended_at.is_(None)
    )
    for reset in session.execute(open_ones).scalars():
        _end(session, reset, ended_as)
    session.flush()


def _end(session: Session, reset: PasswordReset, ended_as: str) -> None:
    reset.ended_at, reset.ended_as = clock.now(session), ended_as


def _half() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(HALF))


def _mac(half: str) -> str:
    return keys.current().mac("password-reset", half.encode()).hex()
