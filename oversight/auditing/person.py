"""One member of staff as auditors read him: his posts, grants received and given, sign-ins and all acts."""

from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from authz.actors import Actor
from authz.granting import grants
from authz.granting.grant_record import Grant, GrantRevocation
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from database import clock
from database.clock import moment_text
from oversight.auditing import scope, trail
from oversight.auditing.scope import PAGE, StaffNotFound
from oversight.auditing.trail import Wanted

LATEST = 20
GRANTS = 200


def of(session: Session, actor: Actor, staff_no: str, cursor: str | None = None) -> dict[str, Any]:
    """Everything about one person; his acts a page at a time. Fixed number of queries.

    Raises Forbidden, StaffNotFound for whoever isn't of the auditor's agencies.
    """
    reads = scope.of(session, actor)
    account = session.execute(
        select(Account).where(Account.staff_no == staff_no, Account.agency_code.in_(reads.codes))
    ).scalar_one_or_none()
    if account is None:
        raise StaffNotFound
    held = _holdings(session, account)
    denied = Wanted(staff_no=staff_no, actions=(trail.DENIED,))
    sign_ins = Wanted(staff_no=staff_no, actions=trail.SIGN_INS)
    return {
        "staff_no": staff_no,
        "name": account.name,
        "agency": account.agency_code,
        "section": account.section,
        "active": account.active,
        "other_accounts": _others(session, account, reads.codes),
        "posts": [_holding(row) for row in held],
        "grants_received": _received(session, account, held),
        "grants_given": _given(session, account),
        "sign_ins": trail.read(session, actor, sign_ins, None, LATEST)["items"],
        "denied": trail.read(session, actor, denied, None, LATEST)["items"],
        "acts": trail.read(session, actor, Wanted(staff_no=staff_no), cursor, PAGE),
    }


def _others(session: Session, account: Account, codes: tuple[str, ...]) -> list[str]:
    """Other accounts of the same human being: they count as one where two people are demanded."""
    found = select(Account.staff_no).where(
        Account.person_id == account.person_id,
        Account.account_id != account.account_id,
        Account.agency_code.in_(codes),
    )
    return list(session.execute(found.order_by(Account.staff_no)).scalars())


def _holdings(session: Session, account: Account) -> list[PostHolding]:
    found = select(PostHolding).where(PostHolding.account_id == account.account_id)
    return list(session.execute(found.order_by(PostHolding.holding_id)).scalars())


def _holding(row: PostHolding) -> dict[str, Any]:
    return {
        "post": row.post,
        "agency": row.agency_code,
        "section": row.section,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": _day(row.valid_to),
        "revoked_at": row.revoked_at and moment_text(row.revoked_at),
    }


def _received(session: Session, account: Account, held: list[PostHolding]) -> list[dict[str, Any]]:
    """Grants to him, and to the posts he holds or held."""
    by_post = [and_(Grant.post == row.post, Grant.agency_code == row.agency_code) for row in held]
    return _grants(session, or_(Grant.account_id == account.account_id, *by_post))


def _given(session: Session, account: Account) -> list[dict[str, Any]]:
    return _grants(
        session,
        or_(
            Grant.granted_by == account.account_id,
            GrantRevocation.revoked_by == account.account_id,
        ),
    )


def _grants(session: Session, which: Any) -> list[dict[str, Any]]:
    """The newest of these grants; who gave them and who took them back."""
    holder, giver, taker = aliased(Account), aliased(Account), aliased(Account)
    found = (
        select(Grant, GrantRevocation, holder.staff_no, giver.staff_no, taker.staff_no)
        .outerjoin(GrantRevocation, GrantRevocation.grant_id == Grant.grant_id)
        .outerjoin(holder, holder.account_id == Grant.account_id)
        .join(giver, giver.account_id == Grant.granted_by)
        .outerjoin(taker, taker.account_id == GrantRevocation.revoked_by)
        .where(which)
        .order_by(Grant.grant_id.desc())
        .limit(GRANTS)
    )
    today = clock.today(session)
    return [
        {
            "grant_id": grant.grant_id,
            "status": grants.status(grant, revoked, today),
            "staff_no": staff_no,
            "post": grant.post,
            "agency": grant.agency_code,
            "process": grant.process,
            "class": grant.handling,
            "act": grant.act,
            "valid_from": grant.valid_from.isoformat(),
            "valid_to": _day(grant.valid_to),
            "amount_limit_cents": grant.amount_limit_cents,
            "basis": grant.basis,
            "granted_by": granted_by,
            "granted_at": moment_text(grant.granted_at),
            "revoked_by": revoked_by,
            "revoked_at": revoked and moment_text(revoked.revoked_at),
        }
        for grant, revoked, staff_no, granted_by, revoked_by in session.execute(found)
    ]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
