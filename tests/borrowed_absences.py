"""Leaves and namings that an administrator of the database hides or lends for one signature."""

import random
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from api.demonstration import demo_signers
from authz.absence.absence_record import Leave, LeaveConfirmation
from authz.absence.leaves import LeaveEntry
from authz.absence.named_signer_record import NamedSigner
from authz.absence.stand_in_entry import StandInEntry
from authz.absence.stand_ins import register
from authz.offices import accounts
from database import clock
from database.declarative import table_of
from engine import office_record
from engine.people import leaves
from tests import borrowed_rights
from tests.borrowed_rights import AGENCY, Named


def hide_a_leave(session: Session, _choices: random.Random) -> Named:
    """A reviewer on leave reviews, with the confirmation of his leave gone for this moment."""
    made, _ = leaves.enter(session, _supervisor(session), _leave(session, "R101"))
    table = table_of(LeaveConfirmation)
    this = table.c.leave_id == made.leave_id
    row = dict(session.execute(select(table).where(this)).one()._mapping)
    borrowed_rights._lent(session, [delete(table).where(this)])
    work = borrowed_rights._accepted(session, "T101", "payment_account_change")
    borrowed_rights._review(session, work, borrowed_rights._account(session, "R101"))
    session.execute(insert(table), [row])
    return borrowed_rights._by("authority.away", work)


def lend_a_leave(session: Session, _choices: random.Random) -> Named:
    """A deputy for absence only reviews, with a leave of the reviewer's that is there for this moment."""
    today = clock.today(session)
    actor = _supervisor(session)
    said = {"absent": "R101", "deputy": "T102", "post": "reviewer", "reason": "AB角"}
    entry = StandInEntry(**said, since=today, until=today, only_when_absent=True)
    paired = register(session, actor, entry)
    office_record.note(session, AGENCY, "stand_in_registered", [paired], actor=actor)
    his = borrowed_rights._account(session, "R101")
    lent = {
        "leave_id": 4711,
        "account_id": his,
        "person_id": accounts.get(session, his).person_id,
        "kind": "sick",
        "permitted_by": "测试",
        "entered_by": actor.account_id,
        "entered_at": clock.now(session),
        **_of(today),
    }
    confirmed = {
        "confirmation_id": 4711,
        "leave_id": 4711,
        "confirmed_by": actor.account_id,
        "confirmed_at": clock.now(session),
    }
    rows = [
        insert(table_of(Leave)).values(lent),
        insert(table_of(LeaveConfirmation)).values(confirmed),
    ]
    work = borrowed_rights._accepted(session, "T101", "payment_account_change")
    borrowed_rights._lent(session, rows)
    borrowed_rights._review(session, work, borrowed_rights._account(session, "T102"))
    for table in (LeaveConfirmation, Leave):
        session.execute(delete(table).where(table_of(table).c.leave_id == 4711))
    return borrowed_rights._by("authority.post", work)


def lend_a_naming(session: Session, _choices: random.Random) -> Named:
    """A teller reviews for a county that named nobody."""
    work = borrowed_rights._accepted(session, "T101", "payment_account_change")
    table = table_of(NamedSigner)
    deputy = borrowed_rights._account(session, "T102")
    lent = {
        "naming_id": 4711,
        "deputy_id": deputy,
        "post": "reviewer",
        "basis": "测试",
        "registered_by": _supervisor(session).account_id,
        "registered_at": clock.now(session),
        **_of(clock.today(session)),
    }
    borrowed_rights._lent(session, [insert(table).values(lent)])
    borrowed_rights._review(session, work, deputy)
    session.execute(delete(table).where(table.c.naming_id == 4711))
    return borrowed_rights._by("authority.post", work)


KINDS = {
    "hide a leave": hide_a_leave,
    "lend a leave": lend_a_leave,
    "lend a naming": lend_a_naming,
}


def _supervisor(session: Session) -> Any:
    return demo_signers.actor(session, borrowed_rights._account(session, "S101"))


def _leave(session: Session, staff_no: str) -> LeaveEntry:
    today = clock.today(session)
    return LeaveEntry(
        staff_no=staff_no, kind="sick", since=today, until=today, permitted_by="请假单〔2026〕7号"
    )


def _of(today: date) -> dict[str, Any]:
    return {"agency_code": AGENCY, "valid_from": today, "valid_to": today}
