"""Opening a window (开窗), pausing it (暂停服务), going on, and closing it (关窗).

One person sits at a window, and at one only. Who isn't trained in all three subjects opens none
(陕社保发〔2016〕27号 §14): authority says so, by the rule of qualifications. Opening and closing begin a
new policy epoch, so that an acceptance knows the window of its teller without asking.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete, exists, insert, or_, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts
from authz.signing_in import sessions
from authz.signing_in.sessions import SignIn
from database import clock, wall
from database.refusals import Conflict, Forbidden
from engine import journal, office_record
from engine.windows import window_register
from engine.windows.window_record import (
    BY_ORDER,
    BY_TELLER,
    CLOSED,
    DAY_OVER,
    KIOSK,
    NO_SESSION,
    NOTED,
    PAUSED,
    RESUMED,
    SIGNED_OUT,
    OpenWindow,
    Window,
    WindowEvent,
    WindowTurn,
)
from engine.windows.window_register import KEEP, WindowNotFound

OPEN = "open_window"


class PauseReason(BaseModel):
    """The body of a pause: why, as the sign at the window says it."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    reason: str = Field(min_length=1, max_length=100)


class NotStaffed(Conflict):
    """This is a self-service kiosk: nobody sits at it."""

    rule = "window.kiosk"


class OtherOpen(Conflict):
    """You have another window open: close that one first."""

    rule = "window.yours"


class NotOpen(Conflict):
    """This window is not open."""

    rule = "window.not_open"


class AnotherSits(Forbidden):
    """Whoever opened a window pauses and closes it; a supervisor may close it."""

    rule = "window.another"


class AlreadyPaused(Conflict):
    """This window is paused already."""

    rule = "window.paused"


class NotPaused(Conflict):
    """This window is not paused: there is nothing to go on from."""

    rule = "window.not_paused"


def open_one(session: Session, actor: Actor, window_id: int) -> WindowTurn:
    """Open a window and sit at it.

    Raises Forbidden, WindowNotFound, WindowOver, NotStaffed, WindowTaken, OtherOpen.
    """
    epoch.hold_alone(session)
    decisions.require(session, actor, Act(OPEN, agency=actor.agency))
    found = _of_office(session, actor.agency, window_id)
    journal.hold_office(session, found.agency_code)
    today = clock.today(session)
    window_register.require_standing(session, found, today=today)
    if found.purpose == KIOSK:
        raise NotStaffed
    _make_room(session, actor, found)
    row: dict[str, Any] = {
        "window_id": window_id,
        "agency_code": found.agency_code,
        "account_id": actor.account_id,
        "person_id": actor.person_id,
        "opened_on": today,
    }
    made: WindowTurn = session.execute(
        insert(WindowTurn).returning(WindowTurn), [{**row, "opened_at": clock.now(session)}]
    ).scalar_one()
    session.execute(insert(OpenWindow), [{**row, "turn_id": made.turn_id}])
    epoch.bump(session)
    _note(session, "window_opened", found, made, actor)
    return made


def pause(session: Session, actor: Actor, window_id: int, reason: PauseReason) -> WindowEvent:
    """Pause one's window, with the reason.

    Raises Forbidden, WindowNotFound, NotOpen, AnotherSits, AlreadyPaused.
    """
    found, sits = _mine(session, actor, window_id)
    if _last(session, sits.turn_id)[1] == PAUSED:
        raise AlreadyPaused
    made = _event(session, sits, PAUSED, actor, reason=reason.reason)
    _note(session, "window_paused", found, made, actor)
    return made


def resume(session: Session, actor: Actor, window_id: int) -> WindowEvent:
    """Go on at one's window. Raises Forbidden, WindowNotFound, NotOpen, AnotherSits, NotPaused."""
    found, sits = _mine(session, actor, window_id)
    if _last(session, sits.turn_id)[1] != PAUSED:
        raise NotPaused
    made = _event(session, sits, RESUMED, actor)
    _note(session, "window_resumed", found, made, actor)
    return made


def close(session: Session, actor: Actor, window_id: int) -> WindowEvent:
    """Close one's window, or as a supervisor anybody's.

    Raises Forbidden, WindowNotFound, NotOpen, AnotherSits.
    """
    epoch.hold_alone(session)
    found, sits = _sitting(session, actor, window_id)
    if sits.person_id == actor.person_id:
        return _closed(session, found, sits, BY_TELLER, actor)
    if decisions.may(session, actor, Act(KEEP, agency=found.agency_code)) is None:
        raise _another(session, sits)
    return _closed(session, found, sits, BY_ORDER, actor)


def leave(session: Session, actor: Actor) -> None:
    """Close whatever window somebody has open who signs out, unless he is signed in elsewhere as well.

    The callers have held the epoch alone.
    """
    mine = select(OpenWindow).where(OpenWindow.account_id == actor.account_id)
    sits = session.execute(mine).scalar_one_or_none()
    if sits is None or sessions.mine(session, actor.account_id):
        return
    _closed(session, session.get_one(Window, sits.window_id), sits, SIGNED_OUT, actor)


def close_left(session: Session, now: datetime, most: int) -> int:
    """Close windows left open on a day that is over, or by whoever has no session any more; how many.

    At most so many at once.
    """
    today = clock.office_date(now)
    signed_in = exists().where(SignIn.account_id == OpenWindow.account_id, sessions.counting(now))
    asked = select(OpenWindow).where(or_(OpenWindow.opened_on < today, ~signed_in))
    if session.execute(asked.limit(1)).first() is None:
        return 0
    # From here on nobody opens or closes one meanwhile: asked again, the answer stays as it is.
    epoch.hold_alone(session)
    left = session.execute(asked.order_by(OpenWindow.turn_id).limit(most)).scalars().all()
    for sits in left:
        cause = DAY_OVER if sits.opened_on < today else NO_SESSION
        _closed(session, session.get_one(Window, sits.window_id), sits, cause, None)
    return len(left)


def _of_office(session: Session, agency: str, window_id: int) -> Window:
    found = session.get(Window, window_id)
    if found is None or found.agency_code != agency:
        raise WindowNotFound
    return found


def _make_room(session: Session, actor: Actor, found: Window) -> None:
    """Close what is left of days that are over. Raises WindowTaken, OtherOpen."""
    at_it = OpenWindow.window_id == found.window_id
    by_him = OpenWindow.person_id == actor.person_id
    # He may have an account at another office, behind its wall.
    with wall.whole(session):
        asked = select(OpenWindow).where(or_(at_it, by_him)).order_by(OpenWindow.turn_id)
        for sits in session.execute(asked).scalars().all():
            if sits.opened_on < clock.today(session):
                left = session.get_one(Window, sits.window_id)
                _closed(session, left, sits, DAY_OVER, None)
            elif sits.person_id == actor.person_id:
                raise OtherOpen(facts={"window_id": sits.window_id})
            else:
                raise window_register.taken(session, found, sits)


def _mine(session: Session, actor: Actor, window_id: int) -> tuple[Window, OpenWindow]:
    """One's own open window under lock. Raises Forbidden, WindowNotFound, NotOpen, AnotherSits."""
    epoch.hold(session)
    decisions.require(session, actor, Act(OPEN, agency=actor.agency))
    found, sits = _sitting(session, actor, window_id)
    if sits.person_id != actor.person_id:
        raise _another(session, sits)
    return found, sits


def _sitting(session: Session, actor: Actor, window_id: int) -> tuple[Window, OpenWindow]:
    found = _of_office(session, actor.agency, window_id)
    # Of two who change one turn at once the second finds it changed.
    journal.hold_office(session, found.agency_code)
    sits = session.get(OpenWindow, window_id)
    if sits is None or sits.opened_on != clock.today(session):
        raise NotOpen(facts={"window": found.number})
    return found, sits


def _another(session: Session, sits: OpenWindow) -> AnotherSits:
    named = accounts.identify(session, sits.account_id)
    return AnotherSits(who_can=[{"post": "teller", "agency": sits.agency_code, "staff": [named]}])


def _last(session: Session, turn_id: int) -> tuple[int, str]:
    """The place and kind of what happened last in a turn."""
    asked = select(WindowEvent.seq, WindowEvent.kind).where(WindowEvent.turn_id == turn_id)
    row = session.execute(asked.order_by(WindowEvent.seq.desc()).limit(1)).one_or_none()
    return (0, "") if row is None else (row.seq, row.kind)


def _event(
    session: Session,
    sits: OpenWindow,
    kind: str,
    actor: Actor | None,
    *,
    reason: str | None = None,
    cause: str | None = None,
) -> WindowEvent:
    row = {
        "turn_id": sits.turn_id,
        "seq": _last(session, sits.turn_id)[0] + 1,
        "agency_code": sits.agency_code,
        "kind": kind,
        "reason": reason,
        "cause": cause,
        "account_id": actor.account_id if actor else None,
        "at": clock.now(session),
    }
    made: WindowEvent = session.execute(
        insert(WindowEvent).returning(WindowEvent), [row]
    ).scalar_one()
    return made


def _closed(
    session: Session, found: Window, sits: OpenWindow, cause: str, actor: Actor | None
) -> WindowEvent:
    journal.hold_office(session, found.agency_code)
    made = _event(session, sits, CLOSED, actor, cause=cause)
    session.execute(delete(OpenWindow).where(OpenWindow.turn_id == sits.turn_id))
    epoch.bump(session)
    _note(session, "window_closed", found, made, actor, cause=cause)
    return made


def _note(
    session: Session,
    action: str,
    found: Window,
    made: WindowTurn | WindowEvent,
    actor: Actor | None,
    **detail: str,
) -> None:
    office_record.note(
        session,
        found.agency_code,
        action,
        [made],
        actor=actor,
        detail={"window": found.number, "turn": made.turn_id, **detail},
        noted=NOTED,
    )
