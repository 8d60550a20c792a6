"""Keeping the grant register (授权登记簿): applying for a grant, entering it, revoking one, reading them.

Whoever calls these journals them in the same transaction. What revokes or founds takes no other lock before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.decisions import Permit
from authz.granting import grant_entry
from authz.granting.grant_entry import GrantEntry
from authz.granting.grant_record import Grant, GrantRevocation
from authz.offices import accounts, agencies, posts
from authz.offices.accounts import Account
from authz.offices.agencies import Agency, AgencyNotFound
from authz.offices.posts import PostHolding
from authz.qualifying import qualifications
from database import clock
from database.refusals import Conflict, Forbidden, Invalid, NotFound

PAGE = 50
Status = Literal["pending", "effective", "expired", "revoked"]


class GrantNotFound(NotFound):
    """There is no such grant, or it is not yours to see."""

    rule = "grant.not_found"


class AlreadyRevoked(Conflict):
    """This grant is revoked already."""

    rule = "grant.already_revoked"


class GrantToSelf(Forbidden):
    """Nobody takes part in a grant to himself: a colleague applies, reviews or approves."""

    rule = "grant.to_self"


class TrainingOverdue(Forbidden):
    """His training is overdue: he repeats it before anything more is granted to his person."""

    rule = "grant.training_overdue"


class ReasonMissing(Invalid):
    """Say why the grant is revoked."""

    rule = "grant.reason"


@dataclass(frozen=True, slots=True)
class GrantLine:
    """One grant as the register shows it; ``staff_no`` where it is personal."""

    grant: Grant
    staff_no: str | None
    granted_by: str
    revocation: GrantRevocation | None
    status: Status


def apply(session: Session, actor: Actor, entry: GrantEntry) -> Permit:
    """The permit to apply for a grant; writes nothing.

    Raises AgencyNotFound outside the actor's agency and its subordinates, Forbidden without the right
    to, GrantToSelf where he would gain himself, GrantInvalid with every wrong field, TrainingOverdue.
    """
    agency = _visible(session, actor, entry.agency)
    act = Act("grant", agency=agency.code, process=entry.process or "")
    permit = decisions.require(session, actor, act)
    account_id = grant_entry.check(session, entry, agency)
    gaining = gainers(session, entry)
    if actor.person_id in gaining:
        raise GrantToSelf(who_can=decisions.who_can(session, act, without=gaining))
    grant_entry.check_posts(session, entry, account_id)
    _require_training(session, account_id)
    return permit


def found(session: Session, actor: Actor, entry: GrantEntry) -> Grant:
    """Enter a founding grant, before the office's first case: there is nobody yet to sign one.

    The database takes none afterwards. Raises as ``apply`` does.
    """
    epoch.hold_alone(session)
    apply(session, actor, entry)
    now = clock.now(session)
    return enter(session, entry, by=actor.account_id, at=now, since=entry.valid_from)


def enter(
    session: Session,
    entry: GrantEntry,
    *,
    by: int,
    at: datetime,
    since: date,
    case_no: str | None = None,
) -> Grant:
    """Add the row of a grant that may be entered, and begin a new epoch: it counts in the next transaction.

    Who may, and who signed, the callers know: ``engine.posting`` for those of a case, ``found``. Raises
    GrantInvalid where the entry makes no sense any more.
    """
    account_id = grant_entry.check(session, entry, agencies.get(session, entry.agency))
    row = {
        "account_id": account_id,
        "post": entry.post,
        "agency_code": entry.agency,
        "section": entry.section,
        "process": entry.process,
        "handling": entry.handling,
        "act": entry.act,
        "valid_from": since,
        "valid_to": entry.valid_to,
        "amount_limit_cents": entry.amount_limit_cents,
        "basis": entry.basis,
        "reason": entry.reason,
        "granted_by": by,
        "granted_at": at,
        "case_no": case_no,
    }
    grant = session.execute(insert(Grant).returning(Grant), [row]).scalar_one()
    epoch.bump(session)
    return grant


def revoke(session: Session, actor: Actor, grant_id: int, reason: str) -> GrantRevocation:
    """End a grant by an entry of its own, at once.

    Raises GrantNotFound, Forbidden without the right to, ReasonMissing, AlreadyRevoked.
    """
    epoch.hold_alone(session)
    grant = session.get(Grant, grant_id)
    if grant is None or not _in_reach(session, actor, grant.agency_code):
        raise GrantNotFound
    decisions.require(
        session, actor, Act("revoke", agency=grant.agency_code, process=grant.process or "")
    )
    if not reason.strip():
        raise ReasonMissing(
            errors=[{"field": "reason", "message": "say why", "rule": ReasonMissing.rule}]
        )
    revoked = select(GrantRevocation.revocation_id).where(GrantRevocation.grant_id == grant_id)
    if session.execute(revoked).scalar_one_or_none() is not None:
        raise AlreadyRevoked(facts={"grant_id": grant_id})
    row = {
        "grant_id": grant_id,
        "revoked_by": actor.account_id,
        "revoked_at": clock.now(session),
        "reason": reason.strip(),
    }
    entry = session.execute(insert(GrantRevocation).returning(GrantRevocation), [row])
    revocation = entry.scalar_one()
    epoch.bump(session)
    return revocation


def listing(
    session: Session, actor: Actor, *, before: int | None = None, limit: int = PAGE
) -> Sequence[GrantLine]:
    """The register of the actor's agency and its subordinates, newest first, from ``before`` on.

    Raises Forbidden for posts that don't read it.
    """
    decisions.require(session, actor, Act("read_grants", agency=actor.agency))
    granter = select(Account.account_id, Account.staff_no).subquery("granter")
    query = (
        select(Grant, GrantRevocation, Account.staff_no, granter.c.staff_no)
        .outerjoin(GrantRevocation, GrantRevocation.grant_id == Grant.grant_id)
        .outerjoin(Account, Account.account_id == Grant.account_id)
        .join(granter, granter.c.account_id == Grant.granted_by)
        .where(Grant.agency_code.in_(agencies.tree(session).within(actor.agency)))
        .order_by(Grant.grant_id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Grant.grant_id < before)
    today = clock.today(session)
    return [
        GrantLine(grant, staff_no, granted_by, revocation, status(grant, revocation, today))
        for grant, revocation, staff_no, granted_by in session.execute(query)
    ]


def status(grant: Grant, revocation: GrantRevocation | None, today: date) -> Status:
    """How a grant stands on a day."""
    if revocation is not None:
        return "revoked"
    if grant.valid_from > today:
        return "pending"
    return "expired" if grant.valid_to is not None and grant.valid_to < today else "effective"


def _require_training(session: Session, account_id: int | None) -> None:
    """Raise TrainingOverdue where a personal grant is for somebody whose refreshers are overdue.

    What he may do already goes on, and so does what his post is given.
    """
    today = clock.today(session)
    if account_id is None or not qualifications.trains(qualifications.duties(session), today):
        return
    person_id = accounts.get(session, account_id).person_id
    shown = qualifications.of_persons(session, [person_id])
    overdue = [
        {"subject": one.subject, "since": one.due_on and one.due_on.isoformat()}
        for one in qualifications.refreshers(shown.entries.get(person_id, ()), today)
        if one.state in ("missing", "overdue")
    ]
    if overdue:
        raise TrainingOverdue(facts={"missing": overdue})


def _visible(session: Session, actor: Actor, code: str) -> Agency:
    if not _in_reach(session, actor, code):
        raise AgencyNotFound
    return agencies.get(session, code)


def _in_reach(session: Session, actor: Actor, code: str) -> bool:
    return agencies.tree(session).is_within(code, actor.agency)


def gainers(session: Session, entry: GrantEntry) -> frozenset[int]:
    """The natural persons who would gain by a grant, whichever of their accounts it goes to.

    That is its holder; of a post's grant everybody who holds the post today or on its first day, since
    whoever widens what his own post may do widens what he may do.
    """
    if entry.staff_no is not None:
        his = select(Account.person_id).where(Account.staff_no == entry.staff_no)
        return frozenset(session.execute(his).scalars())
    held = (
        select(Account.person_id)
        .join(PostHolding, PostHolding.account_id == Account.account_id)
        .where(
            PostHolding.agency_code == entry.agency,
            PostHolding.post == entry.post,
            posts.in_force(max(clock.today(session), entry.valid_from)),
        )
    )
    return frozenset(session.execute(held).scalars())
