"""A lost password: an administrator applies, internal control confirms, the person gives a code of both.

Each of the two is told one half, so that neither can open the account alone; neither may be the other, nor
the person himself. The key that the lost password sealed is lost with it.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz import accounts, agencies, decisions
from authz.accounts import Account, AccountNotFound
from authz.actors import Actor
from authz.acts import Act
from authz.passwords import LETTERS
from database import clock, keys
from database.columns import BigId, Sealed, UtcDateTime
from database.declarative import Base
from database.refusals import Conflict, Forbidden, NotFound, NotSignedIn

APPLY, CONFIRM = "apply_reset", "confirm_reset"
HALF = 8
STANDS = timedelta(hours=24)
MOST_FAILURES = 5
SHOWN = 100


class PasswordReset(Base):
    """One application; ``ended_as`` is None while it waits for its second person or for its code."""

    __tablename__ = "password_resets"
    __table_args__ = (
        CheckConstraint(
            "ended_as IN ('used','replaced','failed') AND ended_at IS NOT NULL"
            " OR ended_as IS NULL AND ended_at IS NULL",
            name="ending",
        ),
        CheckConstraint("confirmed_by <> applied_by", name="two_people"),
        Index(
            "ix_password_resets_open",
            "account_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    reset_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    reason: Mapped[str] = mapped_column(Sealed("password_resets.reason"))
    applied_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_mac: Mapped[str] = mapped_column(String(64))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    second_mac: Mapped[str | None] = mapped_column(String(64))
    failures: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_as: Mapped[str | None] = mapped_column(String(10))


class ResetNotFound(NotFound):
    """There is no such application for a new password, or it is not yours to see."""

    rule = "reset.not_found"


class ResetOfSelf(Forbidden):
    """Nobody takes part in a new password for himself: another administrator applies or confirms."""

    rule = "reset.to_self"


class SamePerson(Forbidden):
    """Whoever applied for a new password doesn't confirm it: that takes a second person."""

    rule = "reset.same_person"


class AlreadyConfirmed(Conflict):
    """This application is confirmed or ended already: apply anew where its code was lost."""

    rule = "reset.not_waiting"


class WrongCode(NotSignedIn):
    """Staff number or code is wrong, or the code no longer counts: ask both people, or apply anew."""

    rule = "reset.wrong_code"


@dataclass(frozen=True, slots=True)
class ResetLine:
    """One open application as those who apply and confirm see it."""

    reset: PasswordReset
    staff_no: str
    name: str
    agency: str
    applied_by: str


def apply(session: Session, actor: Actor, staff_no: str, reason: str) -> tuple[PasswordReset, str]:
    """Apply for a new password for somebody: the application, and the first half of its code.

    An open one of before ends. Raises AccountNotFound, Forbidden.
    """
    account = session.execute(
        select(Account).where(Account.staff_no == staff_no)
    ).scalar_one_or_none()
    if account is None or account.agency_code not in agencies.below(session, actor.agency):
        raise AccountNotFound
    decisions.require(session, actor, Act(APPLY, agency=account.agency_code))
    if account.person_id == actor.person_id:
        raise ResetOfSelf
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
    if reset.confirmed_at is not None or reset.ended_at is not None:
        raise AlreadyConfirmed
    half = _half()
    reset.confirmed_by, reset.confirmed_at = actor.account_id, clock.now(session)
    reset.second_mac = _mac(half)
    session.flush()
    return reset, half


def waiting(session: Session, actor: Actor) -> Sequence[ResetLine]:
    """The open applications of the agencies an administrator or internal control looks after.

    Raises Forbidden for other posts.
    """
    if decisions.may(session, actor, Act(APPLY, agency=actor.agency)) is None:
        decisions.require(session, actor, Act(CONFIRM, agency=actor.agency))
    applicant = select(Account.account_id, Account.staff_no).subquery()
    rows = session.execute(
        select(PasswordReset, Account, applicant.c.staff_no)
        .join(Account, Account.account_id == PasswordReset.account_id)
        .join(applicant, applicant.c.account_id == PasswordReset.applied_by)
        .where(
            PasswordReset.ended_at.is_(None),
            Account.agency_code.in_(agencies.below(session, actor.agency)),
        )
        .order_by(PasswordReset.reset_id)
        .limit(SHOWN)
    )
    return [
        ResetLine(reset, account.staff_no, account.name, account.agency_code, by)
        for reset, account, by in rows
    ]


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
