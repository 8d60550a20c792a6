"""Keeping the grant register (授权登记簿): entering a grant, revoking one, reading them.

Whoever calls these journals them in the same transaction, and takes no other lock before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from authz import accounts, agencies, decisions, epoch, grant_entry, posts, qualifications
from authz.accounts import Account
from authz.actors import Actor
from authz.acts import Act
from authz.agencies import Agency, AgencyNotFound
from authz.grant_entry import GrantEntry
from authz.grant_record import Grant, GrantRevocation
from authz.posts import PostHolding
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
    """Nobody takes part in a grant to himself: another supervisor, or the one above, enters it."""

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


def register(session: Session, actor: Actor, entry: GrantEntry) -> Grant:
    """Enter a grant; it counts from its first day, today's in the very next transaction.

    Raises AgencyNotFound outside the actor's agency and its subordinates, Forbidden without the right
    to grant or where he would gain himself, GrantInvalid with every wrong field, TrainingOverdue.
    """
    epoch.hold_alone(session)
    agency = _visible(session, actor, entry.agency)
    decisions.require(session, actor, Act("grant", agency=agency.code, process=entry.process or ""))
    account_id = grant_entry.check(session, entry, agency)
    if _gains(session, actor, entry, account_id):
        raise GrantToSelf
    grant_entry.check_posts(session, entry, account_id)
    _require_training(session, account_id)
    row = {
        "account_id": account_id,
        "post": entry.post,
        "agency_code": agency.code,
        "section": entry.section,
        "process": entry.process,
        "handling": entry.handling,
        "act": entry.act,
        "valid_from": entry.valid_from,
        "valid_to": entry.valid_to,
        "amount_limit_cents": entry.amount_limit_cents,
        "basis": entry.basis,
        "reason": entry.reason,
        "granted_by": actor.account_id,
        "granted_at": clock.now(session),
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


def _gains(session: Session, actor: Actor, entry: GrantEntry, account_id: int | None) -> bool:
    """Whether the natural person who enters the grant would gain by it, through any account."""
    his = select(Account.account_id).where(Account.person_id == actor.person_id)
    if account_id is not None:
        return account_id in session.execute(his).scalars().all()
    held = select(PostHolding.holding_id).where(
        PostHolding.account_id.in_(his),
        PostHolding.agency_code == entry.agency,
        PostHolding.post == entry.post,
        posts.in_force(max(clock.today(session), entry.valid_from)),
    )
    return session.execute(held.limit(1)).first() is not None
