"""First passwords (初始密码): one that its owner didn't change in time counts no more.

Somebody else has seen it, so it can't wait for ever (OWASP ASVS 6.4.1). When it was given the chained journal
says, not a column that could be moved; one of which it says nothing is over.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import decisions, two_people
from authz.acts import Act
from authz.offices import accounts
from authz.offices.accounts import Account, AccountNotFound
from authz.signing_in import sessions, sign_in_rules
from database import clock
from database.clock import moment_text
from database.refusals import Conflict, Forbidden
from engine import office_record
from engine.journal import JournalEntry
from engine.people import staff

GIVEN = "first_password_given"


class FirstPasswordExpired(Forbidden):
    """This first password was not changed in time and counts no more: have a new one made."""

    rule = "password.first_expired"


class NoFirstPassword(Conflict):
    """The owner of this account chose its password himself: two people give him another."""

    rule = "password.not_first"


def ends(session: Session, listed: Sequence[Account]) -> Mapping[int, datetime | None]:
    """By account until when its first password counts, where it still has one; None: nothing says so."""
    first = {office_record.name(one): one for one in listed if one.first_password and one.active}
    if not first:
        return {}
    entries = select(JournalEntry).where(
        JournalEntry.stream.in_({one.agency_code for one in first.values()}),
        JournalEntry.action.in_((staff.OPENED, GIVEN)),
    )
    found: dict[int, datetime | None] = {one.account_id: None for one in first.values()}
    for entry in session.execute(entries.order_by(JournalEntry.entry_id)).scalars():
        for named in entry.detail.get(office_record.ROWS, ()):
            if named in first:
                days = timedelta(days=sign_in_rules.first_password_days())
                found[first[named].account_id] = entry.at + days
    return found


def require_in_time(session: Session, account_id: int) -> None:
    """Refuse a first password that is over. Raises FirstPasswordExpired, with who makes a new one."""
    account = accounts.get(session, account_id)
    found = ends(session, [account])
    if account_id not in found:
        return
    until = found[account_id]
    if until is not None and clock.now(session) < until:
        return
    facts = {
        "days": sign_in_rules.first_password_days(),
        "until": None if until is None else moment_text(until),
    }
    act = Act(two_people.APPLY, agency=account.agency_code)
    who = decisions.who_can(session, act, without=[account.person_id])
    raise FirstPasswordExpired(facts=facts, who_can=who)


def give(session: Session, staff_no: str, password_hash: str) -> None:
    """Give an account that still has its first password another, from now on, as founding did.

    For whoever keeps the machine: an office whose first people came too late has nobody else who could.
    Raises AccountNotFound, NoFirstPassword.
    """
    found = select(Account).where(Account.staff_no == staff_no, Account.active)
    account = session.execute(found).scalar_one_or_none()
    if account is None:
        raise AccountNotFound
    if not account.first_password:
        raise NoFirstPassword
    accounts.change_password(session, account.account_id, password_hash)
    accounts.mark_first_password(session, account.account_id)
    sessions.end_all(session, account.account_id)
    office_record.note_account(session, account.account_id, GIVEN)
