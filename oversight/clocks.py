"""Counts again when a case is due: by its guide, its stops, its extension and the calendar it was counted with.

The due day is journalled; here it is also shown to follow. A case counted with a calendar that nobody kept can't
be counted again, and that is a finding as well: a day off that was never published moves every promise.
"""

from collections.abc import Mapping

from engine import calendar_versions, workdays
from engine.clocks import Terms
from engine.definitions import Definition
from engine.record import Case
from engine.risk_file import HIGH
from engine.workdays import CalendarYearMissing, Year
from oversight.findings import Finding, Findings, differs
from oversight.folding import Folded
from oversight.known import Known


def check(known: Known, case: Case, folded: Folded, definition: Definition | None) -> Findings:
    """The due day and its derivation are what follows; cases of before the two clocks have only the journal's."""
    if definition is None or folded.accepted is None or folded.calendar is None:
        return
    terms = Terms(
        received_at=case.received_at,
        accepted_at=folded.accepted.at,
        instant=folded.said["risk_level"] != HIGH,
        limit=definition.guide.time_limit,
        stops=tuple(folded.stops[number] for number in sorted(folded.stops)),
        extended_days=folded.extended_days,
    )
    for calendars in known.calendars:
        if _counted_with(terms, calendars, folded.calendar):
            with workdays.under(calendars):
                counted = terms.deadline()
            pair = (case.due_on, counted.due_on)
            yield from differs(case.case_no, "cases", "due_on", "deadline.counted", pair)
            told = (case.deadline, counted.derivation)
            yield from differs(case.case_no, "cases", "deadline", "deadline.counted", told)
            return
    yield Finding(case.case_no, "cases", "deadline", "deadline.calendar", folded.calendar)


def _counted_with(terms: Terms, calendars: Mapping[int, Year], name: str) -> bool:
    """Whether these are the calendars of this name, over the days that the case is counted over."""
    with workdays.under(calendars):
        try:
            first = min(clock.begins for clock in terms.clocks)
            last = max(clock.due_on for clock in terms.clocks)
        except CalendarYearMissing:
            return False
        return calendar_versions.named(first, last) == name
