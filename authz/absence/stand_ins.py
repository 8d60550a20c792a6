"""Keeping the register of stand-ins (AB角): registering one, ending one early, reading them.

Source: 宁社保发[2014]24号 附件 三(二) (AB角制度). Whoever calls these journals them in the same
transaction, and takes no other lock before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, aliased

from authz import decisions, epoch
from authz.absence import absences, stand_in_entry
from authz.absence.stand_in_entry import StandInEntry
from authz.absence.stand_in_record import StandIn, StandInEnd
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts, agencies
from authz.offices.accounts import Account
from database import clock
from database.refusals import Conflict, Forbidden, NotFound

PAGE = 50
Status = Literal["pending", "standing_by", "effective", "over", "ended"]


class StandInNotFound(NotFound):
    """There is no such stand-in, or it is not yours to see."""

    rule = "stand_in.not_found"


class AlreadyEnded(Conflict):
    """This stand-in is over already."""

    rule = "stand_in.already_ended"


class StandInToSelf(Forbidden):
    """Nobody registers a stand-in that he is a party to: another supervisor, or the one above, does."""

    rule = "stand_in.to_self"


@dataclass(frozen=True, slots=True)
class StandInLine:
    """One stand-in as the register shows it; people by their staff numbers."""

    stand_in: StandIn
    absent: str
    deputy: str
    registered_by: str
    end: StandInEnd | None
    status: Status


def register(session: Session, actor: Actor, entry: StandInEntry) -> StandIn:
    """Enter a stand-in; it begins and ends by itself, and binds the very next transaction.

    A deputy of another agency is named by the office above both (design §2: a county without anybody).
    Raises Forbidden without the right to, StandInInvalid with every wrong field, PostsIncompatible, or
    StandInToSelf.
    """
    epoch.hold_alone(session)
    decisions.require(session, actor, Act("stand_in", agency=actor.agency))
    pair = stand_in_entry.check(session, entry, frozenset(_reach(session, actor)))
    if actor.person_id in (pair.absent.person_id, pair.deputy.person_id):
        raise StandInToSelf
    row = {
        "absent_id": pair.absent.account_id,
        "deputy_id": pair.deputy.account_id,
        "post": entry.post,
        "agency_code": pair.agency,
        "valid_from": entry.since,
        "valid_to": entry.until,
        "reason": entry.reason,
        "on_absence": entry.only_when_absent or None,
        "registered_by": actor.account_id,
        "registered_at": clock.now(session),
    }
    made = session.execute(insert(StandIn).returning(StandIn), [row]).scalar_one()
    epoch.bump(session)
    return made


def end(session: Session, actor: Actor, stand_in_id: int) -> tuple[StandIn, StandInEnd]:
    """End a stand-in before its day, at once. Raises StandInNotFound, Forbidden, AlreadyEnded."""
    epoch.hold_alone(session)
    found = session.get(StandIn, stand_in_id)
    if found is None or found.agency_code not in _reach(session, actor):
        raise StandInNotFound
    decisions.require(session, actor, Act("stand_in", agency=found.agency_code))
    ended = select(StandInEnd.end_id).where(StandInEnd.stand_in_id == stand_in_id)
    over = found.valid_to < clock.today(session)
    if over or session.execute(ended).scalar_one_or_none() is not None:
        raise AlreadyEnded(facts={"stand_in_id": stand_in_id})
    row = {
        "stand_in_id": stand_in_id,
        "ended_by": actor.account_id,
        "ended_at": clock.now(session),
    }
    made = session.execute(insert(StandInEnd).returning(StandInEnd), [row]).scalar_one()
    epoch.bump(session)
    return found, made


def listing(
    session: Session, actor: Actor, *, before: int | None = None, limit: int = PAGE
) -> Sequence[StandInLine]:
    """The stand-ins of the actor's agency and its subordinates, newest first, from ``before`` on.

    Raises Forbidden for posts that don't read it.
    """
    decisions.require(session, actor, Act("read_grants", agency=actor.agency))
    absent, deputy, by = (aliased(Account) for _ in range(3))
    query = (
        select(StandIn, StandInEnd, absent.person_id, absent.staff_no, deputy.staff_no, by.staff_no)
        .outerjoin(StandInEnd, StandInEnd.stand_in_id == StandIn.stand_in_id)
        .join(absent, absent.account_id == StandIn.absent_id)
        .join(deputy, deputy.account_id == StandIn.deputy_id)
        .join(by, by.account_id == StandIn.registered_by)
        .where(StandIn.agency_code.in_(_reach(session, actor)))
        .order_by(StandIn.stand_in_id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(StandIn.stand_in_id < before)
    today = clock.today(session)
    rows = session.execute(query).all()
    away = absences.of_persons(session, {row[2] for row in rows}, today)
    return [
        StandInLine(
            found,
            his,
            deputys,
            registrar,
            ended,
            status(found, ended, today, away=away.why(person_id) is not None),
        )
        for found, ended, person_id, his, deputys, registrar in rows
    ]


def status(found: StandIn, ended: StandInEnd | None, today: date, *, away: bool) -> Status:
    """How a stand-in stands on a day on which the principal is away, or isn't."""
    if ended is not None:
        return "ended"
    if found.valid_from > today:
        return "pending"
    if found.valid_to < today:
        return "over"
    return "standing_by" if found.on_absence and not away else "effective"


def now(session: Session, found: StandIn) -> Status:
    """How a stand-in that nobody ended stands now."""
    today = clock.today(session)
    person_id = accounts.get(session, found.absent_id).person_id
    away = absences.of_persons(session, [person_id], today).why(person_id)
    return status(found, None, today, away=away is not None)


def _reach(session: Session, actor: Actor) -> Sequence[str]:
    return agencies.tree(session).within(actor.agency)
