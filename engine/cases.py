"""Accepting a case: one teller, any business, one request."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from authz import epoch
from authz.actors import Actor
from database import clock, prepared
from database.clock import moment_text
from engine import (
    bpmn,
    case_numbers,
    contents,
    covered,
    handling,
    intake,
    maker,
    progress,
    subjects,
)
from engine.applications import Application
from engine.handling import Handling
from engine.intake import Intake
from engine.journal import GENESIS, Chain
from engine.late_entry import late_entries
from engine.office import Office
from engine.one_notice import notices
from engine.outgoing import notice_contacts, outbox
from engine.record import AGENCY, Case
from engine.windows import window_seats


def accept(session: Session, office: Office, actor: Actor, application: Application) -> Handling:
    """Accept a business at the window; what the teller may handle he signs in the same request.

    Raises NotFound for an unknown process, Forbidden where the actor may not accept it, Invalid with
    every wrong field at once, or a gate of the process: then no case is made. Missing materials, and
    faults that were found, make a case that waits for the applicant.
    Source: 陕社保发[2016]27号 §2 (any teller accepts any business), §11.
    """
    epoch.hold(session)
    now = clock.now(session)
    taken = intake.work_out(session, office, actor, application, now)
    return begin(session, office, actor, taken, subjects.identifier(taken.records), now)


def begin(
    session: Session,
    office: Office,
    actor: Actor,
    taken: Intake,
    subject: tuple[str, str],
    now: datetime,
) -> Handling:
    """Make the case of what was taken in; ``subject`` is (kind, id) of whom it is about.

    The callers have held the epoch and required the right to take it in.
    """
    computed = taken.computed
    number = case_numbers.coming(session)
    row = contents.content_row(
        taken.applicant,
        taken.form,
        taken.materials,
        taken.missing,
        computed,
        taken.definition.guide.signature,
    )
    case = _new_case(session, office, actor, taken, number(), now)
    case.subject_kind, case.subject_id = subject
    case.received_at = taken.received_at
    if taken.late_entry:
        case.late_entry_reason = taken.late_entry.reason
        case.paper_no = taken.late_entry.paper_no
    content = contents.add(session, case, row, actor.account_id, now)
    chain = Chain(case.case_no)
    work = Handling(
        session, office, actor, case, content, taken.definition, taken.agency, None, chain, now
    )
    work.document = computed.document
    # Without a window open nothing is said of one, as before there was a register.
    seat: dict[str, Any] = {} if case.window_id is None else {"window_id": case.window_id}
    work.note(
        "accepted",
        post=taken.permit.post,
        process=case.process,
        definition=case.definition,
        risk_table=case.risk_table,
        subject_id=case.subject_id,
        received_at=moment_text(case.received_at),
        grant=taken.permit.grant,
        **seat,
        **covered.of_cycle(work),
    )
    if taken.contact is not None:
        said = notice_contacts.keep(
            session, taken.contact, case_id=case.case_id, agency=case.agency_code, now=now
        )
        work.note(outbox.GIVEN, post=taken.permit.post, **said)
    _begin(work, taken)
    handling.save(work)
    if taken.late_entry:
        late_entries.keep(work, taken.late_entry)
    return work


def _begin(work: Handling, taken: Intake) -> None:
    """Start the diagram; with materials complete and the right to handle, sign `handle` at once."""
    found = taken.faults
    if work.content.missing or found:
        work.run = bpmn.start(work.definition.model, work.facts("return"))
        progress.advance(work)
        notices.give(work, found)
        return
    work.run = bpmn.start(work.definition.model, work.facts(""))
    maker.handle_if_permitted(work)
    if work.case.status == "in_progress" and work.case.subject_kind != AGENCY:
        notices.acceptance_slip(work)


def _new_case(
    session: Session, office: Office, actor: Actor, taken: Intake, number: int, now: datetime
) -> Case:
    definition, agency = taken.definition, taken.agency
    classified = taken.computed.classification
    row = {
        "case_id": number,
        "case_no": case_numbers.written(number, agency.code, now),
        "process": definition.code,
        "category": definition.category,
        "definition": definition.digest,
        "risk_table": office.risk.digest,
        "agency_code": agency.code,
        "status": "in_progress",
        "risk_level": classified.level,
        "route": classified.route,
        "risk_reasons": [dict(reason) for reason in classified.reasons],
        "meeting_required": classified.meeting_required,
        "amount_cents": taken.computed.amount_cents,
        "cycle": 1,
        "sequence": 1,
        "accepted_by": actor.account_id,
        "accepted_person": actor.person_id,
        "accepted_at": now,
        "due_on": taken.deadline.due_on,
        "deadline": dict(taken.deadline.derivation),
        "last_sign_off": GENESIS,
        "sign_off_count": 0,
        "journal_seq": 0,
        "journal_head": GENESIS,
        "in_turn": True,
        "window_id": window_seats.window_of(session, actor),
    }
    return prepared.record(Case, row)
