"""Checks what a case had waited for: messages are by whom the journal names, timers elapsed in their time.

A timer that elapsed before its last day was over, or whose last day is not the one its guide and the calendar
give, let a case run on too early: publicity that nobody could object to.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from database.clock import moment_text
from database.declarative import table_of
from engine.defining.definitions import Definition
from engine.record import Case, CaseContent
from engine.timing import deadlines, timer_record
from engine.timing.timer_record import CaseTimer
from oversight import together
from oversight.findings import Finding, Findings, differs
from oversight.folding import Folded, Timer
from oversight.known import Known
from oversight.pages import Page

_TIMERS = table_of(CaseTimer)
_OF_CASE = together.records(
    CaseTimer, select(_TIMERS).order_by(_TIMERS.c.number), _TIMERS.c.case_id
)


def check_timers(page: Page, case: Case, folded: Folded, definition: Definition | None) -> Findings:
    """Rows of timers are what the journal tells, and none elapsed before its time."""
    found = {row.number: row for row in page.of(_OF_CASE, case.case_id)}
    pair = (sorted(found), sorted(folded.timers))
    yield from differs(case.case_no, "case_timers", "number", "timers.folded", pair)
    for number, told in folded.timers.items():
        name = f"case_timers#{number}"
        if number in found:
            yield from _row(case, name, found[number], told)
        if (
            told.outcome == "elapsed"
            and moment_text(told.closed_at or told.started_at) < told.due_at
        ):
            pair_of_moments = (moment_text(told.closed_at or told.started_at), told.due_at)
            yield from differs(case.case_no, name, "closed_at", "timer.early", pair_of_moments)
        yield from _last_day(case, name, told, definition)


def _row(case: Case, name: str, row: CaseTimer, told: Timer) -> Findings:
    expected = {
        "name": (row.name, told.name),
        "started_at": (row.started_at, told.started_at),
        "due_on": (row.due_on.isoformat(), told.due_on),
        "due_at": (moment_text(row.due_at), told.due_at),
        "closed_at": (row.closed_at, told.closed_at),
        "outcome": (row.outcome, told.outcome),
    }
    for column, pair in expected.items():
        yield from differs(case.case_no, name, column, "timers.told", pair)


def _last_day(case: Case, name: str, told: Timer, definition: Definition | None) -> Findings:
    """The last day by the guide the case began with; a calendar that was corrected since may give another."""
    last = date.fromisoformat(told.due_on)
    over = (told.due_at, moment_text(deadlines.over_at(last)))
    yield from differs(case.case_no, name, "due_at", "timer.due", over)
    deadline = None if definition is None else definition.guide.deadlines.get(told.name)
    if definition is not None and deadline is None:
        yield Finding(case.case_no, name, "name", "timer.due", told.name)
    elif deadline is not None:
        counted = timer_record.last_day(deadline, told.started_at)
        if counted.derivation["verified"]:
            pair = (told.due_on, counted.due_on.isoformat())
            yield from differs(case.case_no, name, "due_on", "timer.due", pair)


def check_messages(
    known: Known,
    case: Case,
    contents: Mapping[int, CaseContent],
    folded: Folded,
    definition: Definition | None,
) -> Findings:
    """Each message is kept as by whom the journal names, from its cycle on; a completed case has all."""
    for cycle, name, staff_no in folded.delivered:
        message = (contents[cycle].messages or {}).get(name) if cycle in contents else None
        person = known.persons.get(staff_no)
        pair = (None if message is None else message["delivered_by"], person)
        row = f"case_contents#{cycle}"
        yield from differs(case.case_no, row, f"message.{name}", "message.deliverer", pair)
    came: set[str] = set()
    for cycle, content in sorted(contents.items()):
        came |= {name for began, name, _ in folded.delivered if began == cycle}
        there = (sorted(content.messages or {}), sorted(came))
        row = f"case_contents#{cycle}"
        yield from differs(case.case_no, row, "messages", "message.told", there)
    if case.status == "completed" and definition is not None:
        lacking = sorted(definition.needed_messages() - came)
        yield from differs(case.case_no, "cases", "status", "message.missing", (lacking, []))
