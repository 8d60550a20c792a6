"""Keeping the register of leaves (请假登记): entering one, confirming, ending early, reading them.

Whoever takes leave enters it and a supervisor confirms it, or a supervisor enters it, which confirms it.
Whoever calls these journals them in the same transaction, and takes no other lock before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, insert, or_, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.absence import absence_rules
from authz.absence.absence_record import Leave, LeaveConfirmation, LeaveEnd
from authz.actors import Actor
from authz.acts import Act
from authz.granting.grant_entry import IsoDate
from authz.offices import agencies
from authz.offices.accounts import Account
from database import clock
from database.refusals import Conflict, Forbidden, Invalid, NotFound

KEEP, READ = "keep_leave", "read_grants"
PAGE = 50
Kind = Literal["annual", "sick", "personal", "official", "training", "other"]
Status = Literal["entered", "pending", "effective", "over", "ended"]


class LeaveEntry(BaseModel):
    """A leave to be entered: of ``staff_no``, one's own where it isn't said; both days are included.

    ``permitted_by`` says who permitted it, and by what.
    """

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True
    )

    staff_no: str | None = Field(default=None, min_length=1, max_length=32)
    kind: Kind
    since: IsoDate = Field(validation_alias="from", serialization_alias="from")
    until: IsoDate = Field(validation_alias="to", serialization_alias="to")
    permitted_by: str = Field(min_length=1, max_length=200)


class LeaveInvalid(Invalid):
    """The entry of a leave is not right; each field says why."""

    rule = "leave.invalid"


class LeaveNotFound(NotFound):
    """There is no such leave, or it is not yours to see."""

    rule = "leave.not_found"


class AlreadyConfirmed(Conflict):
    """This leave is confirmed already."""

    rule = "leave.already_confirmed"


class AlreadyEnded(Conflict):
    """This leave is over already."""

    rule = "leave.already_ended"


class LeaveToSelf(Forbidden):
    """Nobody confirms a leave of his own: his supervisor, or one above, does."""

    rule = "leave.to_self"


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """One leave as the register shows it; whoever may not know its kind isn't told."""

    leave: Leave
    staff_no: str
    name: str
    status: Status
    open: bool
    told: bool


Entered = tuple[Leave, LeaveConfirmation | None]


def enter(session: Session, actor: Actor, entry: LeaveEntry) -> Entered:
    """Enter a leave; a supervisor's entry of another's is confirmed by that.

    Raises LeaveInvalid with every wrong field, Forbidden without the right to enter another's.
    """
    epoch.hold_alone(session)
    whose = _whose(session, actor, entry)
    own = whose is not None and whose.person_id == actor.person_id
    if entry.staff_no is not None and not own:
        decisions.require(session, actor, Act(KEEP, agency=actor.agency))
    wrong = _date_errors(session, entry)
    if whose is None:
        wrong.insert(0, ("staff_no", "nobody of your office has this number", "leave.staff"))
    if wrong or whose is None:
        raise LeaveInvalid(errors=[{"field": f, "message": m, "rule": r} for f, m, r in wrong])
    row = {
        "account_id": whose.account_id,
        "person_id": whose.person_id,
        "agency_code": whose.agency_code,
        "kind": entry.kind,
        "valid_from": entry.since,
        "valid_to": entry.until,
        "permitted_by": entry.permitted_by,
        "entered_by": actor.account_id,
        "entered_at": clock.now(session),
    }
    made = session.execute(insert(Leave).returning(Leave), [row]).scalar_one()
    return made, None if own else _confirmed(session, actor, made)


def confirm(session: Session, actor: Actor, leave_id: int) -> tuple[Leave, LeaveConfirmation]:
    """Confirm a leave that its owner entered: from now on he is away on its days.

    Raises LeaveNotFound, Forbidden, LeaveToSelf, AlreadyEnded, AlreadyConfirmed.
    """
    epoch.hold_alone(session)
    found = _known(session, actor, leave_id)
    decisions.require(session, actor, Act(KEEP, agency=found.agency_code))
    if found.person_id == actor.person_id:
        raise LeaveToSelf
    _still_open(session, found)
    asked = select(LeaveConfirmation.confirmation_id).where(LeaveConfirmation.leave_id == leave_id)
    if session.execute(asked).scalar_one_or_none() is not None:
        raise AlreadyConfirmed(facts={"leave_id": leave_id})
    return found, _confirmed(session, actor, found)


def end(session: Session, actor: Actor, leave_id: int) -> tuple[Leave, LeaveEnd]:
    """Withdraw a leave, or end it early (销假), at once: by himself or by a supervisor.

    Raises LeaveNotFound, Forbidden, AlreadyEnded.
    """
    epoch.hold_alone(session)
    found = _known(session, actor, leave_id)
    if found.person_id != actor.person_id:
        decisions.require(session, actor, Act(KEEP, agency=found.agency_code))
    _still_open(session, found)
    row = {"leave_id": leave_id, "ended_by": actor.account_id, "ended_at": clock.now(session)}
    made = session.execute(insert(LeaveEnd).returning(LeaveEnd), [row]).scalar_one()
    epoch.bump(session)
    return found, made


def listing(
    session: Session, actor: Actor, *, before: int | None = None, limit: int = PAGE
) -> Sequence[LeaveLine]:
    """One's own leaves, and where one reads the grants those of the agency and below, newest first."""
    wanted: ColumnElement[bool] = Leave.person_id == actor.person_id
    if decisions.may(session, actor, Act(READ, agency=actor.agency)) is not None:
        wanted = or_(wanted, Leave.agency_code.in_(agencies.below(session, actor.agency)))
    keeps = decisions.may(session, actor, Act(KEEP, agency=actor.agency)) is not None
    asked = (
        select(Leave, LeaveConfirmation.confirmation_id, LeaveEnd.end_id, Account)
        .join(Account, Account.account_id == Leave.account_id)
        .outerjoin(LeaveConfirmation, LeaveConfirmation.leave_id == Leave.leave_id)
        .outerjoin(LeaveEnd, LeaveEnd.leave_id == Leave.leave_id)
        .where(wanted)
        .order_by(Leave.leave_id.desc())
        .limit(limit)
    )
    if before is not None:
        asked = asked.where(Leave.leave_id < before)
    today = clock.today(session)
    lines = []
    for found, confirmed, ended, whose in session.execute(asked):
        stands = status(found, today, confirmed=confirmed is not None, ended=ended is not None)
        lines.append(
            LeaveLine(
                found,
                whose.staff_no,
                whose.name,
                stands,
                open=stands in ("entered", "pending", "effective") and found.valid_to >= today,
                told=keeps or found.person_id == actor.person_id,
            )
        )
    return lines


def status(found: Leave, today: date, *, confirmed: bool, ended: bool) -> Status:
    """How a leave stands on a day; ``entered`` is one that nobody confirmed."""
    if ended:
        return "ended"
    if found.valid_to < today:
        return "over"
    if not confirmed:
        return "entered"
    return "pending" if found.valid_from > today else "effective"


def _confirmed(session: Session, actor: Actor, found: Leave) -> LeaveConfirmation:
    row = {
        "leave_id": found.leave_id,
        "confirmed_by": actor.account_id,
        "confirmed_at": clock.now(session),
    }
    made = session.execute(
        insert(LeaveConfirmation).returning(LeaveConfirmation), [row]
    ).scalar_one()
    epoch.bump(session)
    return made


def _whose(session: Session, actor: Actor, entry: LeaveEntry) -> Account | None:
    staff_no = entry.staff_no or actor.staff_no
    within = agencies.below(session, actor.agency)
    return session.execute(
        select(Account).where(
            Account.staff_no == staff_no, Account.active, Account.agency_code.in_(within)
        )
    ).scalar_one_or_none()


def _known(session: Session, actor: Actor, leave_id: int) -> Leave:
    found = session.get(Leave, leave_id)
    if found is None:
        raise LeaveNotFound
    below = agencies.tree(session).is_within(found.agency_code, actor.agency)
    if found.person_id != actor.person_id and not below:
        raise LeaveNotFound
    return found


def _still_open(session: Session, found: Leave) -> None:
    ended = select(LeaveEnd.end_id).where(LeaveEnd.leave_id == found.leave_id)
    over = found.valid_to < clock.today(session)
    if over or session.execute(ended).scalar_one_or_none() is not None:
        raise AlreadyEnded(facts={"leave_id": found.leave_id})


def _date_errors(session: Session, entry: LeaveEntry) -> list[tuple[str, str, str]]:
    if entry.until < max(entry.since, clock.today(session)):
        return [("to", "lies before from, or is already past", "leave.dates")]
    longest = absence_rules.leave_days()
    if (entry.until - entry.since).days >= longest:
        text = f"a leave lasts {longest} days at most: his appointment is ended for longer"
        return [("to", text, "leave.dates")]
    return []
