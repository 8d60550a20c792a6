"""Checks the office's and inspections' rows against the journal: no row unnoted, no note without its row."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.offices import agencies
from database.declarative import Base
from engine import green_record, office_record, unmasking, window_refusals
from engine.archiving import archive_record
from engine.city_meetings import meeting_record
from engine.erasure import erasure_record
from engine.exports import export_record
from engine.heard import complaints, evaluations
from engine.journal import JournalEntry
from engine.late_entry import paper_record
from engine.office_record import OPENING, ROWS
from engine.outgoing import outbox_record
from engine.ownership import consultation_record, contact_record, owner_record
from engine.paying import payment_record
from engine.people import access_acts, factor_acts, leaves, qualifications, relatives
from engine.rules import rule_record
from engine.windows import window_record
from oversight import erased, together
from oversight.auditing import inspection_record
from oversight.findings import Finding, Findings, differs
from oversight.unreadable import SPOILED
from register.ledger import RegisterPosting

PAGE = 1000
KEPT = {
    **access_acts.NOTED,
    **archive_record.NOTED,
    **consultation_record.NOTED,
    **contact_record.NOTED,
    **erasure_record.NOTED,
    **export_record.NOTED,
    **complaints.NOTED,
    **evaluations.NOTED,
    **office_record.NOTED,
    **factor_acts.NOTED,
    **green_record.NOTED,
    **inspection_record.NOTED,
    **leaves.NOTED,
    **meeting_record.NOTED,
    **owner_record.NOTED,
    **outbox_record.NOTED,
    **paper_record.NOTED,
    **payment_record.NOTED,
    **qualifications.NOTED,
    **relatives.NOTED,
    **rule_record.NOTED,
    **unmasking.NOTED,
    **window_record.NOTED,
    **window_refusals.NOTED,
}


def check(session: Session) -> Findings:
    """What of agencies, people, accounts, posts, grants, keys, openings and inspections isn't as noted."""
    told = _told(session)
    for model in KEPT:
        yield from _table(session, model, told)
    openings = select(RegisterPosting.case_no).where(RegisterPosting.case_no.startswith(OPENING))
    numbers = session.execute(openings.order_by(RegisterPosting.case_no)).scalars().all()
    gone = {office_record.opening_of(one) for one in erased.of_persons(session)}
    for page in together.parts(numbers):
        for case_no, found in _opened(session, page).items():
            said = told.pop(case_no, None)
            if case_no in gone:
                left = said and (said[0], _left(said[1]))
                yield from _compare(case_no, "register_postings", _left(found), left)
                continue
            yield from _compare(case_no, "register_postings", found, said)
    for name, (stream, _facts) in sorted(told.items()):
        yield Finding(stream, name, "", "office.missing")


def _left(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What an opening's fingerprints still say of somebody erased: those over sealed values can't be made."""
    return {part: said for part, said in facts.items() if part not in office_record.SEALED_PARTS}


def _opened(session: Session, case_nos: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """What openings wrote; nothing of those of which something can't be read."""
    try:
        return office_record.opened_each(session, case_nos)
    except SPOILED:
        if len(case_nos) == 1:
            return {case_nos[0]: {}}
        return {case_no: _opened(session, [case_no])[case_no] for case_no in case_nos}


def _told(session: Session) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """What the offices' streams say last of each row, and which stream."""
    streams = agencies.codes(session)
    entries = session.execute(
        select(JournalEntry.stream, JournalEntry.detail)
        .where(JournalEntry.stream.in_(streams))
        .order_by(JournalEntry.entry_id),
        execution_options={"yield_per": PAGE},
    )
    told: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for stream, detail in entries:
        rows = detail.get(ROWS) if isinstance(detail, dict) else None
        if not isinstance(rows, dict):
            continue
        for name, facts in rows.items():
            if isinstance(facts, dict):
                told[name] = (stream, facts)
    return told


def _table(
    session: Session, model: type[Base], told: dict[str, tuple[str, Mapping[str, Any]]]
) -> Findings:
    try:
        listed = session.execute(select(model)).scalars().all()
    except SPOILED:
        yield Finding("", model.__tablename__, "", "office.unreadable")
        told_here = [name for name in told if name.startswith(f"{model.__tablename__}#")]
        for name in told_here:
            told.pop(name)
        return
    for row in listed:
        name = office_record.name(row)
        facts = office_record.facts(row, KEPT)
        yield from _compare("", name, facts, told.pop(name, None))
        session.expunge(row)


def _compare(
    case_no: str, row: str, found: Mapping[str, Any], told: tuple[str, Mapping[str, Any]] | None
) -> Findings:
    if told is None:
        yield Finding(case_no, row, "", "office.unnoted")
        return
    stream, facts = told
    for column in sorted({*found, *facts}):
        pair = (found.get(column), facts.get(column))
        yield from differs(case_no or stream, row, column, "office.altered", pair)
