"""Leaves (请假) and desks left for a while (暂离) through HTTP: one's own, and a supervisor's of others."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import cursors, openapi
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Command, Commanding
from api.people.leave_answers import LeaveAnswer, LeavePage, PauseAnswer
from authz.absence import leaves as register
from authz.absence.desk_pauses import PauseEntry
from authz.absence.leaves import LeaveEntry, LeaveLine, LeaveNotFound
from database import clock
from database.clock import moment_text
from engine.people import leaves

router = APIRouter(tags=["leaves"])

MAX_DIGITS = 18
_LIST = "leaves"


@router.get("/api/leaves", response_model=LeavePage)
def list_leaves(caller: Asking, cursor: str | None = None) -> Response:
    """One's own leaves; for who reads the grants all of the agency and below, newest first, by pages."""
    position = cursors.position(_LIST, cursor)
    with caller.reading() as reading:
        lines = register.listing(
            reading.session,
            reading.actor,
            before=None if position is None else int(position),
            limit=register.PAGE + 1,
        )
        more = len(lines) > register.PAGE
        last = str(lines[register.PAGE - 1].leave.leave_id) if more else None
        page = {
            "items": [shown(line) for line in lines[: register.PAGE]],
            "next_cursor": cursors.seal(_LIST, last),
        }
        return reading.answer(page)


@router.post(
    "/api/leaves",
    status_code=201,
    response_model=LeaveAnswer,
    openapi_extra=openapi.says(LeaveEntry),
)
def enter(body: Annotated[Body[LeaveEntry], json_of(LeaveEntry)], caller: Commanding) -> Response:
    """Enter a leave: one's own, which a supervisor confirms, or as a supervisor another's."""
    with caller.command(body, alters_authority=True) as command:
        return command.answer(entered(command, body.checked()), 201)


@router.post(
    "/api/leaves/{leave_id}/confirmation",
    response_model=LeaveAnswer,
    openapi_extra=openapi.says(Nothing),
)
def confirm(
    leave_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Confirm a leave: on its days he signs nothing, and his deputies begin."""
    with caller.command(body, alters_authority=True) as command:
        body.checked()
        found = leaves.confirm(command.session, command.actor, number(leave_id))
        today = clock.today(command.session)
        stands = register.status(found, today, confirmed=True, ended=False)
        return command.answer({"leave_id": found.leave_id, "status": stands})


@router.post(
    "/api/leaves/{leave_id}/end", response_model=LeaveAnswer, openapi_extra=openapi.says(Nothing)
)
def end(
    leave_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Withdraw a leave, or end it early (销假): at once and on every node."""
    with caller.command(body, alters_authority=True) as command:
        body.checked()
        found = leaves.end(command.session, command.actor, number(leave_id))
        return command.answer({"leave_id": found.leave_id, "status": "ended"})


@router.post(
    "/api/desk-pause",
    status_code=201,
    response_model=PauseAnswer,
    openapi_extra=openapi.says(PauseEntry),
)
def leave_desk(
    body: Annotated[Body[PauseEntry], json_of(PauseEntry)], caller: Commanding
) -> Response:
    """Leave one's desk for a while (暂离); past the limit one counts as absent until one is back."""
    with caller.command(body, alters_authority=True) as command:
        made = leaves.leave_desk(command.session, command.actor, body.checked())
        return command.answer({"paused": True, "away_from": moment_text(made.away_from)}, 201)


@router.post("/api/desk-pause/end", response_model=PauseAnswer, openapi_extra=openapi.says(Nothing))
def come_back(body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding) -> Response:
    """Be back at one's desk: what a deputy began by the absence ends at once."""
    with caller.command(body, alters_authority=True) as command:
        body.checked()
        leaves.come_back(command.session, command.actor)
        return command.answer({"paused": False, "away_from": None})


def entered(command: Command, entry: LeaveEntry) -> dict[str, Any]:
    """Enter and journal a leave, for this route and the desk's page."""
    made, confirmed = leaves.enter(command.session, command.actor, entry)
    today = clock.today(command.session)
    stands = register.status(made, today, confirmed=confirmed, ended=False)
    return {"leave_id": made.leave_id, "status": stands}


def number(said: str) -> int:
    """The number of a leave in an address. Raises LeaveNotFound."""
    if not said.isdecimal() or len(said) > MAX_DIGITS:
        raise LeaveNotFound
    return int(said)


def shown(line: LeaveLine) -> dict[str, Any]:
    """One line of the register."""
    found = line.leave
    return {
        "leave_id": found.leave_id,
        "status": line.status,
        "staff_no": line.staff_no,
        "name": line.name,
        "agency": found.agency_code,
        "from": found.valid_from.isoformat(),
        "to": found.valid_to.isoformat(),
        "kind": found.kind if line.told else None,
        "permitted_by": found.permitted_by if line.told else None,
        "entered_at": moment_text(found.entered_at),
    }
