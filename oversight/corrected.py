"""Checks the pointers between cases and their corrections: each is what was signed, posted and told."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from database.declarative import table_of
from engine.correction_record import CaseCorrection
from engine.journal import JournalEntry
from engine.record import Case, CaseContent
from oversight import together
from oversight.findings import Finding, Findings, differs
from oversight.pages import Page

NAME = "case_corrections"
_TABLE = table_of(CaseCorrection)
_CORRECTED = together.records(CaseCorrection, select(_TABLE), _TABLE.c.case_no)
_CORRECTING = together.records(CaseCorrection, select(_TABLE), _TABLE.c.corrected_by)


def check(page: Page, case: Case, content: CaseContent, listed: Sequence[JournalEntry]) -> Findings:
    """What a completed correction signed stands in its row; what corrected a case its journal tells."""
    signed: Mapping[str, Any] | None = None
    if case.status == "completed":
        signed = content.posting.get("corrects")
    yield from _points(case, page.of(_CORRECTING, case.case_no), signed)
    told = [entry for entry in listed if entry.action == "corrected"]
    yield from _told(case, page.of(_CORRECTED, case.case_no), told)


def _points(
    case: Case, rows: Sequence[CaseCorrection], signed: Mapping[str, Any] | None
) -> Findings:
    """A pointer stands with the approved case that orders it, and says what was signed."""
    if signed is None:
        for row in rows:
            yield Finding(case.case_no, f"{NAME}#{row.correction_id}", "", "correction.unsigned")
        return
    if not rows:
        yield Finding(case.case_no, NAME, "", "correction.missing", None, signed["case_no"])
        return
    (row,) = rows
    name = f"{NAME}#{row.correction_id}"
    for column, expected in (
        ("case_no", signed["case_no"]),
        ("reason", signed["reason"]),
        ("papers", signed["papers"]),
        ("corrected_at", case.finished_at),
    ):
        pair = (getattr(row, column), expected)
        yield from differs(case.case_no, name, column, "correction.differs", pair)


def _told(case: Case, rows: Sequence[CaseCorrection], told: Sequence[JournalEntry]) -> Findings:
    """The journal of a corrected case tells the one correction that there is."""
    held = [[row.corrected_by, row.reason, list(row.papers)] for row in rows]
    said = [[one.detail["by"], one.detail["reason"], list(one.detail["papers"])] for one in told]
    pair = (held, said)
    yield from differs(case.case_no, NAME, "corrected_by", "correction.told_otherwise", pair)
    if rows and case.status != "completed":
        yield Finding(case.case_no, NAME, "case_no", "correction.unfinished", case.status)


def strays(session: Session) -> Findings:
    """Pointers from or to the number of no case."""
    old, new = aliased(Case), aliased(Case)
    found = (
        select(CaseCorrection.correction_id, CaseCorrection.case_no, old.case_id, new.case_id)
        .outerjoin(old, old.case_no == CaseCorrection.case_no)
        .outerjoin(new, new.case_no == CaseCorrection.corrected_by)
        .where(old.case_id.is_(None) | new.case_id.is_(None))
    )
    for row in session.execute(found):
        named = "case_no" if row[2] is None else "corrected_by"
        yield Finding(row[1], f"{NAME}#{row[0]}", named, "correction.stray")
