"""Late entries (补录清单): cases taken on paper and entered afterwards, with how late and why."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.offices.accounts import Account
from database import clock
from engine.record import Case
from oversight.auditing.lists import shape
from oversight.auditing.lists.shape import Asked, Page


def page(session: Session, asked: Asked, after: str | None, limit: int) -> Page:
    """By the order of entry. One query."""
    found = session.execute(
        select(Case, Account.staff_no)
        .join(Account, Account.account_id == Case.accepted_by)
        .where(
            Case.case_id > shape.number(after),
            Case.paper_no.is_not(None),
            Case.agency_code.in_(asked.scope.codes),
            *asked.days.hold(Case.accepted_at),
        )
        .order_by(Case.case_id)
        .limit(limit + 1)
    ).all()
    rows = [
        (
            case.case_id,
            (
                case.case_no,
                case.process,
                case.agency_code,
                case.received_at,
                case.accepted_at,
                (clock.office_date(case.accepted_at) - clock.office_date(case.received_at)).days,
                case.paper_no,
                case.late_entry_reason,
                staff_no,
                case.status,
            ),
        )
        for case, staff_no in found
    ]
    return shape.keyed(rows, limit)
