"""Recording a first contact, ending it, and the list of those that are open: nobody is sent away unheard.

Whoever was asked first answers for it (首问责任人) until the visitor has his answer, or was taken to whom
his matter belongs. What is ours is accepted as a case, or turned away in writing. Source:
宁社保发[2014]24号 二(一).
"""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session, aliased

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts, agencies
from authz.offices.accounts import Account
from authz.offices.agencies import Agency
from database import clock
from database.clock import moment_text
from database.refusals import Conflict, Forbidden, Invalid, NotFound
from engine import office_record
from engine.applications import field_error
from engine.ownership.contact_record import NOTED, ContactEnding, FirstContact
from engine.timing import day_count
from register import masked

RECORD, READ = "record_contact", "read_contacts"
# Until when somebody has his answer; the rule names no days (待核实).
WORKING_DAYS = 1
PAGE = 50


class ContactNotFound(NotFound):
    """There is no such first contact, or it is not yours to see."""

    rule = "contact.not_found"


class ContactEnded(Conflict):
    """This first contact has ended already."""

    rule = "contact.ended"


class ContactAnother(Forbidden):
    """Whoever was asked first ends a first contact, or a supervisor does."""

    rule = "contact.another"


class Visitor(BaseModel):
    """Who came, as far as he says so."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=60)
    phone: str = Field(default="", max_length=20, pattern=r"^[0-9+\- ]*$")


class ContactEntry(BaseModel):
    """The body of a first contact: the matter, to whom it belongs, and who came where he says so."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    matter: str = Field(min_length=1, max_length=500)
    belongs_to: str = Field(min_length=1, max_length=100)
    visitor: Visitor | None = None


class EndingRequest(BaseModel):
    """The body of an ending: what was answered, or to whom he was taken and by which colleague."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    kind: Literal["answer", "referral"]
    text: str = Field(min_length=1, max_length=500)
    taken_by: str | None = Field(default=None, min_length=1, max_length=32)


def record(session: Session, actor: Actor, entry: ContactEntry) -> FirstContact:
    """Record that somebody came with what isn't ours; whoever records it answers for it. Raises Forbidden."""
    epoch.hold(session)
    decisions.require(session, actor, Act(RECORD, agency=actor.agency))
    now = clock.now(session)
    row = {
        "agency_code": actor.agency,
        "visitor": None if entry.visitor is None else entry.visitor.model_dump(),
        "matter": entry.matter,
        "belongs_to": entry.belongs_to,
        "due_on": day_count.last_day(clock.office_date(now), WORKING_DAYS, "working_days"),
        "recorded_by": actor.account_id,
        "recorded_at": now,
    }
    made: FirstContact = session.execute(
        insert(FirstContact).returning(FirstContact), [row]
    ).scalar_one()
    office_record.note(session, actor.agency, "contact_recorded", [made], actor=actor, noted=NOTED)
    return made


def end(session: Session, actor: Actor, contact_id: int, request: EndingRequest) -> FirstContact:
    """End a first contact with its answer, or with who took the visitor to whom.

    Raises Forbidden, ContactNotFound, ContactAnother, ContactEnded, Invalid.
    """
    epoch.hold(session)
    decisions.require(session, actor, Act(RECORD, agency=actor.agency))
    # Of two who end one at once the second finds it ended: rows that only grow can't be locked themselves.
    session.execute(
        select(Agency.code).where(Agency.code == actor.agency).with_for_update(key_share=True)
    ).one()
    found = session.get(FirstContact, contact_id)
    if found is None or found.agency_code != actor.agency:
        raise ContactNotFound
    if found.recorded_by != actor.account_id and "supervisor" not in actor.works_as:
        named = accounts.identify(session, found.recorded_by)
        who = {"post": "teller", "agency": found.agency_code, "staff": [named]}
        raise ContactAnother(who_can=[who])
    if session.get(ContactEnding, contact_id) is not None:
        raise ContactEnded
    row = {
        "contact_id": contact_id,
        "agency_code": found.agency_code,
        "kind": request.kind,
        "text": request.text,
        "taken_by": _taken_by(session, found.agency_code, request),
        "ended_by": actor.account_id,
        "ended_at": clock.now(session),
    }
    made = session.execute(insert(ContactEnding).returning(ContactEnding), [row]).scalar_one()
    office_record.note(session, actor.agency, "contact_ended", [made], actor=actor, noted=NOTED)
    return found


def listed(
    session: Session, actor: Actor, *, only_open: bool = False, cursor: str | None = None
) -> dict[str, Any]:
    """A page of the first contacts of one's agency and those below, newest first. Raises Forbidden."""
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    wanted: list[ColumnElement[bool]] = [
        FirstContact.agency_code.in_(agencies.below(session, actor.agency))
    ]
    if only_open:
        wanted.append(ContactEnding.contact_id.is_(None))
    if cursor is not None:
        wanted.append(FirstContact.contact_id < int(cursor))
    rows = _rows(session, *wanted)
    today = clock.today(session)
    return {
        "items": [_shown(row, today) for row in rows[:PAGE]],
        "next_cursor": str(rows[PAGE - 1][0].contact_id) if len(rows) > PAGE else None,
    }


def shown(session: Session, contact_id: int) -> dict[str, Any]:
    """One first contact as answers show it; the caller checked who may see."""
    (row,) = _rows(session, FirstContact.contact_id == contact_id)
    return _shown(row, clock.today(session))


def _rows(session: Session, *wanted: ColumnElement[bool]) -> list[Any]:
    by, ended_by, taken_by = aliased(Account), aliased(Account), aliased(Account)
    asked = (
        select(FirstContact, ContactEnding, by.staff_no, ended_by.staff_no, taken_by.staff_no)
        .join(by, by.account_id == FirstContact.recorded_by)
        .outerjoin(ContactEnding, ContactEnding.contact_id == FirstContact.contact_id)
        .outerjoin(ended_by, ended_by.account_id == ContactEnding.ended_by)
        .outerjoin(taken_by, taken_by.account_id == ContactEnding.taken_by)
        .where(*wanted)
        .order_by(FirstContact.contact_id.desc())
        .limit(PAGE + 1)
    )
    return list(session.execute(asked).all())


def _shown(row: Any, today: date) -> dict[str, Any]:
    found, ended, by, ended_by, taken_by = row
    visitor = found.visitor
    return {
        "contact_id": found.contact_id,
        "agency": found.agency_code,
        "visitor": visitor and masked.name(visitor["name"]),
        "matter": found.matter,
        "belongs_to": found.belongs_to,
        "due_on": found.due_on.isoformat(),
        "overdue": ended is None and found.due_on < today,
        "recorded_by": by,
        "recorded_at": moment_text(found.recorded_at),
        "ending": ended
        and {
            "kind": ended.kind,
            "text": ended.text,
            "taken_by": taken_by,
            "ended_by": ended_by,
            "ended_at": moment_text(ended.ended_at),
        },
    }


def _taken_by(session: Session, agency: str, request: EndingRequest) -> int | None:
    """The account of who took the visitor there. Raises Invalid."""
    if request.kind == "answer":
        if request.taken_by is None:
            return None
        message = "belongs to a referral"
    else:
        asked = select(Account.account_id).where(
            Account.staff_no == request.taken_by, Account.agency_code == agency, Account.active
        )
        found = session.execute(asked).scalar_one_or_none()
        if found is not None:
            return found
        message = "name the colleague who took the visitor there"
    error = field_error("taken_by", message, rule="contact.taken_by")
    raise Invalid("The ending is not complete; the field says why.", errors=[error])
