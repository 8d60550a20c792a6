"""Checks what was issued in writing: every document is the one that the journal tells of."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from database import digest, suites
from engine import window_refusals
from engine.paperwork import outcomes
from engine.paperwork.documents import IssuedDocument
from engine.record import Case
from engine.window_refusals import WindowRefusal
from oversight.erased import is_erased
from oversight.findings import Finding, Findings, differs


def check(
    case: Case, rows: Sequence[IssuedDocument], told: Sequence[tuple[str, str, str, datetime]]
) -> Findings:
    """``told`` is (kind, number, digest, moment) of each document the journal tells of."""
    journalled = {number: (kind, fingerprint, at) for kind, number, fingerprint, at in told}
    for row in rows:
        name = f"documents#{row.number}"
        if row.number not in journalled:
            yield Finding(case.case_no, name, "number", "document.not_issued", row.number, None)
            continue
        stored = (row.kind, row.digest, row.issued_at)
        expected = journalled.pop(row.number)
        for column, pair in zip(
            ("kind", "digest", "issued_at"), zip(stored, expected, strict=True), strict=True
        ):
            yield from differs(case.case_no, name, column, "document.told_otherwise", pair)
        said = [row.verification_code, row.content]
        recomputed = (row.digest, digest.digest("document", said, suites.named(row.suite)))
        if not is_erased(row.content):
            yield from differs(case.case_no, name, "content", "document.altered", recomputed)
    kinds = {row.kind for row in rows}
    paper = outcomes.paper(case)
    # A case that was refused before there was such a decision has none.
    if paper == "receipt" and paper not in kinds:
        yield Finding(case.case_no, "documents", "kind", "document.no_receipt", None, paper)
    for number in journalled:
        row_name = f"documents#{number}"
        yield Finding(case.case_no, row_name, "number", "document.missing", None, number)


def strays(session: Session) -> Findings:
    """Documents under the number of no case."""
    found = select(IssuedDocument.case_no, IssuedDocument.number).where(
        IssuedDocument.case_no.not_in(select(Case.case_no)),
        IssuedDocument.case_no.not_in(select(WindowRefusal.number)),
    )
    for case_no, number in session.execute(found):
        yield Finding(case_no, f"documents#{number}", "case_no", "document.no_case", case_no, None)


def of_window_refusals(session: Session) -> Findings:
    """Decisions of refusals at the window: each is the one that its row names, and says what was issued."""
    for row in session.execute(select(WindowRefusal)).scalars().all():
        issued = select(IssuedDocument).where(IssuedDocument.case_no == row.number)
        papers = session.execute(issued).scalars().all()
        name = f"window_refusals#{row.refusal_id}"
        found = [(paper.kind, paper.number) for paper in papers]
        pair = (found, [(window_refusals.KIND, row.document_no)])
        yield from differs(row.agency_code, name, "document_no", "document.of_refusal", pair)
        for paper in papers:
            said = [paper.verification_code, paper.content]
            recomputed = digest.digest("document", said, suites.named(paper.suite))
            both = (paper.digest, row.document_digest)
            yield from differs(row.agency_code, name, "digest", "document.of_refusal", both)
            content = (recomputed, row.document_digest)
            yield from differs(row.agency_code, name, "content", "document.of_refusal", content)
        session.expunge_all()
