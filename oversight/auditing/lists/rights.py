"""The rights of every person on a date (在岗权限清单): posts held or done for others, and their grants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from authz.absence.stand_in_record import StandIn, StandInEnd
from authz.granting.grant_record import Grant, GrantRevocation
from authz.offices.accounts import Account
from authz.offices.posts import POSTS, PostHolding
from oversight.auditing import scope
from oversight.auditing.lists import shape
from oversight.auditing.lists.shape import Asked, Page

BY_POST = "随岗 by post"
FOR_OTHERS = "代岗 stand-in for"


@dataclass(frozen=True, slots=True)
class _Holding:
    """A post as somebody has it: his own, or done for a colleague (``right`` says whose)."""

    post: str
    agency_code: str
    section: str | None
    valid_from: date
    valid_to: date | None
    right: str = BY_POST
    given_by: str = ""
    basis: str = ""


def page(session: Session, asked: Asked, after: str | None, limit: int) -> Page:
    """Accounts in the order of their number, each with all its rows. Four queries a page."""
    accounts = (
        session.execute(
            select(Account)
            .where(
                Account.agency_code.in_(asked.scope.codes), Account.account_id > shape.number(after)
            )
            .order_by(Account.account_id)
            .limit(limit + 1)
        )
        .scalars()
        .all()
    )
    shown = accounts[:limit]
    held = _held(session, asked, shown)
    for account_id, done in _stood_in(session, asked, shown):
        held.setdefault(account_id, []).append(done)
    grants = _grants(session, asked, shown)
    rows = [row for account in shown for row in _rows(account, held, grants)]
    return Page(rows, str(shown[-1].account_id) if len(accounts) > limit else None)


def _held(session: Session, asked: Asked, accounts: Sequence[Account]) -> dict[int, list[_Holding]]:
    """The posts as they were held when the day ended."""
    found: dict[int, list[_Holding]] = {}
    rows = session.execute(
        select(PostHolding)
        .where(
            PostHolding.account_id.in_([account.account_id for account in accounts]),
            PostHolding.valid_from <= asked.on,
            or_(PostHolding.valid_to.is_(None), PostHolding.valid_to >= asked.on),
            _later(asked, PostHolding.revoked_at),
        )
        .order_by(PostHolding.holding_id)
    )
    for row in rows.scalars():
        own = _Holding(row.post, row.agency_code, row.section, row.valid_from, row.valid_to)
        found.setdefault(row.account_id, []).append(own)
    return found


def _stood_in(
    session: Session, asked: Asked, accounts: Sequence[Account]
) -> list[tuple[int, _Holding]]:
    """What the deputies among them did for others when the day ended, within what the principals held."""
    principal, registrar = aliased(Account), aliased(Account)
    rows = session.execute(
        select(StandIn, PostHolding.section, principal.staff_no, registrar.staff_no)
        .join(principal, principal.account_id == StandIn.absent_id)
        .join(registrar, registrar.account_id == StandIn.registered_by)
        .join(
            PostHolding,
            (PostHolding.account_id == StandIn.absent_id)
            & (PostHolding.post == StandIn.post)
            & (PostHolding.agency_code == StandIn.agency_code),
        )
        .outerjoin(StandInEnd, StandInEnd.stand_in_id == StandIn.stand_in_id)
        .where(
            StandIn.deputy_id.in_([account.account_id for account in accounts]),
            StandIn.registered_at < scope.begins(asked.on + timedelta(days=1)),
            StandIn.valid_from <= asked.on,
            StandIn.valid_to >= asked.on,
            _later(asked, StandInEnd.ended_at),
            PostHolding.valid_from <= asked.on,
            or_(PostHolding.valid_to.is_(None), PostHolding.valid_to >= asked.on),
            _later(asked, PostHolding.revoked_at),
        )
        .order_by(StandIn.stand_in_id, PostHolding.holding_id)
    )
    return [
        (
            done.deputy_id,
            _Holding(
                done.post,
                done.agency_code,
                section,
                done.valid_from,
                done.valid_to,
                f"{FOR_OTHERS} {whose}",
                by,
                done.reason,
            ),
        )
        for done, section, whose, by in rows
    ]


def _grants(session: Session, asked: Asked, accounts: Sequence[Account]) -> list[tuple[Grant, str]]:
    """The grants in force when the day ended, to these accounts or to posts, and who gave them."""
    giver = aliased(Account)
    ids = [account.account_id for account in accounts]
    found = session.execute(
        select(Grant, giver.staff_no)
        .join(giver, giver.account_id == Grant.granted_by)
        .outerjoin(GrantRevocation, GrantRevocation.grant_id == Grant.grant_id)
        .where(
            or_(Grant.account_id.in_(ids), Grant.post.is_not(None)),
            Grant.agency_code.in_(asked.scope.codes),
            Grant.valid_from <= asked.on,
            or_(Grant.valid_to.is_(None), Grant.valid_to >= asked.on),
            Grant.granted_at < scope.begins(asked.on + timedelta(days=1)),
            _later(asked, GrantRevocation.revoked_at),
        )
        .order_by(Grant.grant_id)
    )
    return [(grant, staff_no) for grant, staff_no in found]


def _later(asked: Asked, column: Any) -> ColumnElement[bool]:
    """Not revoked, or only after the day."""
    return or_(column.is_(None), column >= scope.begins(asked.on + timedelta(days=1)))


def _rows(
    account: Account,
    held: Mapping[int, list[_Holding]],
    grants: Sequence[tuple[Grant, str]],
) -> list[Sequence[Any]]:
    mine = held.get(account.account_id, [])
    rows = [_row(account, holding, None, holding.given_by) for holding in mine]
    for grant, given_by in grants:
        if grant.account_id == account.account_id:
            rows.append(_row(account, None, grant, given_by))
            continue
        fitting = (
            one
            for one in mine
            if (one.post, one.agency_code) == (grant.post, grant.agency_code)
            and grant.section in (None, one.section)
        )
        rows += [_row(account, holding, grant, given_by) for holding in fitting]
    return rows


def _row(
    account: Account, holding: _Holding | None, grant: Grant | None, given_by: str
) -> Sequence[Any]:
    post = holding.post if holding else ""
    dated = grant or holding
    return (
        account.staff_no,
        account.name,
        "" if account.active else "停用 closed",
        dated.agency_code if dated else account.agency_code,
        (holding.section if holding else account.section) or "",
        f"{POSTS[post]} {post}" if post else "",
        f"grant:{grant.grant_id}" if grant else holding.right if holding else BY_POST,
        (grant.process or grant.handling or "") if grant else "",
        grant.act if grant else "",
        grant.amount_limit_cents if grant else None,
        dated.valid_from if dated else None,
        dated.valid_to if dated else None,
        given_by,
        grant.basis if grant else holding.basis if holding else "",
    )
