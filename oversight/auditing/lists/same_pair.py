"""Cases decided by the same pair (固定搭档): who handled and who reviewed, how often, and which share."""

from collections import Counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from engine import signoffs
from engine.record import Case
from engine.signoffs import SignOff
from oversight.auditing.lists import shape
from oversight.auditing.lists.shape import Asked, Page

MAKER, REVIEWER = "handle", "review"
WHOLE = 1_000


def page(session: Session, asked: Asked, after: str | None, limit: int) -> Page:
    """The pairs with most cases first. One query."""
    return shape.numbered(_rows(session, asked), after, limit)


def _rows(session: Session, asked: Asked) -> list[tuple[Any, ...]]:
    maker, reviewer = aliased(SignOff), aliased(SignOff)
    found = session.execute(
        select(
            Case.agency_code, maker.signer, reviewer.signer,
            func.count(), func.min(Case.finished_at), func.max(Case.finished_at),
        )
        .join(maker, (maker.case_id == Case.case_id) & (maker.cycle == Case.cycle))
        .join(reviewer, (reviewer.case_id == Case.case_id) & (reviewer.cycle == Case.cycle))
        .where(
            Case.status == "completed",
            Case.agency_code.in_(asked.scope.codes),
            maker.step == MAKER,
            reviewer.step == REVIEWER,
            maker.decision.in_(signoffs.APPROVING),
            reviewer.decision.in_(signoffs.APPROVING),
            *asked.days.hold(Case.finished_at),
        )
        .group_by(Case.agency_code, maker.signer, reviewer.signer)
    ).all()  # fmt: skip
    of_maker: Counter[tuple[str, str]] = Counter()
    of_agency: Counter[str] = Counter()
    for agency, made, _reviewed, count, *_days in found:
        of_maker[agency, made] += count
        of_agency[agency] += count
    rows = [
        (
            agency,
            made,
            reviewed,
            count,
            _share(count, of_maker[agency, made]),
            _share(count, of_agency[agency]),
            first,
            last,
        )
        for agency, made, reviewed, count, first, last in found
    ]
    return sorted(rows, key=lambda row: (-row[3], row[0], row[1], row[2]))


def _share(part: int, whole: int) -> str:
    """A share in per cent with one decimal, rounded half up."""
    tenths = (part * WHOLE * 2 + whole) // (whole * 2)
    return f"{tenths // 10}.{tenths % 10}%"
