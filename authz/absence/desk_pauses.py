"""Leaving one's desk for a while (暂离) and coming back: whoever isn't back in time counts as absent.

Whoever calls these journals them in the same transaction, and takes no other lock before.
"""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from authz import epoch
from authz.absence import absence_rules
from authz.absence.absence_record import DeskPause, DeskPauseEnd
from authz.actors import Actor
from database import clock
from database.refusals import Conflict

_DAY = timedelta(days=1)


class PauseEntry(BaseModel):
    """Somebody leaves his desk; ``contact`` is what the sign at the window says (联系人、电话)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, str_strip_whitespace=True)

    contact: str = Field(min_length=1, max_length=100)


class AlreadyPaused(Conflict):
    """You left your desk already: say that you are back before you leave it again."""

    rule = "pause.already"


class NotPaused(Conflict):
    """You didn't leave your desk: there is nothing to come back from."""

    rule = "pause.none"


def begin(session: Session, actor: Actor, entry: PauseEntry) -> DeskPause:
    """Leave the desk, now. Raises AlreadyPaused."""
    epoch.hold_alone(session)
    if current(session, actor) is not None:
        raise AlreadyPaused
    now = clock.now(session)
    row = {
        "account_id": actor.account_id,
        "person_id": actor.person_id,
        "agency_code": actor.agency,
        "contact": entry.contact,
        "began_at": now,
        "away_from": now + timedelta(minutes=absence_rules.pause_minutes()),
    }
    made = session.execute(insert(DeskPause).returning(DeskPause), [row]).scalar_one()
    epoch.bump(session)
    return made


def back(session: Session, actor: Actor) -> tuple[DeskPause, DeskPauseEnd]:
    """Be back: what deputies began by the absence ends at once. Raises NotPaused."""
    epoch.hold_alone(session)
    found = current(session, actor)
    if found is None:
        raise NotPaused
    row = {
        "pause_id": found.pause_id,
        "ended_by": actor.account_id,
        "ended_at": clock.now(session),
    }
    made = session.execute(insert(DeskPauseEnd).returning(DeskPauseEnd), [row]).scalar_one()
    epoch.bump(session)
    return found, made


def current(session: Session, actor: Actor) -> DeskPause | None:
    """The pause of this person that is still on; one of another day is over by itself."""
    today = clock.today(session)
    asked = (
        select(DeskPause)
        .outerjoin(DeskPauseEnd, DeskPauseEnd.pause_id == DeskPause.pause_id)
        .where(
            DeskPause.person_id == actor.person_id,
            DeskPauseEnd.end_id.is_(None),
            DeskPause.began_at >= clock.day_ends(today - _DAY),
        )
        .order_by(DeskPause.pause_id.desc())
        .limit(1)
    )
    return session.execute(asked).scalar_one_or_none()
