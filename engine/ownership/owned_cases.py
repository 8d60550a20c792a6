"""The cases that somebody answers for (全程代理): what came back, waits or ended, until its paper is out.

An owner's part ends with the delivery of the paper that says how the case ended. Instant business is handed
over at the window while its applicant stands there.
"""

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select, union
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding, in_force
from database import clock
from engine import views
from engine.ownership import consultation_record, owner_record
from engine.ownership.owner_record import OwnerAnswer, OwnerTransfer
from engine.paperwork import outcomes
from engine.paperwork.documents import IssuedDocument
from engine.paperwork.papers import DocumentDelivery
from engine.record import AGENCY, FINAL_STATUSES, OPEN_STATUSES, Case, Task
from engine.rules.risk_file import HIGH
from engine.timing import deadlines

PAGE = 50
# What ended longer ago and was never fetched is a matter of the archive.
ENDED_WITHIN = timedelta(days=365)
# What wants the owner's eye stands first.
_ORDER = ("returned", "awaiting_materials", "to_deliver", "asking", "awaited", "in_progress")


def mine(session: Session, actor: Actor) -> dict[str, Any]:
    """The cases one answers for, what wants one's eye first, and those that a colleague offers one.

    ``state`` is ``returned``, ``awaiting_materials``, ``to_deliver`` (ended, its paper is not out),
    ``asking``, ``awaited`` (from outside) or ``in_progress``. Raises Forbidden.
    """
    decisions.require(session, actor, Act("see", agency=actor.agency))
    since = clock.now(session) - ENDED_WITHIN
    goes_on = and_(Case.finished_at.is_(None), Case.status.in_(OPEN_STATUSES))
    undelivered = and_(
        Case.finished_at >= since,
        # In so many words: only so is it seen that ix_cases_owner holds them.
        Case.risk_level == literal_column(str(HIGH)),
        Case.status.in_(tuple(outcomes.WRITTEN)),
        ~_delivered(),
    )
    each = [
        select(Case.case_id).where(
            Case.agency_code == actor.agency, Case.subject_kind != AGENCY, owned, still
        )
        for owned in owner_record.is_owned_by([actor.account_id])
        for still in (goes_on, undelivered)
    ]
    found = select(Case).where(Case.case_id.in_(select(union(*each).subquery().c.case_id)))
    rows = session.execute(found.order_by(Case.due_on, Case.case_id)).scalars().all()
    asking = consultation_record.open_in(session, [case.case_id for case in rows])
    waiting = set(
        session.execute(
            select(Task.case_id).where(
                Task.case_id.in_([case.case_id for case in rows]), Task.closed_at.is_(None)
            )
        ).scalars()
    )
    today = clock.today(session)
    items = [
        {
            **views.summary(case),
            "state": _state(case, asking=case.case_id in asking, waits=case.case_id in waiting),
            "working_days_left": deadlines.working_days_left(today, case.due_on),
        }
        for case in rows
    ]
    items.sort(key=lambda item: _ORDER.index(item["state"]))
    return {"items": items[:PAGE], "count": len(items), "offers": _offers(session, actor)}


def closed(session: Session, case: Case) -> bool:
    """Whether nobody answers for a case any more: it ended, and what says so is with its applicant."""
    if case.status not in FINAL_STATUSES:
        return False
    if case.risk_level != HIGH or case.status not in outcomes.WRITTEN:
        return True
    found = select(Case.case_id).where(Case.case_id == case.case_id, _delivered())
    return session.execute(found).scalar_one_or_none() is not None


def left_behind(session: Session, codes: Collection[str]) -> Iterator[tuple[str, str, int]]:
    """(agency, staff number, cases) of owners of open cases who left, or serve no window there any more."""
    last = (
        select(OwnerTransfer.to_id)
        .where(OwnerTransfer.case_no == Case.case_no, owner_record.effective(OwnerTransfer))
        .order_by(OwnerTransfer.transfer_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    serves = select(PostHolding.holding_id).where(
        PostHolding.account_id == Account.account_id,
        PostHolding.agency_code == Case.agency_code,
        PostHolding.post.in_(("teller", "handler")),
        in_force(clock.today(session)),
    )
    asked = (
        select(Case.agency_code, Account.staff_no, func.count())
        .join(Account, Account.account_id == func.coalesce(last, Case.accepted_by))
        .where(
            Case.agency_code.in_(codes),
            Case.status.in_(OPEN_STATUSES),
            Case.subject_kind != AGENCY,
            or_(~Account.active, ~serves.exists()),
        )
        .group_by(Case.agency_code, Account.staff_no)
        .order_by(Case.agency_code, Account.staff_no)
    )
    for row in session.execute(asked):
        yield row[0], row[1], row[2]


def _delivered() -> ColumnElement[bool]:
    """The condition that the paper which says how a case ended was delivered."""
    return (
        select(DocumentDelivery.delivery_id)
        .join(IssuedDocument, IssuedDocument.number == DocumentDelivery.number)
        .where(
            DocumentDelivery.case_id == Case.case_id,
            IssuedDocument.case_no == Case.case_no,
            IssuedDocument.kind.in_(tuple(outcomes.WRITTEN.values())),
        )
        .exists()
    )


def _state(case: Case, *, asking: bool, waits: bool) -> str:
    if case.status in FINAL_STATUSES:
        return "to_deliver"
    if case.status != "in_progress":
        return case.status
    if asking:
        return "asking"
    return "in_progress" if waits else "awaited"


def _offers(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """What colleagues offer one that still stands."""
    asked = (
        select(OwnerTransfer, Case, Account.staff_no)
        .join(Case, Case.case_no == OwnerTransfer.case_no)
        .join(Account, Account.account_id == OwnerTransfer.from_id)
        .outerjoin(OwnerAnswer, OwnerAnswer.transfer_id == OwnerTransfer.transfer_id)
        .where(
            OwnerTransfer.to_id == actor.account_id,
            ~OwnerTransfer.ordered,
            OwnerAnswer.transfer_id.is_(None),
            Case.agency_code.in_(agencies.below(session, actor.agency)),
        )
        .order_by(OwnerTransfer.transfer_id)
    )
    return [
        {"case_no": case.case_no, "process": case.process, "by": by, "reason": row.reason}
        for row, case, by in session.execute(asked)
        if _stands(session, row, case)
    ]


def _stands(session: Session, row: OwnerTransfer, case: Case) -> bool:
    owner = owner_record.of_case(session, case)
    last = owner_record.offered(session, case.case_no, owner.account_id)
    return last is not None and last.transfer_id == row.transfer_id and not closed(session, case)
