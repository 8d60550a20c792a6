"""Thirty days at an office: what those who hold its papers thought of it, counted and named by nobody."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database.declarative import table_of
from engine.boards.board_scope import CASES, Scope
from engine.heard.complaints import Complaint
from engine.heard.evaluations import GRADES, Evaluation

_GIVEN, _COMPLAINED = table_of(Evaluation), table_of(Complaint)


def heard(session: Session, scope: Scope) -> dict[str, Any]:
    """How often each grade was given, the best first, and how many complaints were made."""
    grades = select(_GIVEN.c.grade, func.count()).where(
        _GIVEN.c.agency_code == scope.agency,
        scope.of_days(_GIVEN.c.given_at),
    )
    if scope.processes is not None:
        grades = grades.where(_GIVEN.c.process.in_(scope.processes))
    counted = {row[0]: row[1] for row in session.execute(grades.group_by(_GIVEN.c.grade))}
    complaints = select(func.count()).where(
        _COMPLAINED.c.agency_code == scope.agency, scope.of_days(_COMPLAINED.c.received_at)
    )
    if scope.categories is not None:
        of_case = CASES.c.case_no == _COMPLAINED.c.case_no
        complaints = complaints.select_from(_COMPLAINED.join(CASES, of_case)).where(scope.served())
    return {
        "evaluations": [
            {"grade": grade, "zh": names.zh, "en": names.en, "count": counted.get(grade, 0)}
            for grade, names in GRADES.items()
        ],
        "complaints": session.execute(complaints).scalar_one(),
    }
