"""Checks where a case stands: its own row, its waiting tasks and its position, against the journal."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from database import digest
from database.clock import moment_text
from database.declarative import table_of
from engine import signoffs, stored
from engine.journal import JournalEntry
from engine.record import FINAL_STATUSES, Case, CaseState, Task
from engine.timing import case_clocks
from oversight import together
from oversight.erased import is_erased
from oversight.findings import Finding, Findings, differs
from oversight.folding import Folded, Waiting
from oversight.pages import Page

_TASKS, _STATES = table_of(Task), table_of(CaseState)
_OF_CASE = together.records(Task, select(_TASKS).order_by(_TASKS.c.opened_seq), _TASKS.c.case_id)
_POSITIONS = together.records(CaseState, select(_STATES), _STATES.c.case_id)


def check_end(case: Case, listed: Sequence[JournalEntry]) -> Findings:
    """The journal ends where the case's row says it does."""
    seq, head = (listed[-1].seq, listed[-1].digest) if listed else (0, "")
    yield from differs(case.case_no, "cases", "journal_seq", "journal.cut", (case.journal_seq, seq))
    pair = (case.journal_head, head)
    yield from differs(case.case_no, "cases", "journal_head", "journal.cut", pair)


def check(page: Page, case: Case, folded: Folded) -> Findings:
    """The case's row, tasks and position are what the journal makes of them."""
    yield from _row(case, folded)
    yield from _people(page, case, folded)
    yield from _ending(case, folded)
    yield from _tasks(page, case, folded)
    yield from _position(page, case)


def _row(case: Case, folded: Folded) -> Findings:
    for column, told in folded.said.items():
        stored = getattr(case, column)
        yield from differs(case.case_no, "cases", column, f"case.{column}", (_text(stored), told))
    pair = (case.status, folded.status)
    yield from differs(case.case_no, "cases", "status", "status.folded", pair)
    if folded.accepted is None:
        yield Finding(case.case_no, "journal", "action", "journal.no_acceptance")
        return
    pair = (case.agency_code, folded.accepted.agency_code)
    yield from differs(case.case_no, "cases", "agency_code", "case.agency", pair)
    turns = (case.in_turn, not folded.goes_first)
    yield from differs(case.case_no, "cases", "in_turn", "case.in_turn", turns)
    at = (case.accepted_at, folded.accepted.at)
    yield from differs(case.case_no, "cases", "accepted_at", "case.accepted_at", at)


def _text(value: Any) -> Any:
    """A column's value as the journal writes it."""
    if hasattr(value, "tzinfo"):
        return moment_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _people(page: Page, case: Case, folded: Folded) -> Findings:
    """Who accepted and who handled, by staff number; their natural persons are the accounts' own."""
    found = page.known.accounts
    accepted = found.get(case.accepted_by)
    told = folded.accepted and folded.accepted.staff_no
    pair = (accepted and accepted.staff_no, told)
    yield from differs(case.case_no, "cases", "accepted_by", "case.accepted_by", pair)
    person = (case.accepted_person, accepted and accepted.person_id)
    yield from differs(case.case_no, "cases", "accepted_person", "case.accepted_by", person)
    handled = [
        said
        for said in folded.signed
        if said.step == "handle" and said.decision in signoffs.APPROVING
    ]
    expected = (handled[-1].signer, handled[-1].post) if handled else (None, None)
    handler = found.get(case.handled_by)
    pair = (handler and handler.staff_no, expected[0])
    yield from differs(case.case_no, "cases", "handled_by", "case.handled_by", pair)
    post = (case.handled_post, expected[1])
    yield from differs(case.case_no, "cases", "handled_post", "case.handled_by", post)


def _ending(case: Case, folded: Folded) -> Findings:
    pair = (case.finished_at, folded.finished_at)
    yield from differs(case.case_no, "cases", "finished_at", "case.finished_at", pair)
    if is_erased(case.ending_reason):
        return
    commitment = None
    if case.ending_reason is not None:
        salt, reason = case.ending_reason
        commitment = digest.commitment(salt, reason)
    pair_of_reasons = (commitment, folded.withdrawal)
    yield from differs(
        case.case_no, "cases", "ending_reason", "case.ending_reason", pair_of_reasons
    )


def _tasks(page: Page, case: Case, folded: Folded) -> Findings:
    opened = page.of(_OF_CASE, case.case_id)
    tasks = [task for task in opened if task.closed_at is None]
    found = sorted((task.cycle, task.step) for task in tasks)
    pair = (found, sorted(folded.waiting))
    yield from differs(case.case_no, "tasks", "step", "tasks.folded", pair)
    all_opened = [
        (task.cycle, task.step, task.post, task.agency_code, _text(task.step_due_on) or "")
        for task in opened
    ]
    told_all = [(*said, due_on or "") for *said, due_on in folded.opened]
    pair_of_all = (sorted(all_opened), sorted(told_all))
    yield from differs(case.case_no, "tasks", "step", "tasks.opened", pair_of_all)
    for task in tasks:
        told = folded.waiting.get((task.cycle, task.step))
        if told is not None:
            yield from _task(page, case, task, told)


def _task(page: Page, case: Case, task: Task, told: Waiting) -> Findings:
    account = page.known.accounts.get(task.claimed_by)
    holder = account and account.staff_no
    corrects = case.handled_by or case.accepted_by
    expected = {
        "post": (task.post, told.post),
        "agency_code": (task.agency_code, told.agency),
        "claimed_by": (holder, told.claimed_by),
        "closed_by": (task.closed_by, None),
        "reserved_for": (task.reserved_for, corrects if task.step == "correct" else None),
        "risk_level": (task.risk_level, case.risk_level),
        "in_turn": (task.in_turn, case.in_turn),
        **{name: (getattr(task, name), said) for name, said in case_clocks.holding(case).items()},
    }
    for column, pair in expected.items():
        yield from differs(case.case_no, f"tasks#{task.task_id}", column, "tasks.told", pair)


def _position(page: Page, case: Case) -> Findings:
    state = next(iter(page.of(_POSITIONS, case.case_id)), None)
    finished = case.status in FINAL_STATUSES
    if finished != (state is None):
        yield Finding(
            case.case_no, "case_states", "case_id", "state.presence", not finished, finished
        )
    if state is None:
        return
    pair = (state.sequence, case.sequence)
    yield from differs(case.case_no, "case_states", "sequence", "state.sequence", pair)
    mac = stored.state_mac(case.case_no, state.sequence, case.definition, state.state)
    if mac != bytes(state.mac):
        yield Finding(case.case_no, "case_states", "mac", "state.altered")
