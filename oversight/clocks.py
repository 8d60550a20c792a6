"""Counts again when a case is due: by its guide, its stops, its extension and the calendar of then.

The due day is journalled; here it is also shown to follow. A case counted with a calendar that nobody kept
can't be counted again, and that is a finding as well: a day off that was never published moves every promise.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from database.clock import moment_text
from database.declarative import table_of
from engine.defining.definitions import Definition
from engine.journal import JournalEntry
from engine.record import Case
from engine.rules.risk_file import HIGH
from engine.timing import calendar_versions, workdays
from engine.timing.clock_warnings import ClockWarning
from engine.timing.clocks import Terms
from engine.timing.workdays import CalendarYearMissing, Year
from oversight import clock_orders, together
from oversight.authority_history import History
from oversight.findings import Finding, Findings, differs
from oversight.folding import Folded
from oversight.known import Known
from oversight.pages import Page
from oversight.unreadable import guarded

_TABLE = table_of(ClockWarning)
_WARNINGS = together.records(
    ClockWarning, select(_TABLE).order_by(_TABLE.c.warning_id), _TABLE.c.case_id
)


def findings(
    page: Page,
    case: Case,
    listed: Sequence[JournalEntry],
    folded: Folded,
    under: tuple[Definition | None, History | None],
) -> Findings:
    """What is wrong with when a case is due, with its warnings and with the orders to its clocks."""
    definition, history = under
    due = check(page.known, case, folded, definition)
    yield from guarded(case.case_no, "cases", due)
    yield from guarded(case.case_no, "clock_warnings", check_warnings(page, case, folded))
    ordered = clock_orders.check(page, case, listed, folded, history)
    yield from guarded(case.case_no, clock_orders.NAME, ordered)


def check(known: Known, case: Case, folded: Folded, definition: Definition | None) -> Findings:
    """The due day and its derivation are what follows; of before the two clocks only the day was told."""
    if definition is None or folded.accepted is None or folded.calendar is None:
        return
    terms = Terms(
        received_at=case.received_at,
        accepted_at=case.received_at if case.paper_no else folded.accepted.at,
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


def check_warnings(page: Page, case: Case, folded: Folded) -> Findings:
    """The rows of warnings are those that the journal tells of, each once."""
    rows = sorted(
        (row.clock, row.stage, row.due_on.isoformat(), row.post, moment_text(row.raised_at))
        for row in page.of(_WARNINGS, case.case_id)
    )
    named = ("clock", "stage", "due_on", "post")
    told = sorted(
        (*(entry.detail[name] for name in named), moment_text(entry.at))
        for entry in folded.warnings
    )
    yield from differs(case.case_no, "clock_warnings", "stage", "warnings.told", (rows, told))


def _counted_with(terms: Terms, calendars: Mapping[int, Year], name: str) -> bool:
    """Whether these are the calendars of this name, over the days that the case is counted over."""
    with workdays.under(calendars):
        try:
            first = min(clock.begins for clock in terms.clocks)
            last = max(clock.due_on for clock in terms.clocks)
        except CalendarYearMissing:
            return False
        return calendar_versions.named(first, last) == name
