"""A day at the windows: what came, what was done and what waits, by who accepted it and by level."""

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from authz.offices import accounts
from database.declarative import table_of
from engine.boards.board_scope import CASES, Scope
from engine.record import FINAL_STATUSES, OPEN_STATUSES
from engine.window_refusals import WindowRefusal

COUNTED = ("accepted", *FINAL_STATUSES, "waiting", "turned_away")
_REFUSALS = table_of(WindowRefusal)
# At which window, who accepted, and the level; a refusal at the window has none, for nothing was classified.
_Line = tuple[int | None, int | None, int | None]


def windows(session: Session, scope: Scope) -> list[dict[str, Any]]:
    """One line for each window, teller and level; without names one for each level.

    ``accepted`` counts what was accepted on the day, late entries on the day they were entered;
    ``completed``, ``refused`` and ``withdrawn`` what ended on it, whenever it was accepted; ``waiting``
    every open case of now; ``turned_away`` refusals at the window, which have no level. ``window_id`` is
    where a case was accepted, None where its teller had no window open, and for refusals.
    """
    found: dict[_Line, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTED, 0))
    for what, of_it in _counted(scope).items():
        by = (CASES.c.window_id, CASES.c.accepted_by, CASES.c.risk_level)
        grouped = select(*by, func.count()).where(scope.business(), of_it).group_by(*by)
        for window_id, account, level, count in session.execute(grouped):
            found[_at(scope, window_id, account, level)][what] += count
    turned_away = select(_REFUSALS.c.refused_by, func.count()).where(
        refusals(scope), scope.of_day(_REFUSALS.c.refused_at)
    )
    for account, count in session.execute(turned_away.group_by(_REFUSALS.c.refused_by)):
        found[_at(scope, None, account, None)]["turned_away"] += count
    lines = [
        {
            "window_id": window_id,
            "staff": _staff(session, account),
            "risk_level": level,
            **counts,
        }
        for (window_id, account, level), counts in found.items()
    ]
    return sorted(lines, key=_place)


def summed(lines: list[dict[str, Any]]) -> dict[str, int]:
    """The whole day: ``received`` is whatever came to a window, accepted or turned away."""
    total = {what: sum(line[what] for line in lines) for what in COUNTED}
    return {"received": total["accepted"] + total["turned_away"], **total}


def levels(lines: list[dict[str, Any]]) -> list[dict[str, int]]:
    """The day by level, every level, the highest risk first."""
    counted = [what for what in COUNTED if what != "turned_away"]
    return [
        {
            "risk_level": level,
            **{
                what: sum(line[what] for line in lines if line["risk_level"] == level)
                for what in counted
            },
        }
        for level in (1, 2, 3)
    ]


def refusals(scope: Scope) -> ColumnElement[bool]:
    """That a refusal at the window is one of those looked at."""
    found = _REFUSALS.c.agency_code == scope.agency
    if scope.processes is not None:
        found &= _REFUSALS.c.process.in_(scope.processes)
    return found


def _at(scope: Scope, window_id: int | None, account: int | None, level: int | None) -> _Line:
    """Where a count stands: a window names its teller, so it is told only where he is."""
    return (window_id, account, level) if scope.named else (None, None, level)


def _counted(scope: Scope) -> dict[str, ColumnElement[bool]]:
    ended = scope.of_day(CASES.c.finished_at)
    return {
        "accepted": scope.of_day(CASES.c.accepted_at),
        **{status: ended & (CASES.c.status == status) for status in FINAL_STATUSES},
        "waiting": CASES.c.status.in_(OPEN_STATUSES),
    }


def _staff(session: Session, account: int | None) -> dict[str, Any] | None:
    return None if account is None else accounts.identify(session, account)


def _place(line: dict[str, Any]) -> tuple[str, int, int]:
    """Teller by teller and window by window, the highest risk first, what was turned away last."""
    staff_no = (line["staff"] or {"staff_no": ""})["staff_no"]
    return staff_no, line["window_id"] or 0, line["risk_level"] or 9
