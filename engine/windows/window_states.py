"""How the windows of an agency stand: who sits at each today, open or paused and since when, or closed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts, agencies
from database import clock
from database.clock import moment_text
from database.declarative import table_of
from engine.windows import window_register
from engine.windows.window_record import (
    KIOSK,
    PAUSED,
    PURPOSES,
    OpenWindow,
    Window,
    WindowEnd,
    WindowEvent,
    WindowTurn,
)

READ = "read_windows"
# An office has a few dozen at most; of more than these the newest are shown.
MOST, MOST_OVER = 200, 20
_WINDOWS, _ENDS = table_of(Window), table_of(WindowEnd)


@dataclass(frozen=True, slots=True)
class _Sitting:
    """Who sits at a window, and what happened last in his turn: kind, reason and moment."""

    account_id: int
    opened_at: Any
    kind: str | None
    reason: str | None
    at: Any


def listed(session: Session, actor: Actor, agency: str | None = None) -> dict[str, Any]:
    """The windows of an agency, one's own where none is named, by number; and those that are no more.

    Raises AgencyNotFound, Forbidden.
    """
    code = agency or actor.agency
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    if code not in agencies.below(session, actor.agency):
        raise agencies.AgencyNotFound
    decisions.require(session, actor, Act(READ, agency=code))
    today = clock.today(session)
    over = (
        select(_WINDOWS, _ENDS.c.ended_at)
        .outerjoin(_ENDS, _ENDS.c.window_id == _WINDOWS.c.window_id)
        .where(
            _WINDOWS.c.agency_code == code,
            or_(_ENDS.c.window_id.is_not(None), _WINDOWS.c.valid_to < today),
        )
        .order_by(_WINDOWS.c.window_id.desc())
        .limit(MOST_OVER)
    )
    return {
        "agency": code,
        "day": today.isoformat(),
        "items": of_today(session, code, today, to_come=True),
        "over": [
            {**said(row), "ended_at": row.ended_at and moment_text(row.ended_at)}
            for row in session.execute(over)
        ],
    }


def of_today(
    session: Session,
    agency: str,
    today: date,
    *,
    to_come: bool = False,
    also: Collection[int] = (),
) -> list[dict[str, Any]]:
    """The windows that stand today, by number, with who sits at each.

    With ``to_come`` those of later days too; ``also`` those of these ids, whether they stand or not.
    """
    stands = and_(
        window_register.unended(),
        or_(Window.valid_to.is_(None), Window.valid_to >= today),
        true() if to_come else Window.valid_from <= today,
    )
    asked = select(_WINDOWS).where(
        Window.agency_code == agency, or_(stands, Window.window_id.in_(also))
    )
    rows = session.execute(asked.order_by(Window.window_id.desc()).limit(MOST)).all()
    sitting = _sitting(session, OpenWindow.agency_code == agency, today)
    return [shown(session, row, sitting) for row in sorted(rows, key=place)]


def one(session: Session, window_id: int) -> dict[str, Any]:
    """One window as answers show it; the caller checked who may see."""
    row = session.execute(select(_WINDOWS).where(_WINDOWS.c.window_id == window_id)).one()
    today = clock.today(session)
    return shown(session, row, _sitting(session, OpenWindow.window_id == window_id, today))


def shown(session: Session, row: Any, sitting: Mapping[int, _Sitting]) -> dict[str, Any]:
    """A window with its state: ``open``, ``paused`` or ``closed``; a kiosk is none of these."""
    sits = sitting.get(row.window_id)
    return {
        **said(row),
        "state": _state(row, sits),
        "staff": None if sits is None else accounts.identify(session, sits.account_id),
        "since": None if sits is None else moment_text(sits.at or sits.opened_at),
        "reason": sits.reason if sits is not None and sits.kind == PAUSED else None,
    }


def _state(row: Any, sits: _Sitting | None) -> str:
    if row.purpose == KIOSK:
        return "unstaffed"
    if sits is None:
        return "closed"
    return "paused" if sits.kind == PAUSED else "open"


def _sitting(session: Session, which: ColumnElement[bool], today: date) -> dict[int, _Sitting]:
    """Who sits where, by window, and the last event of each turn; one query."""
    later = aliased(WindowEvent)
    last = select(func.max(later.seq)).where(later.turn_id == OpenWindow.turn_id).scalar_subquery()
    asked = (
        select(
            OpenWindow.window_id,
            OpenWindow.account_id,
            WindowTurn.opened_at,
            WindowEvent.kind,
            WindowEvent.reason,
            WindowEvent.at,
        )
        .join(WindowTurn, WindowTurn.turn_id == OpenWindow.turn_id)
        .outerjoin(
            WindowEvent,
            and_(WindowEvent.turn_id == OpenWindow.turn_id, WindowEvent.seq == last),
        )
        .where(which, OpenWindow.opened_on == today)
    )
    return {row[0]: _Sitting(*row[1:]) for row in session.execute(asked)}


def said(row: Any) -> dict[str, Any]:
    """A window as it stands in the register."""
    purpose = PURPOSES[row.purpose]
    return {
        "window_id": row.window_id,
        "agency": row.agency_code,
        "number": row.number,
        "name": row.name,
        "purpose": row.purpose,
        "purpose_zh": purpose.zh,
        "purpose_en": purpose.en,
        "from": row.valid_from.isoformat(),
        "to": row.valid_to and row.valid_to.isoformat(),
    }


def place(row: Any) -> tuple[int, str]:
    """By number, as people count: 2 before 10."""
    digits = "".join(sign for sign in row.number if sign.isascii() and sign.isdigit())
    return (int(digits) if digits else 0, row.number)
