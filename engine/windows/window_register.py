"""Keeping the register of windows: entering one, ending one; nothing in it is ever edited.

Source: GB/T 27768-2011 7.2.1 (确定窗口分工和职责), 6.1.2 (残疾人专用窗口).
"""

from collections.abc import Collection
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, exists, insert, or_, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.granting.grant_entry import IsoDate
from authz.offices import accounts, agencies
from database import clock
from database.refusals import Conflict, Invalid, NotFound
from engine import journal, office_record
from engine.applications import field_error
from engine.windows.window_record import (
    NOTED,
    OpenWindow,
    Window,
    WindowEnd,
)

KEEP = "keep_windows"


class WindowEntry(BaseModel):
    """A window to be entered: number, name, what it is for, both days included; ``agency`` is one's own."""

    model_config = ConfigDict(
        strict=True, extra="forbid", str_strip_whitespace=True, populate_by_name=True
    )

    number: str = Field(min_length=1, max_length=8)
    name: str = Field(min_length=1, max_length=40)
    purpose: Literal["comprehensive", "accessible", "kiosk"] = "comprehensive"
    since: IsoDate = Field(validation_alias="from", serialization_alias="from")
    until: IsoDate | None = Field(default=None, validation_alias="to", serialization_alias="to")
    agency: str | None = Field(default=None, min_length=1, max_length=6)


class WindowEnding(BaseModel):
    """The body that ends a window: why."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    reason: str = Field(min_length=1, max_length=200)


class WindowInvalid(Invalid):
    """The window can't be entered so; each field says why."""

    rule = "window.invalid"


class WindowNotFound(NotFound):
    """There is no such window, or it is not of your office."""

    rule = "window.not_found"


class WindowOver(Conflict):
    """This window is no more, or its days have not begun."""

    rule = "window.over"


class WindowTaken(Conflict):
    """Somebody sits at this window: it is closed first, by him or by a supervisor."""

    rule = "window.taken"


def enter(session: Session, actor: Actor, entry: WindowEntry) -> Window:
    """Enter a window and journal it. Raises Forbidden, WindowInvalid with every wrong field."""
    epoch.hold(session)
    agency = entry.agency or actor.agency
    decisions.require(session, actor, Act(KEEP, agency=actor.agency))
    if agency not in agencies.below(session, actor.agency):
        raise agencies.AgencyNotFound
    decisions.require(session, actor, Act(KEEP, agency=agency))
    journal.hold_office(session, agency)
    wrong = _wrong(session, agency, entry)
    if wrong:
        raise WindowInvalid(errors=wrong)
    row = _row(agency, entry.number, entry.name, entry.purpose, (entry.since, entry.until))
    (made,) = _entered(session, [{**row, "entered_by": actor.account_id}])
    detail = {"window": made.number, "purpose": made.purpose}
    office_record.note(
        session, agency, "window_entered", [made], actor=actor, detail=detail, noted=NOTED
    )
    return made


def enter_first(
    session: Session, agency: str, since: date, said: Collection[tuple[str, str, str]]
) -> None:
    """Enter the windows, by number, name and purpose, that an agency begins with."""
    rows = [
        {**_row(agency, number, name, purpose, (since, None)), "entered_by": None}
        for number, name, purpose in said
    ]
    made = _entered(session, rows)
    detail = {"windows": [one.number for one in made]}
    office_record.note(session, agency, "window_entered", made, detail=detail, noted=NOTED)


def end(session: Session, actor: Actor, window_id: int, ending: WindowEnding) -> Window:
    """End a window and journal that. Raises Forbidden, WindowNotFound, WindowOver, WindowTaken."""
    epoch.hold(session)
    decisions.require(session, actor, Act(KEEP, agency=actor.agency))
    found = session.get(Window, window_id)
    if found is None or found.agency_code not in agencies.below(session, actor.agency):
        raise WindowNotFound
    decisions.require(session, actor, Act(KEEP, agency=found.agency_code))
    journal.hold_office(session, found.agency_code)
    require_standing(session, found)
    sits = session.get(OpenWindow, window_id)
    if sits is not None and sits.opened_on == clock.today(session):
        raise taken(session, found, sits)
    row = {
        "window_id": window_id,
        "agency_code": found.agency_code,
        "reason": ending.reason,
        "ended_by": actor.account_id,
        "ended_at": clock.now(session),
    }
    made = session.execute(insert(WindowEnd).returning(WindowEnd), [row]).scalar_one()
    office_record.note(
        session,
        found.agency_code,
        "window_ended",
        [made],
        actor=actor,
        detail={"window": found.number},
        noted=NOTED,
    )
    return found


def require_standing(session: Session, found: Window, *, today: date | None = None) -> None:
    """That a window wasn't ended, and that its days aren't over; with ``today`` also that they began.

    Raises WindowOver.
    """
    over = found.valid_to is not None and found.valid_to < clock.today(session)
    early = today is not None and found.valid_from > today
    if over or early or session.get(WindowEnd, found.window_id) is not None:
        raise WindowOver(facts={"window": found.number})


def taken(session: Session, found: Window, sits: OpenWindow) -> WindowTaken:
    """The refusal that names who sits at a window."""
    named = accounts.identify(session, sits.account_id)
    who = {"post": "teller", "agency": sits.agency_code, "staff": [named]}
    return WindowTaken(facts={"window": found.number}, who_can=[who])


def unended() -> ColumnElement[bool]:
    """The condition that a window wasn't ended."""
    return ~exists().where(WindowEnd.window_id == Window.window_id)


def _row(
    agency: str, number: str, name: str, purpose: str, days: tuple[date, date | None]
) -> dict[str, Any]:
    since, until = days
    return {
        "agency_code": agency,
        "number": number,
        "name": name,
        "purpose": purpose,
        "valid_from": since,
        "valid_to": until,
    }


def _entered(session: Session, rows: list[dict[str, Any]]) -> Collection[Window]:
    now = clock.now(session)
    said = [{**row, "entered_at": now} for row in rows]
    return session.execute(insert(Window).returning(Window), said).scalars().all()


def _wrong(session: Session, agency: str, entry: WindowEntry) -> list[dict[str, Any]]:
    if entry.until is not None and entry.until < max(entry.since, clock.today(session)):
        text = "lies before from, or is already past"
        return [field_error("to", text, rule="window.dates")]
    same = select(Window.window_id).where(
        Window.agency_code == agency,
        Window.number == entry.number,
        unended(),
        or_(Window.valid_to.is_(None), Window.valid_to >= entry.since),
    )
    if entry.until is not None:
        same = same.where(Window.valid_from <= entry.until)
    if session.execute(same.limit(1)).first() is None:
        return []
    text = "another window has this number on these days: end that one first"
    return [field_error("number", text, rule="window.number")]
