"""Entering afterwards what was accepted on paper: the number, the images, and that it isn't entered twice."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select, true
from sqlalchemy.orm import Session

from database.clock import OFFICE_ZONE, office_date
from database.refusals import Conflict, Invalid
from engine import applications, journal, office_record, subjects
from engine.applications import Application, LateEntry, field_error
from engine.handling import Handling
from engine.late_entry import paper_record
from engine.late_entry.paper_record import NOTED, PaperEntry
from engine.process import Form
from engine.record import Case, CaseContent
from engine.scans import files
from register.records import Records

# What ended without effect may be applied for again.
_GONE = ("refused", "withdrawn")


class PaperUsed(Conflict):
    """A case was entered from this paper already: look at that one."""

    rule = "late_entry.used"


class EnteredTwice(Conflict):
    """The same business of this client was entered since: look at that case, and void the paper."""

    rule = "late_entry.twice"


def received_at(
    session: Session, agency: str, application: Application, now: datetime, *, locking: bool
) -> datetime:
    """When an application was received (``applications.received_at``).

    An acceptance says ``locking``: no second entry of the same paper then goes by it.
    """
    if locking and application.late_entry is not None:
        journal.hold_office(session, agency)
    return applications.received_at(application, now)


def check(
    session: Session,
    agency: str,
    application: Application,
    received: datetime,
    found: tuple[Records, Form],
) -> None:
    """See that a late entry has what it needs and was not entered before; nothing else is looked at.

    ``found`` are the client's records and the checked form. Raises Invalid, FileUnknown, PaperUsed,
    EnteredTwice.
    """
    late = application.late_entry
    if late is None:
        return
    files.check(session, list(late.images), agency)
    errors = _errors(session, agency, late, received)
    if errors:
        raise Invalid("The late entry is not complete; each field says why.", errors=errors)
    records, form = found
    subject_id = subjects.identifier(records)[1]
    _not_used(session, agency, application.process, late, subject_id)
    _not_entered(session, agency, application, (subject_id, form), received)


def keep(work: Handling, late: LateEntry) -> None:
    """Register the paper of a case that was just accepted from it."""
    row: dict[str, Any] = {
        "case_no": work.case.case_no,
        "agency_code": work.case.agency_code,
        "paper_no": late.paper_no,
        "reserved": paper_record.is_ours(late.paper_no),
        "code": late.code,
        "images": list(late.images),
        "entered_by": work.actor.account_id,
        "entered_at": work.now,
    }
    session = work.session
    made = session.execute(insert(PaperEntry).returning(PaperEntry), [row]).scalar_one()
    detail = {"case_no": work.case.case_no, "paper_no": late.paper_no}
    office_record.note(
        session,
        work.case.agency_code,
        "paper_entered",
        [made],
        actor=work.actor,
        detail=detail,
        noted=NOTED,
    )


def _errors(
    session: Session, agency: str, late: LateEntry, received: datetime
) -> list[dict[str, Any]]:
    """What a reserved paper lacks; other numbers (older paper, another make) need a reason only."""
    if not paper_record.is_ours(late.paper_no):
        return []
    block = paper_record.block_of(session, late.paper_no, agency)
    if block is None:
        text = "your office has reserved no paper of this number: look at it again"
        return [_wrong("paper_no", text, rule="late_entry.not_reserved")]
    errors = []
    if received < block.reserved_at:
        text = "lies before the paper was reserved"
        errors.append(field_error("received_at", text, rule="late_entry.reserved_later"))
    if late.code is None:
        text = f"one of: {', '.join(paper_record.CODES)}"
        errors.append(_wrong("code", text, rule="late_entry.code"))
    if not late.images:
        text = "scan the paper with its signatures"
        errors.append(_wrong("images", text, rule="late_entry.images"))
    return errors


def _wrong(field: str, text: str, *, rule: str) -> dict[str, Any]:
    return field_error(f"late_entry.{field}", text, rule=rule)


def _not_used(
    session: Session, agency: str, process: str, late: LateEntry, subject_id: str
) -> None:
    """A reserved number is spent once and for all; any other is this client's in this business once."""
    if paper_record.is_ours(late.paper_no):
        spent = paper_record.spent(session, late.paper_no)
        if isinstance(spent, PaperEntry):
            raise PaperUsed(facts={"used_by": spent.case_no})
        if spent is not None:
            raise Invalid(
                "This number was declared void.",
                errors=[_wrong("paper_no", "is void", rule="late_entry.void")],
            )
        return
    same = select(Case.case_no).where(
        Case.subject_id == subject_id,
        Case.process == process,
        Case.agency_code == agency,
        Case.paper_no == late.paper_no,
        Case.status.not_in(_GONE),
    )
    used = session.execute(same.limit(1)).scalar_one_or_none()
    if used is not None:
        raise PaperUsed(facts={"used_by": used})


def _not_entered(
    session: Session,
    agency: str,
    application: Application,
    asked: tuple[str, Form],
    received: datetime,
) -> None:
    """The same business, said in the same words, of that day or later: a colleague was quicker.

    For paper of another make only that day counts: nothing tells that it wasn't its own application.
    """
    subject_id, form = asked
    day = datetime.combine(office_date(received), time(), OFFICE_ZONE)
    ours = application.late_entry and paper_record.is_ours(application.late_entry.paper_no)
    until = true() if ours else Case.received_at < day + timedelta(days=1)
    content = (CaseContent.case_id == Case.case_id) & (CaseContent.cycle == Case.cycle)
    since = session.execute(
        select(Case.case_no, CaseContent.form)
        .join(CaseContent, content)
        .where(
            Case.subject_id == subject_id,
            Case.process == application.process,
            Case.agency_code == agency,
            Case.received_at >= day,
            until,
            Case.status.not_in(_GONE),
        )
        .order_by(Case.case_id)
    )
    said = form.model_dump(mode="json")
    twice = next((row.case_no for row in since if row.form == said), None)
    if twice is not None:
        raise EnteredTwice(facts={"same_as": twice})
