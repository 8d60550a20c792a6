"""Completed cases and their corrections (更正): what a correction knows of its case, and the pointer to it.

A completed case is never reopened. A correction is a case of its own with its own chain of signatures; what
it posts reverses what the other wrote.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from database import wall
from database.refusals import InvariantBroken
from engine import correction_record, handling
from engine.correction_record import CaseCorrection
from engine.handling import Handling
from engine.paperwork.documents import IssuedDocument
from engine.process import Correcting, Form
from engine.record import Case, CaseContent
from engine.rules.risk_file import HIGH
from register import balances, inscriptions, posting_json, resting, undoing
from register.corrected import Corrected, Determined, Later
from register.entries import Line, Posting
from register.payables import Payable, PayableEvent, standing
from register.records import Records
from register.subjects import Version

CODE = "case_correction"
COMPLETED = "completed"


def named(session: Session, records: Records, form: Form, *, actor: Actor | None = None) -> Records:
    """The records with the completed case that a correction names; any other form's as they are.

    For whom an ``actor`` takes it in, only with a case that he may see.
    """
    if not isinstance(form, Correcting):
        return records
    # What rests on the case may have been written by any agency.
    with wall.whole(session):
        found = _found(session, form.corrected_case, records.accepted_on, actor)
    return replace(records, corrected=found)


def then(
    session: Session, records: Records, correction: Case, content: CaseContent, at: datetime
) -> Records:
    """As ``named``, as a correction could know it ``at`` a moment, but for what rested on its case.

    That was asked when it was signed; what undoes a case is the same whenever it is asked.
    """
    if correction.process != CODE:
        return records
    case = _case(session, str(content.form.get("corrected_case")))
    if case is None:
        return records
    own = correction.case_no
    return replace(records, corrected=_described(session, case, records.accepted_on, (at, own)))


def _case(session: Session, case_no: str) -> Case | None:
    asked = select(Case).where(Case.case_no == case_no)
    return session.execute(asked).scalar_one_or_none()


def _found(session: Session, case_no: str, on: date, actor: Actor | None) -> Corrected | None:
    case = _case(session, case_no)
    if case is None or (actor and not decisions.sees(session, actor, case.agency_code)):
        return None
    found = _described(session, case, on, None)
    if case.status != COMPLETED:
        return found
    wrote = _versions(session, case_no)
    later = resting.on_case(session, case_no, wrote, found.undoing, ())
    undone = correction_record.undone(
        session, {*later.changes, *later.decided, *later.drew, case_no}
    )
    return replace(
        found,
        corrected_by=_corrected_by(session, case_no),
        later=Later(
            *(
                [number for number in numbers if number not in undone]
                for numbers in (later.changes, later.decided, later.drew)
            )
        ),
        sums={
            person_id: balances.of_person(session, person_id)
            for person_id in sorted({line.subject_id for line in found.lines if line.subject_id})
        },
    )


def _corrected_by(session: Session, case_no: str) -> str | None:
    row = correction_record.of_case(session, case_no)
    return None if row is None else row.corrected_by


def _described(
    session: Session, case: Case, on: date, then: tuple[datetime, str] | None
) -> Corrected:
    """What the case says for ever; its payables as they stand, or stood ``then`` but for a case's steps."""
    wrote = _versions(session, case.case_no)
    said = inscriptions.by_case(session, case.case_no)
    lines: Sequence[Line] = ()
    if said:
        lines = posting_json.from_json(
            {**said, "derivation": [], "parameters": [], "read": []}
        ).lines
    issued = select(IssuedDocument.number).where(IssuedDocument.case_no == case.case_no)
    return Corrected(
        case_no=case.case_no,
        process=case.process,
        subject=(case.subject_kind, case.subject_id),
        status=case.status,
        level=case.risk_level,
        route=case.route,
        papers=session.execute(issued.order_by(IssuedDocument.document_id)).scalars().all(),
        lines=lines,
        undoing=undoing.of_case(session, case.case_no, wrote, on),
        payables=_payables(session, case.case_no, then),
        payee=_payee(session, case.case_no),
    )


def _versions(session: Session, case_no: str) -> list[Version]:
    asked = select(Version).where(Version.case_no == case_no).order_by(Version.change_no)
    return list(session.execute(asked).scalars())


def _payables(
    session: Session, case_no: str, then: tuple[datetime, str] | None
) -> dict[int, Determined]:
    """What the case made payable, by the numbers of its lines."""
    found: dict[int, Determined] = {}
    for row in session.execute(select(Payable).where(Payable.case_no == case_no)).scalars():
        asked = select(PayableEvent).where(PayableEvent.payable_id == row.payable_id)
        if then is not None:
            at, except_for = then
            asked = asked.where(PayableEvent.at <= at, PayableEvent.posting != except_for)
        events = session.execute(asked.order_by(PayableEvent.seq)).scalars().all()
        stands = standing(row.amount_cents, events)
        offsets = [event for event in events if event.kind == "offset"]
        taken_by = [event.posting for event in offsets if event.posting != case_no]
        own_cents = sum(event.amount_cents for event in offsets if event.posting == case_no)
        found[row.line_no] = Determined(
            payable_id=row.payable_id,
            amount_cents=row.amount_cents,
            open_cents=stands.open_cents,
            state=stands.state,
            taken_by=taken_by,
            own_cents=own_cents,
        )
    return found


def _payee(session: Session, case_no: str) -> dict[str, Any] | None:
    """Whose payables the case took something off: what is undone of that goes to him again."""
    asked = (
        select(Payable.payee)
        .join(PayableEvent, PayableEvent.payable_id == Payable.payable_id)
        .where(
            PayableEvent.posting == case_no,
            PayableEvent.kind == "offset",
            Payable.case_no != case_no,
        )
        .order_by(Payable.payable_id)
    )
    found = session.execute(asked).scalars().all()
    return dict(found[0]) if found else None


def point(work: Handling, signed: Posting) -> None:
    """Point from the case to its correction, whose posting has just been written; both journals tell it.

    Raises InvariantBroken for a case that isn't completed, and a correction of a lower level than it takes.
    """
    corrects = dict(signed.corrects or {})
    old = handling.open_by_engine(work.session, work.office, corrects["case_no"])
    if old.case.status != COMPLETED:
        raise InvariantBroken(f"case {old.case.case_no} would be corrected, and isn't completed")
    # The risk table says so too; what a correction takes at least is no table's to say.
    if work.case.risk_level > (HIGH if _weighs(signed) else old.case.risk_level):
        raise InvariantBroken(
            f"case {work.case.case_no} corrects {old.case.case_no} at a lower level than that takes"
        )
    row: dict[str, Any] = {
        "case_no": old.case.case_no,
        "corrected_by": work.case.case_no,
        "reason": corrects["reason"],
        "papers": list(corrects["papers"]),
        "corrected_at": work.now,
    }
    work.session.execute(insert(CaseCorrection), [row])
    told = {"reason": row["reason"], "papers": row["papers"]}
    work.note_automatic("corrects", case_no=row["case_no"], **told)
    old.note_automatic("corrected", by=work.case.case_no, **told)
    handling.save_journal(old)


def _weighs(signed: Posting) -> bool:
    """Whether money, months or a benefit are reversed."""
    return bool(signed.lines) or any(
        change.kind in ("months", "entitlement") for change in signed.changes
    )
