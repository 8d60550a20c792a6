"""What follows from a move: the diagram runs on, tasks open and close, a case ends and its file is fixed."""

from typing import Any

from sqlalchemy import insert

from authz.offices import accounts
from database import prepared
from database.declarative import table_of
from database.identifiers import new_in_order
from database.prepared import Prepared
from database.refusals import InvariantBroken
from engine import bpmn, posting, stored
from engine.archiving import archive_references, manifests
from engine.handling import Handling
from engine.ownership import owner_record
from engine.paperwork import denials, document_contents, documents
from engine.paperwork.documents import IssuedDocument
from engine.record import AGENCY, Task
from engine.rules import risk
from engine.timing import case_clocks, step_budgets, timer_record
from engine.windows import window_seats

_INSERT_TASK = Prepared(insert(table_of(Task)))
# Whose desks a county doesn't have: their steps of a county's case are signed at the city.
CITY_POSTS = ("city_approver", "city_head", "internal_control")


def no_operation(operation: str) -> None:
    """For stretches of a diagram in which nothing may be carried out: before the maker signed."""
    raise InvariantBroken(f"the diagram reached {operation!r} before anybody signed")


def advance(work: Handling) -> None:
    """Let the diagram run until it waits or has ended, then bring status and tasks in line."""
    run = work.run
    if run is None:
        raise InvariantBroken("a finished case has nothing to advance")
    run.advance(lambda operation: _perform(work, operation))
    if run.ended is not None:
        end(work, run.ended)
    else:
        _align_tasks(work, run)


def _perform(work: Handling, operation: str) -> None:
    """Carry it out; a case that posts mostly ends, and the database looks up what the ending rests on."""
    posting.announce(work)
    _announce(work)
    manifests.ahead(work)
    prepared.start(work.session)
    posting.perform(work, operation)


def _align_tasks(work: Handling, run: bpmn.Run) -> None:
    timer_record.align(work, run.waiting)
    case_clocks.align(work, run.waiting)
    waiting = {entry.token: entry for entry in run.waiting if entry.kind == "task"}
    for task in work.tasks:
        if task.token not in waiting and task.closed_at is None:
            close(work, task)
    work.tasks = [task for task in work.tasks if task.closed_at is None]
    known = {task.token for task in work.tasks}
    for token, entry in waiting.items():
        if token not in known:
            work.tasks.append(_opened(work, token, entry.name, entry.lane or ""))
    if any(task.step == "correct" for task in work.tasks):
        # What the applicant was told in a notice he is still to do, whatever else happens meanwhile.
        told = work.content.missing or work.case.status == "awaiting_materials"
        work.case.status = "awaiting_materials" if told else "returned"
    else:
        work.case.status = "in_progress"


def close(work: Handling, task: Task) -> None:
    """Close a task by the acting person."""
    task.closed_at, task.closed_by = work.now, work.actor.account_id
    stored.save_task(work.session, task)


def _opened(work: Handling, token: str, step: str, lane: str) -> Task:
    case = work.case
    post, reserved_for = risk.post_of(case.route, step, lane), None
    if step == "correct":
        post = case.handled_post or risk.post_of(case.route, "handle", "teller")
        reserved_for = case.handled_by or case.accepted_by
    agency = case.agency_code
    if post in CITY_POSTS and work.agency.kind == "county" and work.agency.parent_code:
        agency = work.agency.parent_code
    row: dict[str, Any] = {
        "task_id": new_in_order(work.now),
        "case_id": case.case_id,
        "cycle": case.cycle,
        "opened_seq": case.sequence,
        "token": token,
        "step": step,
        "post": post,
        "agency_code": agency,
        **case_clocks.holding(case),
        "step_due_on": step_budgets.last_day(work, step),
        "opened_at": work.now,
        "reserved_for": reserved_for,
        "risk_level": case.risk_level,
        "in_turn": case.in_turn,
    }
    _INSERT_TASK.write(work.session, row)
    work.note_automatic(
        "waiting",
        step=step,
        post=post,
        agency=agency,
        cycle=case.cycle,
        step_due_on=row["step_due_on"].isoformat(),
    )
    return prepared.record(Task, {**row, "claimed_by": None, "claimed_at": None, "closed_at": None})


def end(work: Handling, status: str) -> None:
    """Close the case for good: no task waits any more, and what its file consists of is fixed."""
    case = work.case
    case.status, case.finished_at = status, work.now
    for task in work.tasks:
        if task.closed_at is None:
            close(work, task)
    timer_record.align(work, ())
    work.tasks = []
    work.run = None
    work.note_automatic(status, cycle=case.cycle)
    _announce(work)
    before = manifests.before(work)
    _write_outcome(work)
    archive_references.add(work, manifests.fix(work, before))


def _announce(work: Handling) -> None:
    """Say that the outcome will name the owner: read along with what the manifest rests on."""
    case = work.case
    # The office's own registers have no paper; one accepted in this very request names who accepted it.
    if case.subject_kind == AGENCY or case.sequence == 1 or case.status == "withdrawn":
        return
    owner_record.ahead(work.session, case)


def _handled_by(work: Handling) -> int:
    return work.case.handled_by or work.case.accepted_by


def _write_outcome(work: Handling) -> None:
    if work.case.subject_kind == AGENCY:
        # The office's own registers have no applicant whom a paper could tell.
        return
    if work.case.status == "completed":
        _issue_documents(work)
    elif work.case.status == "refused":
        issue(work, "denial", denials.content(work, about(work)))


def _issue_documents(work: Handling) -> None:
    """The receipt, and the document the process is for: fixed in the transaction that makes them due."""
    named = about(work)
    case = work.case
    at = "" if case.window_id is None else window_seats.called(work.session, case.window_id)
    content = document_contents.receipt(named, case.accepted_at, work.now, at)
    issue(work, "receipt", content)
    if work.document is not None:
        # What the process's own document says goes first: a certificate names its holder in full.
        issue(work, "certificate", {**named.content(), **work.document})


def about(work: Handling) -> document_contents.About:
    """What every document of this case names; its teller is who handled it, else who accepted it."""
    case = work.case
    handled_by, owner_id = _handled_by(work), case.accepted_by
    # One that was accepted in this very request was handed over to nobody.
    if case.sequence > 1:
        owner_id = owner_record.of_case(work.session, case).account_id
    teller = _named(work, handled_by)
    owner = teller if owner_id == handled_by else _named(work, owner_id)
    return document_contents.About(
        case_no=case.case_no,
        item=work.definition.names.zh,
        applicant=work.content.applicant,
        teller=teller,
        owner="" if case.subject_kind == AGENCY else owner,
        agency=work.agency.name,
        phone=work.agency.phone or "",
        public_url=work.office.public_url,
    )


def _named(work: Handling, account_id: int) -> str:
    actor = work.actor
    if account_id == actor.account_id:
        return f"{actor.name} {actor.staff_no}"
    found = accounts.known(work.session, account_id)
    return f"{found['name']} {found['staff_no']}"


def issue(
    work: Handling, kind: str, content: dict[str, object], *, ordinal: int | None = None
) -> IssuedDocument:
    """Fix a document's content and number, and journal its digest.

    ``ordinal`` tells it from others of its kind; without, there is one to a cycle.
    """
    issued = documents.issue(
        work.session,
        case_no=work.case.case_no,
        kind=kind,
        ordinal=ordinal or work.case.cycle,
        content=content,
        at=work.now,
    )
    work.issued.append(issued)
    work.note_automatic("issued", document=kind, number=issued.number, digest=issued.digest)
    return issued
