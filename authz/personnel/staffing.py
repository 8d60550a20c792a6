"""Taking on staff: an administrator opens and closes accounts, a supervisor appoints to posts and dismisses.

The two are different families of posts (数据管理, 业务运行), so that nobody makes himself an account that
may sign. Whoever calls these journals them in the same transaction, and takes no other lock before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import actors, decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts, agencies, people
from authz.offices.accounts import Account, AccountNotFound
from authz.offices.agencies import AgencyNotFound
from authz.offices.posts import PostHolding
from authz.personnel import appointments, staff_entry
from authz.personnel.appointments import Term
from authz.personnel.staff_entry import AccountEntry, AppointmentEntry
from authz.qualifying import qualifications
from authz.qualifying.qualification_record import CERTIFICATE
from authz.signing_in import sessions
from database import clock
from database.refusals import Conflict, Forbidden, NotFound

ACCOUNT, APPOINT, READ = "open_account", "appoint", "read_staff"
PAGE = 50
# No password hashes to this: the account waits for the code of two people (``password_resets``).
NO_PASSWORD = "-"  # noqa: S105 - the lack of one


class AppointmentNotFound(NotFound):
    """There is no such appointment, or it is not yours to see."""

    rule = "staff.appointment_not_found"


class AlreadyDismissed(Conflict):
    """This appointment is over already."""

    rule = "staff.already_dismissed"


class StaffOfSelf(Forbidden):
    """Nobody opens, closes, appoints or dismisses himself: a colleague, or the office above, does."""

    rule = "staff.to_self"


class CertificateMissing(Forbidden):
    """He holds no valid certificate that this post takes: enter it first, then appoint him."""

    rule = "staff.certificate"


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One account with the posts it holds or will hold."""

    account: Account
    holdings: Sequence[PostHolding]


def open_account(session: Session, actor: Actor, entry: AccountEntry) -> int:
    """Open an account without a password: its owner sets one with the code of two people.

    Raises AgencyNotFound, Forbidden, StaffOfSelf, StaffInvalid.
    """
    epoch.hold_alone(session)
    if not _reaches(session, actor, entry.agency):
        raise AgencyNotFound
    decisions.require(session, actor, Act(ACCOUNT, agency=entry.agency))
    staff_entry.refuse(staff_entry.account_errors(session, entry))
    person_id = people.find_or_add(session, id_no=entry.id_no, name=entry.name)
    if person_id == actor.person_id:
        raise StaffOfSelf
    return accounts.open_account(
        session,
        staff_no=entry.staff_no,
        person_id=person_id,
        agency=entry.agency,
        password_hash=NO_PASSWORD,
        section=entry.section,
    )


def close_account(session: Session, actor: Actor, staff_no: str) -> int:
    """Close an account: its sessions end at once. Raises AccountNotFound, Forbidden, StaffOfSelf."""
    epoch.hold_alone(session)
    account = _account(session, actor, staff_no)
    decisions.require(session, actor, Act(ACCOUNT, agency=account.agency_code))
    if account.person_id == actor.person_id:
        raise StaffOfSelf
    accounts.close(session, account.account_id)
    sessions.end_all(session, account.account_id)
    return account.account_id


def appoint(session: Session, actor: Actor, entry: AppointmentEntry) -> PostHolding:
    """Appoint to a post of the account's own agency and section.

    Raises AccountNotFound, Forbidden, StaffOfSelf, AppointedFromAbove, StaffInvalid, CertificateMissing,
    PostsIncompatible.
    """
    epoch.hold_alone(session)
    account = _account(session, actor, entry.staff_no)
    agency = agencies.known(session, account.agency_code)
    decisions.require(session, actor, Act(APPOINT, agency=agency.code))
    if account.person_id == actor.person_id:
        raise StaffOfSelf
    staff_entry.require_reach(entry.post, agency.code, actor.agency, agency.kind)
    staff_entry.refuse(staff_entry.appointment_errors(session, entry, account, agency))
    _require_certificate(session, entry, account)
    holding_id = appointments.appoint(
        session,
        account.account_id,
        entry.post,
        agency=agency.code,
        section=account.section,
        term=Term(entry.since, entry.until),
        basis=entry.basis,
    )
    return session.get_one(PostHolding, holding_id)


def _require_certificate(session: Session, entry: AppointmentEntry, account: Account) -> None:
    """Raise CertificateMissing where the post takes a certificate he doesn't have on its first day.

    Training is another matter: he is appointed, and serves when he has it.
    """
    first = max(entry.since, clock.today(session))
    shown = qualifications.of_persons(session, [account.person_id])
    lacks = [
        {"subject": one.subject, "since": one.since.isoformat(), "expired": one.expired}
        for one in shown.lacking(account.person_id, entry.post, first)
        if one.kind == CERTIFICATE
    ]
    if lacks:
        raise CertificateMissing(facts={"post": entry.post, "missing": lacks})


def dismiss(session: Session, actor: Actor, holding_id: int) -> PostHolding:
    """Take a post back, at once; with his last one whoever held it is signed out everywhere.

    Raises AppointmentNotFound, Forbidden, StaffOfSelf, AlreadyDismissed.
    """
    epoch.hold_alone(session)
    holding = session.get(PostHolding, holding_id)
    if holding is None or not _reaches(session, actor, holding.agency_code):
        raise AppointmentNotFound
    agency = agencies.known(session, holding.agency_code)
    decisions.require(session, actor, Act(APPOINT, agency=agency.code))
    if accounts.get(session, holding.account_id).person_id == actor.person_id:
        raise StaffOfSelf
    staff_entry.require_reach(holding.post, agency.code, actor.agency, agency.kind)
    over = holding.valid_to is not None and holding.valid_to < clock.today(session)
    if over or holding.revoked_at is not None:
        raise AlreadyDismissed(facts={"appointment_id": holding_id})
    appointments.dismiss(session, holding_id)
    if actors.posts_ended(session, holding.account_id):
        sessions.end_all(session, holding.account_id)
    return holding


def listing(
    session: Session, actor: Actor, *, after: str | None = None, limit: int = PAGE
) -> Sequence[StaffLine]:
    """The accounts of the actor's agency and its subordinates by staff number, with their posts.

    Raises Forbidden for posts that don't read it.
    """
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    found = select(Account).where(Account.agency_code.in_(agencies.below(session, actor.agency)))
    if after is not None:
        found = found.where(Account.staff_no > after)
    listed = session.execute(found.order_by(Account.staff_no).limit(limit)).scalars().all()
    today = clock.today(session)
    held: dict[int, list[PostHolding]] = {}
    asked = select(PostHolding).where(
        PostHolding.account_id.in_([account.account_id for account in listed]),
        PostHolding.revoked_at.is_(None),
    )
    for holding in session.execute(asked.order_by(PostHolding.holding_id)).scalars():
        if not _over(holding, today):
            held.setdefault(holding.account_id, []).append(holding)
    return [StaffLine(account, held.get(account.account_id, ())) for account in listed]


def _over(holding: PostHolding, today: date) -> bool:
    return holding.valid_to is not None and holding.valid_to < today


def _account(session: Session, actor: Actor, staff_no: str) -> Account:
    account = session.execute(
        select(Account).where(Account.staff_no == staff_no, Account.active)
    ).scalar_one_or_none()
    if account is None or not _reaches(session, actor, account.agency_code):
        raise AccountNotFound
    return account


def _reaches(session: Session, actor: Actor, agency: str) -> bool:
    return agencies.tree(session).is_within(agency, actor.agency)
