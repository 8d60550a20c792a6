"""Personal data shown unmasked (明文查看): who saw which fields of whom, when and why; the person masked."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.offices.accounts import Account
from engine.unmasking import Unmasking
from oversight.auditing.lists import people, shape
from oversight.auditing.lists.shape import Asked, Page


def page(session: Session, asked: Asked, after: str | None, limit: int) -> Page:
    """In the order in which they were shown. A fixed number of queries."""
    found = session.execute(
        select(Unmasking, Account.staff_no)
        .join(Account, Account.account_id == Unmasking.account_id)
        .where(
            Unmasking.unmasking_id > shape.number(after),
            Unmasking.agency_code.in_(asked.scope.codes),
            *asked.days.hold(Unmasking.at),
        )
        .order_by(Unmasking.unmasking_id)
        .limit(limit + 1)
    ).all()
    named = people.named(session, [row.person_id for row, _ in found])
    rows = [
        (
            row.unmasking_id,
            (
                row.at,
                staff_no,
                row.agency_code,
                row.person_id,
                *named.get(row.person_id, ("", "")),
                ", ".join(row.fields),
                row.case_no or "",
                row.reason_code or "",
                row.reason,
            ),
        )
        for row, staff_no in found
    ]
    return shape.keyed(rows, limit)
