"""What a case wrote to the register, read back in the words that were signed."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from database.refusals import InvariantBroken
from register import posting_json, versions
from register.entries import Line
from register.ledger import LedgerLine, RegisterPosting
from register.subjects import Version


def by_case(session: Session, case_no: str) -> dict[str, Any]:
    """What a case wrote, in the words of ``posting_json``: ``lines`` and ``changes``; {} if it didn't.

    Raises InvariantBroken where rows of the case stand without their header.
    """
    header = session.execute(
        select(RegisterPosting.posting_no).where(RegisterPosting.case_no == case_no)
    ).scalars()
    posted = set(header)
    lines = session.execute(
        select(LedgerLine)
        .where(LedgerLine.case_no == case_no)
        .order_by(LedgerLine.posting_no, LedgerLine.line_no)
    ).scalars()
    changes = session.execute(
        select(Version)
        .where(Version.case_no == case_no)
        .order_by(Version.posting_no, Version.change_no)
    ).scalars()
    return of_rows(case_no, lines, changes, headed=bool(posted))


def of_rows(
    case_no: str, lines: Iterable[LedgerLine], changes: Iterable[Version], *, headed: bool
) -> dict[str, Any]:
    """As ``by_case`` of rows that were read before, in their order; ``headed``: they have a header."""
    found = {
        "lines": [posting_json.line_json(_line(line)) for line in lines],
        "changes": [posting_json.change_json(versions.change(row)) for row in changes],
    }
    if not headed and any(found.values()):
        raise InvariantBroken(f"the register holds rows of case {case_no} without their header")
    return found if headed else {}


def _line(row: LedgerLine) -> Line:
    return Line(row.account, row.side, row.amount_cents, row.subject_id, row.month, row.memo)
