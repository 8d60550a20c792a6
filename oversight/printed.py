"""Checks what was issued in writing: every document is the one that the journal tells of."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from database import digest, suites
from engine.documents import IssuedDocument
from engine.record import Case
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
        yield from differs(case.case_no, name, "content", "document.altered", recomputed)
    for number in journalled:
        row_name = f"documents#{number}"
        yield Finding(case.case_no, row_name, "number", "document.missing", None, number)


def strays(session: Session) -> Findings:
    """Documents under the number of no case."""
    found = select(IssuedDocument.case_no, IssuedDocument.number).where(
        IssuedDocument.case_no.not_in(select(Case.case_no))
    )
    for case_no, number in session.execute(found):
        yield Finding(case_no, f"documents#{number}", "case_no", "document.no_case", case_no, None)
