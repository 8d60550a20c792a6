"""The supervisors' board (看板): figures as tables, and drawn as charts from these by the page's script."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.board import EARLIEST
from api.dependencies import Asking
from authz import agencies
from database import clock
from engine.boards import board
from engine.boards.board_times import WHOLE
from engine.late_entry.paper_record import CODES
from web import pages, queue, steps

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
        found = board.report(session, reading.office, actor, agency or None, _day(day))
        tree = agencies.tree(session)
        return pages.page(
            request,
            "board.html",
            reading,
            found=found,
            windows=_windows(found["windows"]),
            lasted=_often(found["times"], "lasted"),
            by_step=_often(found["times"], "waited"),
            agencies=[tree.agencies[code] for code in agencies.below(session, actor.agency)],
            agency_name=tree.agencies[found["agency"]].name,
            processes=queue.process_names(reading.office),
            today=clock.today(session).isoformat(),
            step_name=steps.name,
            codes=CODES,
        )


def _day(said: str) -> date | None:
    """The day that was asked for; None for today, and for what is no day."""
    try:
        return max(date.fromisoformat(said), EARLIEST)
    except ValueError:
        return None


def _windows(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One line for each window: its day in all, and what it accepted of each level."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        key = line["staff"]["staff_no"] if line["staff"] else ""
        mine = found.setdefault(
            key, {"staff": line["staff"], "levels": {}, **dict.fromkeys(_SUMMED, 0)}
        )
        if line["risk_level"]:
            mine["levels"][line["risk_level"]] = line["accepted"]
        for what in _SUMMED:
            mine[what] += line[what]
    return list(found.values())


def _often(times: Sequence[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    """The lines in which this was measured: whole cases or their steps, the commonest first."""
    whole = kind == "lasted"
    mine = [line for line in times if (line["step"] == WHOLE) == whole and line["days"][kind]]
    return sorted(mine, key=lambda line: -int(line["days"][kind]["count"]))
