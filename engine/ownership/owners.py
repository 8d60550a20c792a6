"""Handing a case over: its owner offers it and a colleague takes it, or a supervisor orders it.

It changes who answers to the applicant, never who may sign. Source: 宁社保发[2014]24号 二(一) 全程代理制.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from authz import actors, decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.decisions import Permit
from authz.offices import accounts, posts
from authz.offices.accounts import Account
from database.clock import office_date
from database.refusals import Conflict, Forbidden, Invalid
from engine import handling, office_record, subjects
from engine.applications import field_error
from engine.handling import Handling
from engine.office import Office
from engine.ownership import owned_cases, owner_record
from engine.ownership.owner_record import NOTED, OwnerAnswer, OwnerTransfer
from engine.record import AGENCY

HAND_OVER, TAKE_OVER, ORDER = "hand_over", "take_over", "order_owner"
# Who accepts cases and corrects them, and so answers to applicants.
POSTS = ("teller", "handler")


class OwnerAnother(Forbidden):
    """Whoever answers for a case hands it over; a supervisor may order it."""

    rule = "owner.another"


class OwnerClosed(Conflict):
    """This case has ended and its paper is delivered: nobody answers for it any more."""

    rule = "owner.closed"


class OwnerReceiver(Invalid):
    """A case goes to another teller or handler of its agency, whose own or relative's it isn't."""

    rule = "owner.receiver"


class OwnerOffered(Conflict):
    """This case is offered to somebody already: he answers first, or a supervisor orders."""

    rule = "owner.offered"


class OwnerNotOffered(Conflict):
    """Nobody offered you this case, or the offer no longer stands."""

    rule = "owner.not_offered"


class TransferRequest(BaseModel):
    """The body of a transfer: the receiver's staff number, and why."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    to: str = Field(min_length=1, max_length=32)
    reason: str = Field(min_length=1, max_length=200)


class TransferAnswer(BaseModel):
    """The body of the receiver's answer."""

    model_config = ConfigDict(strict=True, extra="forbid")

    accept: bool


def offer(
    session: Session, office: Office, actor: Actor, case_no: str, request: TransferRequest
) -> Handling:
    """Offer a case of one's own to a colleague, who then takes it or does not.

    Raises CaseNotFound, Forbidden, OwnerAnother, OwnerClosed, OwnerOffered, OwnerReceiver.
    """
    work, permit = _opened(session, office, actor, case_no, HAND_OVER)
    owner = owner_record.of_case(session, work.case)
    if owner.account_id != actor.account_id:
        named = accounts.identify(session, owner.account_id)
        raise OwnerAnother(
            facts={"case_no": case_no},
            who_can=[{"post": POSTS[0], "agency": work.case.agency_code, "staff": [named]}],
        )
    if owner_record.offered(session, case_no, owner.account_id) is not None:
        raise OwnerOffered(facts={"case_no": case_no})
    _pass(work, permit, owner.account_id, request, ordered=False)
    return work


def order(
    session: Session, office: Office, actor: Actor, case_no: str, request: TransferRequest
) -> Handling:
    """Give a case another owner at once, as who left or was moved can't offer it himself.

    Raises CaseNotFound, Forbidden, OwnerClosed, OwnerReceiver.
    """
    work, permit = _opened(session, office, actor, case_no, ORDER)
    owner = owner_record.of_case(session, work.case)
    _pass(work, permit, owner.account_id, request, ordered=True)
    return work


def answer(
    session: Session, office: Office, actor: Actor, case_no: str, said: TransferAnswer
) -> Handling:
    """Take a case that was offered to oneself, or leave it where it is.

    Raises CaseNotFound, Forbidden, OwnerClosed, OwnerNotOffered.
    """
    work, permit = _opened(session, office, actor, case_no, TAKE_OVER)
    owner = owner_record.of_case(session, work.case)
    found = owner_record.offered(session, case_no, owner.account_id)
    if found is None or found.to_id != actor.account_id:
        raise OwnerNotOffered(facts={"case_no": case_no})
    row = {
        "transfer_id": found.transfer_id,
        "agency_code": work.case.agency_code,
        "accepted": said.accept,
        "answered_by": actor.account_id,
        "answered_at": work.now,
    }
    made = session.execute(insert(OwnerAnswer).returning(OwnerAnswer), [row]).scalar_one()
    action = "owner_taken" if said.accept else "owner_declined"
    _note(work, permit, action, made, {"to": actor.staff_no})
    return work


def _opened(
    session: Session, office: Office, actor: Actor, case_no: str, step: str
) -> tuple[Handling, Permit]:
    epoch.hold(session)
    work = handling.open_case(session, office, actor, case_no)
    act = Act(step, agency=work.case.agency_code, category=work.case.category)
    concern = subjects.concern(session, actor, work.content)
    permit = decisions.require(session, actor, concern.of(act))
    if work.case.subject_kind == AGENCY or owned_cases.closed(session, work.case):
        raise OwnerClosed(facts={"case_no": case_no})
    return work, permit


def _pass(
    work: Handling, permit: Permit, from_id: int, request: TransferRequest, *, ordered: bool
) -> None:
    receiver = _receiver(work, from_id, request.to)
    row: dict[str, Any] = {
        "case_no": work.case.case_no,
        "agency_code": work.case.agency_code,
        "from_id": from_id,
        "to_id": receiver.account_id,
        "ordered": ordered,
        "reason": request.reason,
        "given_by": work.actor.account_id,
        "given_at": work.now,
    }
    session = work.session
    made = session.execute(insert(OwnerTransfer).returning(OwnerTransfer), [row]).scalar_one()
    told = {"from": accounts.identify(session, from_id)["staff_no"], "to": receiver.staff_no}
    _note(work, permit, "owner_ordered" if ordered else "owner_offered", made, told)


def _note(work: Handling, permit: Permit, action: str, made: Any, told: dict[str, str]) -> None:
    work.note(action, post=permit.post, **told)
    handling.save_journal(work)
    office_record.note(
        work.session, work.case.agency_code, action, [made], actor=work.actor, noted=NOTED
    )


def _receiver(work: Handling, from_id: int, staff_no: str) -> Actor:
    """Whom a case may be given to. Raises OwnerReceiver."""
    session, case = work.session, work.case
    asked = select(Account).where(
        Account.staff_no == staff_no, Account.agency_code == case.agency_code, Account.active
    )
    found = session.execute(asked).scalar_one_or_none()
    if found is not None and found.account_id != from_id:
        held = posts.held_by(session, found.account_id, office_date(work.now))
        receiver = actors.load(session, found.account_id)
        if set(held) & set(POSTS) and not subjects.concern(session, receiver, work.content):
            return receiver
    message = "is not a colleague who may answer for this case"
    raise OwnerReceiver(errors=[field_error("to", message, rule=OwnerReceiver.rule)])
