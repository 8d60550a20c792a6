"""What clients said, as those read it who answer for it: what is open, and how everybody's service is judged.

Whoever was rated sees counts of his own and nothing else, and only of so many at once that none of them can
be told apart; what was due to the rules isn't counted against him. Nor does a supervisor read what was said
of himself.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from authz.offices.accounts import Account
from database.clock import moment_text
from engine.heard.complaints import ABOUT, Complaint
from engine.heard.evaluations import CAUSES, GRADES, LOW, POLICY, Evaluation
from engine.process import Names
from engine.record import Case

READ = "read_feedback"
PAGE = 50
# Below this the counts of one person would tell what single clients thought of him.
FEWEST = 5
_BY_RULES = case((Evaluation.cause == POLICY, 1), else_=0)


def opened(session: Session, actor: Actor) -> dict[str, Any]:
    """Low grades and complaints of one's agency and those below, the newest of each, and all counts.

    Raises Forbidden.
    """
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    below = agencies.below(session, actor.agency)
    low = _newest(
        session, actor, Evaluation, Evaluation.evaluation_id, below, Evaluation.grade <= LOW
    )
    complained = _newest(session, actor, Complaint, Complaint.complaint_id, below)
    counted = (
        select(Evaluation.grade, func.count(), func.sum(_BY_RULES))
        .where(Evaluation.agency_code.in_(below))
        .group_by(Evaluation.grade)
    )
    return {
        "low_grades": [_evaluation(*one) for one in low],
        "complaints": [_complaint(*one) for one in complained],
        "counts": _counts({row[0]: (row[1], int(row[2])) for row in session.execute(counted)}),
    }


def own(session: Session, actor: Actor) -> dict[str, Any]:
    """How one's own services were graded, counted in steps of ``FEWEST``; not what the rules were blamed for.

    Were each counted as it comes, the difference of two days would be one client's grade.
    """
    asked = (
        select(Evaluation.grade)
        .join(Account, Account.account_id == Evaluation.teller)
        .where(
            Account.person_id == actor.person_id,
            or_(Evaluation.cause.is_(None), Evaluation.cause != POLICY),
        )
        .order_by(Evaluation.evaluation_id)
    )
    grades = session.execute(asked).scalars().all()
    told = Counter(grades[: len(grades) - len(grades) % FEWEST])
    counted = {grade: (count, 0) for grade, count in told.items()}
    return {"fewest": FEWEST, "counts": _counts(counted) if told else []}


def _newest(
    session: Session, actor: Actor, model: Any, key: Any, below: Sequence[str], *only: Any
) -> Sequence[tuple[Any, str, bool]]:
    asked = (
        select(model, Account.staff_no, Case.case_id.is_not(None))
        .join(Account, Account.account_id == model.teller)
        .join(Case, Case.case_no == model.case_no, isouter=True)
        .where(model.agency_code.in_(below), Account.person_id != actor.person_id, *only)
        .order_by(key.desc())
        .limit(PAGE)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(asked)]


def _evaluation(row: Evaluation, staff_no: str, of_case: bool) -> dict[str, Any]:
    return {
        "case_no": row.case_no,
        "of_case": bool(of_case),
        "process": row.process,
        "agency": row.agency_code,
        "teller": staff_no,
        "grade": _named(row.grade, GRADES),
        "cause": _named(str(row.cause), CAUSES),
        "words": row.words,
        "given_at": moment_text(row.given_at),
    }


def _complaint(row: Complaint, staff_no: str, of_case: bool) -> dict[str, Any]:
    return {
        "number": row.number,
        "case_no": row.case_no,
        "of_case": bool(of_case),
        "agency": row.agency_code,
        "teller": staff_no,
        "about": _named(row.about, ABOUT),
        "words": row.words,
        "contact": row.contact,
        "received_at": moment_text(row.received_at),
        "answer_by": row.answer_by.isoformat(),
    }


def _counts(found: Mapping[int, tuple[int, int]]) -> list[dict[str, Any]]:
    """By grade how many there are, and how many of them the rules were blamed for."""
    lines = ((grade, *found.get(grade, (0, 0))) for grade in GRADES)
    return [
        {"grade": _named(grade, GRADES), "count": count, "policy": policy}
        for grade, count, policy in lines
    ]


def _named(code: Any, names: Mapping[Any, Names]) -> dict[str, Any]:
    known = names[code]
    return {"code": code, "zh": known.zh, "en": known.en}
