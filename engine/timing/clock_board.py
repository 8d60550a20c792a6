"""What runs out at an office: its open cases by due day, and which of them a changed calendar would move."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from database import clock
from engine.defining.definitions import DefinitionGone
from engine.office import Office
from engine.record import OPEN_STATUSES, Case
from engine.timing import calendar_alarm, case_clocks, clock_states, still_cases

READ = "read_clocks"
LISTED = 200
_PAGE = 500


def report(session: Session, actor: Actor) -> dict[str, Any]:
    """The open cases of the actor's agency and its subordinates that are due first, at most 200, and counts.

    What stands still is not past its day. Raises Forbidden.
    """
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    today = clock.today(session)
    wanted = _open_cases(agencies.below(session, actor.agency))
    first = select(Case).where(*wanted).order_by(Case.due_on, Case.case_id).limit(LISTED)
    late = select(func.count()).select_from(Case).where(*wanted, Case.due_on < today)
    yesterday = date.fromordinal(today.toordinal() - 1)
    still = still_cases.due_by(session, wanted, yesterday, today).values()
    not_late = sum(one.runs_until is None or one.runs_until >= today for one in still)
    counted = select(func.count()).select_from(Case).where(*wanted)
    return {
        "as_of": today.isoformat(),
        "open_cases": session.execute(counted).scalar_one(),
        "past_due": session.execute(late).scalar_one() - not_late,
        "calendar_missing": calendar_alarm.missing(today),
        "items": [_line(case, today) for case in session.execute(first).scalars()],
    }


def moved_shown(session: Session, office: Office, actor: Actor) -> dict[str, Any]:
    """As ``moved``, for the actor's agency and its subordinates, at most 200. Raises Forbidden."""
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    found: list[dict[str, Any]] = []
    for line in moved(session, office, agencies.below(session, actor.agency)):
        found.append(line)
        if len(found) == LISTED:
            break
    return {"as_of": clock.today(session).isoformat(), "items": found}


def moved(
    session: Session, office: Office, codes: Sequence[str] | None = None
) -> Iterator[dict[str, Any]]:
    """The open cases that are due another day by the calendar of now than was told; None: of every agency.

    They keep what was told until somebody decides; where a case's clock stops and goes on, or it is given
    longer, it is counted with the calendar of then.
    """
    last = 0
    while True:
        page = select(Case).where(*_open_cases(codes), Case.case_id > last)
        rows = session.execute(page.order_by(Case.case_id).limit(_PAGE)).scalars().all()
        for case in rows:
            again = counted(office, case)
            if again is not None and again != case.due_on:
                yield {
                    "case_no": case.case_no,
                    "process": case.process,
                    "agency": case.agency_code,
                    "due_on": case.due_on.isoformat(),
                    "counted_again": again.isoformat(),
                }
        if len(rows) < _PAGE:
            return
        last = rows[-1].case_id
        session.expunge_all()


def _open_cases(codes: Sequence[str] | None) -> list[Any]:
    wanted = [Case.finished_at.is_(None), Case.status.in_(OPEN_STATUSES)]
    return wanted if codes is None else [*wanted, Case.agency_code.in_(codes)]


def counted(office: Office, case: Case) -> date | None:
    """When it would be due; None where it was not counted with two clocks, or its definition is gone."""
    if "calendar" not in case.deadline:
        return None
    try:
        definition = office.catalogue.at(case.definition)
    except DefinitionGone:
        return None
    return case_clocks.terms(case, definition).due_on


def _line(case: Case, today: date) -> dict[str, Any]:
    return {
        "case_no": case.case_no,
        "process": case.process,
        "agency": case.agency_code,
        "status": case.status,
        "risk_level": case.risk_level,
        "due_on": case.due_on.isoformat(),
        "clock": clock_states.of_case(case, today).said(),
    }
