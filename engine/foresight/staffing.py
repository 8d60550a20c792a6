"""The open cases that can't be signed any more, or soon can't.

Read by supervisors and every morning by a job. Nothing here refuses or changes anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from engine.foresight import open_cases, shortage, signable
from engine.foresight.open_cases import OpenCase
from engine.foresight.signable import Outlook, Stuck
from engine.office import Office
from engine.timing import workdays

READ = "read_staffing"
AHEAD_DAYS = 5
MOST_AHEAD_DAYS = 60
SHOWN = 200


@dataclass
class Report:
    """What was found: how many cases are open, can't be signed today, won't be soon; the first of them."""

    open_cases: int = 0
    stuck: int = 0
    soon: int = 0
    found: list[tuple[OpenCase, Stuck]] = field(default_factory=list)

    def note(self, case: OpenCase, stuck: Stuck | None, today: date, until: date) -> None:
        """Count a case."""
        self.open_cases += 1
        if stuck is None or stuck.since > until:
            return
        self.stuck += stuck.since <= today
        self.soon += stuck.since > today
        self.found.append((case, stuck))

    def first(self) -> list[tuple[OpenCase, Stuck]]:
        """Those shown: who is stuck first, then who is due first."""
        ranked = sorted(self.found, key=lambda one: (one[1].since, one[0].due_on, one[0].case_no))
        return ranked[:SHOWN]


def report(
    session: Session, office: Office, actor: Actor, days: int = AHEAD_DAYS
) -> dict[str, Any]:
    """The cases, one's own agency's and below, that can't be signed today or in ``days`` working days.

    Raises Forbidden for posts that don't read it.
    """
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    codes = agencies.below(session, actor.agency)
    outlook = signable.look(session, codes)
    until = ahead(outlook.today, days)
    found = Report()
    for page in open_cases.of_agencies(session, office, codes):
        for case in page:
            found.note(case, outlook.stuck(case), outlook.today, until)
    return {
        "as_of": outlook.today.isoformat(),
        "until": until.isoformat(),
        "open_cases": found.open_cases,
        "stuck_cases": found.stuck,
        "soon_stuck_cases": found.soon,
        "items": [line(outlook, case, stuck) for case, stuck in found.first()],
    }


def sweep(session: Session, office: Office) -> Iterator[Report]:
    """The same of the whole office, for the job of the morning: what was found so far, page by page."""
    codes = sorted(agencies.codes(session))
    outlook = signable.look(session, codes)
    until = ahead(outlook.today, AHEAD_DAYS)
    found = Report()
    for page in open_cases.of_agencies(session, office, codes):
        for case in page:
            found.note(case, outlook.stuck(case), outlook.today, until)
        yield found
    yield found


def ahead(today: date, days: int) -> date:
    """The last day of so many working days after today, as far as the calendar is loaded."""
    day = today
    while days and workdays.loaded((day + timedelta(days=1)).year):
        day += timedelta(days=1)
        days -= workdays.is_working_day(day)
    return day


def line(outlook: Outlook, case: OpenCase, stuck: Stuck) -> dict[str, Any]:
    """One case that can't be signed, as reports and simulations show it."""
    return {
        "case_no": case.case_no,
        "process": case.process,
        "agency": case.agency,
        "risk_level": case.level,
        "route": case.route or None,
        "due_on": case.due_on.isoformat(),
        "signable": shortage.shown(outlook, case, stuck),
    }
