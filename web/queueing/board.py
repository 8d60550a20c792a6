"""The supervisors' board (看板): figures as tables, and drawn as charts from these by the page's script."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking
from api.queueing.board import EARLIEST
from authz.offices import agencies
from database import clock
from engine.boards import board
from engine.boards.board_times import WHOLE
from engine.late_entry.paper_record import CODES
from web import pages, steps
from web.queueing import queue

router = APIRouter(include_in_schema=False)

PAGE = "/board"
# What a window's line sums up over its levels.
_SUMMED = ("accepted", "completed", "refused", "withdrawn", "turned_away", "waiting")


@router.get(PAGE)
def show(request: Request, caller: Asking, agency: str = "", day: str = "") -> Response:
    """The board of one's own agency or one below it, of today or of an earlier day.

    Raises AgencyNotFound, Forbidden.
    """
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        found = board.report(session, reading.office, actor, agency or None, day_of(day))
        tree = agencies.tree(session)
        return pages.page(
            request,
            "board.html",
            reading,
            found=found,
            windows=_windows(found, now=found["day"] == clock.today(session).isoformat()),
            lasted=_often(found["times"], "lasted"),
            by_step=_often(found["times"], "waited"),
            agencies=[tree.agencies[code] for code in agencies.below(session, actor.agency)],
            agency_name=tree.agencies[found["agency"]].name,
            processes=queue.process_names(reading.office),
            today=clock.today(session).isoformat(),
            step_name=steps.name,
            codes=CODES,
        )


def day_of(said: str) -> date | None:
    """The day that was asked for; None for today, and for what is no day."""
    try:
        return max(date.fromisoformat(said), EARLIEST)
    except ValueError:
        return None


def _windows(found: Mapping[str, Any], *, now: bool) -> list[dict[str, Any]]:
    """One line for each window and teller: his day there in all, and what he accepted of each level.

    The windows of ``now`` come first, those at which nothing was done too; then what was done at no window.
    """
    standing = {one["window_id"]: one for one in found["standing"]}
    lines: dict[tuple[int | None, str], dict[str, Any]] = {}
    for one in standing.values() if now else ():
        _line(lines, one["window_id"], one["staff"], one)
    for line in found["windows"]:
        at = standing.get(line["window_id"])
        mine = _line(lines, line["window_id"], line["staff"], at)
        if line["risk_level"]:
            mine["levels"][line["risk_level"]] = line["accepted"]
        for what in _SUMMED:
            mine[what] += line[what]
    emptied = {window_id for (window_id, staff_no) in lines if staff_no}
    return [
        line
        for (window_id, staff_no), line in lines.items()
        if staff_no or window_id is None or window_id not in emptied
    ]


def _line(
    lines: dict[tuple[int | None, str], dict[str, Any]],
    window_id: int | None,
    staff: Mapping[str, str] | None,
    window: Mapping[str, Any] | None,
) -> dict[str, Any]:
    key = (window_id, staff["staff_no"] if staff else "")
    empty = {"window": window, "staff": staff, "levels": {}, **dict.fromkeys(_SUMMED, 0)}
    return lines.setdefault(key, empty)


def _often(times: Sequence[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    """The lines in which this was measured: whole cases or their steps, the commonest first."""
    whole = kind == "lasted"
    mine = [line for line in times if (line["step"] == WHOLE) == whole and line["days"][kind]]
    return sorted(mine, key=lambda line: -int(line["days"][kind]["count"]))
