"""All reversals (冲减清单): lines that take back from personal accounts, with the case that ordered each."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.record import Case
from oversight.auditing.lists import shape
from oversight.auditing.lists.shape import Asked, Page
from register import chart
from register.ledger import LedgerLine, RegisterPosting


def page(session: Session, asked: Asked, after: str | None, limit: int) -> Page:
    """By the order in which they were entered. One query."""
    found = session.execute(
        select(LedgerLine, RegisterPosting, Case.process)
        .join(
            RegisterPosting,
            (RegisterPosting.case_no == LedgerLine.case_no)
            & (RegisterPosting.posting_no == LedgerLine.posting_no),
        )
        .outerjoin(Case, Case.case_no == LedgerLine.case_no)
        .where(
            LedgerLine.line_id > shape.number(after),
            LedgerLine.side == "debit",
            LedgerLine.subject_id.is_not(None),
            RegisterPosting.agency_code.in_(asked.scope.codes),
            *asked.days.hold(RegisterPosting.posted_at),
        )
        .order_by(LedgerLine.line_id)
        .limit(limit + 1)
    ).all()
    rows = [
        (
            line.line_id,
            (
                line.case_no,
                process or "",
                header.agency_code,
                header.posted_at,
                chart.ACCOUNTS[line.account].zh if line.account in chart.ACCOUNTS else line.account,
                line.amount_cents,
                line.month,
                line.subject_id,
                line.memo,
            ),
        )
        for line, header, process in found
    ]
    return shape.keyed(rows, limit)
