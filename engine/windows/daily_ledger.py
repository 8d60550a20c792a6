"""The daily ledger of windows (每日窗口台账): the four counts of each window and day, never written by hand.

Source: the Yunnan report 三 (按天填写各窗口: 服务人次、受理件数、收集资料份数、扫描入系统份数). What a teller
did without a window open stands on a line of its own (未登记窗口).
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import accounts
from database.clock import office_date
from database.declarative import table_of
from engine.boards import board, board_day
from engine.boards.board_scope import CASES, Scope
from engine.foresight import staffing
from engine.office import Office
from engine.record import CaseContent
from engine.window_refusals import WindowRefusal
from engine.windows import window_states
from engine.windows.window_record import CLOSED, Window, WindowEnd, WindowEvent, WindowTurn

COUNTED = ("served", "accepted", "materials", "scans")
_CONTENTS, _REFUSALS = table_of(CaseContent), table_of(WindowRefusal)
_Turn = tuple[datetime, datetime | None, int]


def of_day(
    session: Session,
    office: Office,
    actor: Actor,
    agency: str | None = None,
    day: date | None = None,
) -> dict[str, Any]:
    """The ledger of an agency's day, today where none is said, by number of the window.

    ``served`` (服务人次) is whoever was accepted or turned away in writing; ``accepted`` (受理件数) the
    cases; ``materials`` (收集资料份数) the copies handed in with them, ``scans`` (扫描入系统份数) those of
    them whose scan is in the system, as the case was accepted. A window tells who sat at it: the ledger is
    open to who reads the board with names. Raises AgencyNotFound, Forbidden.
    """
    scope = board.scope_of(session, office, actor, agency, day)
    decisions.require(session, actor, Act(staffing.READ, agency=scope.agency))
    turns = _turns(session, scope)
    found: dict[int | None, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTED, 0))
    for window_id, materials in _accepted(session, scope):
        line = found[window_id]
        line["served"] += 1
        line["accepted"] += 1
        line["materials"] += sum(one["copies"] for one in materials)
        line["scans"] += sum(one["copies"] for one in materials if one.get("file"))
    refused = select(_REFUSALS.c.refused_by, _REFUSALS.c.refused_at).where(
        board_day.refusals(scope), scope.of_day(_REFUSALS.c.refused_at)
    )
    for account, moment in session.execute(refused):
        found[_window_at(turns.get(account, ()), moment)]["served"] += 1
    lines = _lines(session, scope, found, turns)
    total = {what: sum(line[what] for line in lines) for what in COUNTED}
    return {"agency": scope.agency, "day": scope.day.isoformat(), "items": lines, "total": total}


def _accepted(session: Session, scope: Scope) -> Iterator[tuple[int | None, list[dict[str, Any]]]]:
    """Each case that was accepted on the day: its window, and what was handed in."""
    first = (_CONTENTS.c.case_id == CASES.c.case_id) & (_CONTENTS.c.cycle == 1)
    asked = (
        select(CASES.c.window_id, _CONTENTS.c.materials)
        .join(_CONTENTS, first)
        .where(scope.business(), scope.of_day(CASES.c.accepted_at))
    )
    for row in session.execute(asked):
        yield row.window_id, row.materials


def _turns(session: Session, scope: Scope) -> dict[int, list[_Turn]]:
    """The day's turns by account: from when, until when, at which window."""
    closed = and_(WindowEvent.turn_id == WindowTurn.turn_id, WindowEvent.kind == CLOSED)
    asked = (
        select(WindowTurn.account_id, WindowTurn.opened_at, WindowEvent.at, WindowTurn.window_id)
        .outerjoin(WindowEvent, closed)
        .where(WindowTurn.agency_code == scope.agency, WindowTurn.opened_on == scope.day)
        .order_by(WindowTurn.turn_id)
    )
    found: dict[int, list[_Turn]] = defaultdict(list)
    for account, opened_at, closed_at, window_id in session.execute(asked):
        found[account].append((opened_at, closed_at, window_id))
    return found


def _window_at(turns: tuple[()] | list[_Turn], moment: datetime) -> int | None:
    for opened_at, closed_at, window_id in turns:
        if opened_at <= moment and (closed_at is None or moment <= closed_at):
            return window_id
    return None


def _lines(
    session: Session,
    scope: Scope,
    found: dict[int | None, dict[str, int]],
    turns: dict[int, list[_Turn]],
) -> list[dict[str, Any]]:
    """A line for each window of the day, and one for what was done at none, where there was any."""
    windows = _of_the_day(session, scope, {one for one in found if one is not None})
    tellers: dict[int, list[str]] = defaultdict(list)
    numbers = accounts.staff_nos(session, turns.keys())
    for account, mine in turns.items():
        for window_id in {window_id for _, _, window_id in mine}:
            tellers[window_id].append(numbers[account])
    lines = [
        {
            "window": window_states.said(row),
            "tellers": sorted(tellers[row.window_id]),
            **(found.get(row.window_id) or dict.fromkeys(COUNTED, 0)),
        }
        for row in windows
    ]
    without = found.get(None)
    return lines if without is None else [*lines, {"window": None, "tellers": [], **without}]


def _of_the_day(session: Session, scope: Scope, used: set[int]) -> list[Any]:
    """The windows that stood on the day, and those of which a case of the day tells."""
    table, ends = table_of(Window), table_of(WindowEnd)
    dates = and_(
        table.c.valid_from <= scope.day,
        or_(table.c.valid_to.is_(None), table.c.valid_to >= scope.day),
    )
    asked = (
        select(table, ends.c.ended_at)
        .outerjoin(ends, ends.c.window_id == table.c.window_id)
        .where(table.c.agency_code == scope.agency, or_(dates, table.c.window_id.in_(used)))
    )
    rows = [
        row
        for row in session.execute(asked)
        if row.window_id in used or row.ended_at is None or office_date(row.ended_at) >= scope.day
    ]
    return sorted(rows, key=window_states.place)
