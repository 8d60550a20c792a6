"""Reads what is payable to a person and can't be paid as it stands: returned, or without a bank account."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from register.payables import DUE, Payable, events_of, standing
from register.records import UnpaidPayable


def of_person(
    session: Session, person_id: str, without: Collection[str] = ()
) -> tuple[UnpaidPayable, ...]:
    """By number; but for the payables that the cases ``without`` made, and the steps posted under them."""
    asked = select(Payable).where(Payable.person_id == person_id).order_by(Payable.payable_id)
    rows = [row for row in session.execute(asked).scalars() if row.case_no not in without]
    told = events_of(session, [row.payable_id for row in rows])
    found = []
    for row in rows:
        steps = [event for event in told.get(row.payable_id, ()) if event.posting not in without]
        stands = standing(row.amount_cents, steps)
        account = row.payee["bank_account"]
        if stands.state in DUE and (stands.state == "returned" or not account):
            holder = str(row.payee["holder"])
            found.append(UnpaidPayable(row.payable_id, stands.open_cents, holder, account))
    return tuple(found)
