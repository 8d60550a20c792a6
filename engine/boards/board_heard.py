"""Thirty days at an office: what those who hold its papers thought of it, counted and named by nobody."""

from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from database.declarative import table_of
from engine.boards.board_scope import CASES, Scope
from engine.heard.complaints import Complaint
from engine.heard.evaluations import GRADES, POLICY, Evaluation

_GIVEN, _COMPLAINED = table_of(Evaluation), table_of(Complaint)


def heard(session: Session, scope: Scope) -> dict[str, Any]:
    """How often each grade was given, the best first, and how many complaints were made.

    ``policy``: of them because of the rules, which no teller can help. Source: GB/T 27768-2011 8.2.
    """
    by_rules = func.sum(case((_GIVEN.c.cause == POLICY, 1), else_=0))
    grades = select(_GIVEN.c.grade, func.count(), by_rules).where(
        _GIVEN.c.agency_code == scope.agency,
        scope.of_days(_GIVEN.c.given_at),
    )
    if scope.processes is not None:
        grades = grades.where(_GIVEN.c.process.in_(scope.processes))
    counted = {
        row[0]: (row[1], int(row[2])) for row in session.execute(grades.group_by(_GIVEN.c.grade))
    }
    complaints = select(func.count()).where(
        _COMPLAINED.c.agency_code == scope.agency, scope.of_days(_COMPLAINED.c.received_at)
    )
    if scope.categories is not None:
        of_case = CASES.c.case_no == _COMPLAINED.c.case_no
        complaints = complaints.select_from(_COMPLAINED.join(CASES, of_case)).where(scope.served())
    return {
        "evaluations": [
            {
                "grade": grade,
                "zh": names.zh,
                "en": names.en,
                "count": counted.get(grade, (0, 0))[0],
                "policy": counted.get(grade, (0, 0))[1],
            }
            for grade, names in GRADES.items()
        ],
        "complaints": session.execute(complaints).scalar_one(),
    }
