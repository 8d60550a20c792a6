"""The supervisors' board (看板): one agency's day and its last thirty, read and never stored.

It names no applicant, and staff only to those who may read about staffing. Source: 宁社保发[2014]24号 附2 六
(内部监督); 陕社保发[2016]27号 §17.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from database import clock
from database.clock import moment_text
from engine.boards import board_day, board_heard, board_times, board_trend, board_waiting
from engine.boards.board_scope import Scope
from engine.foresight import staffing
from engine.office import Office
from engine.windows import window_states

READ = "read_board"
# Everything on the board but the day at the windows. A further subject adds its reader here.
PARTS: Mapping[str, Callable[[Session, Scope], Any]] = {
    "due": board_waiting.due,
    "backlog": board_waiting.backlog,
    "times": board_times.times,
    "trend": board_trend.trend,
    "late_entries": board_trend.late_entries,
    "notices": board_trend.notices,
    "heard": board_heard.heard,
}


def report(
    session: Session,
    office: Office,
    actor: Actor,
    agency: str | None = None,
    day: date | None = None,
) -> dict[str, Any]:
    """The board of an agency, one's own where none is named, as far as one's section serves it.

    ``day`` is today where none is said; one that hasn't come is today. What waits is always what waits
    now. Raises AgencyNotFound, Forbidden.
    """
    scope = scope_of(session, office, actor, agency, day)
    lines = board_day.windows(session, scope)
    return {
        "as_of": moment_text(clock.now(session)),
        "agency": scope.agency,
        "day": scope.day.isoformat(),
        "named": scope.named,
        "totals": board_day.summed(lines),
        "levels": board_day.levels(lines),
        "windows": lines,
        "standing": _standing(session, scope, lines),
        **{name: read(session, scope) for name, read in PARTS.items()},
    }


def _standing(
    session: Session, scope: Scope, lines: Collection[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The agency's windows of now, and those that the lines name.

    None without names, for a window tells its teller.
    """
    if not scope.named:
        return []
    told = {line["window_id"] for line in lines if line["window_id"] is not None}
    return window_states.of_today(session, scope.agency, scope.today, also=told)


def scope_of(
    session: Session, office: Office, actor: Actor, agency: str | None, day: date | None
) -> Scope:
    """What the actor's board looks at. Raises AgencyNotFound, Forbidden."""
    code = agency or actor.agency
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    if code not in agencies.below(session, actor.agency):
        raise agencies.AgencyNotFound
    decisions.require(session, actor, Act(READ, agency=code))
    today = clock.today(session)
    categories = agencies.categories(session, actor.agency, actor.section)
    return Scope(
        agency=code,
        day=min(day or today, today),
        today=today,
        named=decisions.may(session, actor, Act(staffing.READ, agency=code)) is not None,
        categories=categories,
        processes=None
        if categories is None
        else [one.code for one in office.catalogue.known() if one.category in categories],
    )
