"""The register of stand-ins (AB角) through HTTP: read, register, end early, each entry journalled."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import cursors, openapi
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Command, Commanding
from api.office_answers import StandInAnswer, StandInPage
from authz import decisions
from authz.absence import stand_ins
from authz.absence.stand_in_entry import StandInEntry
from authz.absence.stand_in_record import StandIn, StandInEnd
from authz.absence.stand_ins import StandInLine, StandInNotFound
from authz.acts import Act
from database.clock import moment_text
from engine import office_record

router = APIRouter(tags=["stand-ins"], prefix="/api/stand-ins")

MAX_DIGITS = 18
_LIST = "stand_ins"


@router.get("", response_model=StandInPage)
def list_stand_ins(caller: Asking, cursor: str | None = None) -> Response:
    """The stand-ins of one's own agency and its subordinates, newest first, a page at a time."""
    position = cursors.position(_LIST, cursor)
    with caller.reading() as reading:
        lines = stand_ins.listing(
            reading.session,
            reading.actor,
            before=None if position is None else int(position),
            limit=stand_ins.PAGE + 1,
        )
        more = len(lines) > stand_ins.PAGE
        last = str(lines[stand_ins.PAGE - 1].stand_in.stand_in_id) if more else None
        page = {
            "items": [shown(line) for line in lines[: stand_ins.PAGE]],
            "next_cursor": cursors.seal(_LIST, last),
        }
        return reading.answer(page)


@router.post(
    "", status_code=201, response_model=StandInAnswer, openapi_extra=openapi.says(StandInEntry)
)
def register(
    body: Annotated[Body[StandInEntry], json_of(StandInEntry)], caller: Commanding
) -> Response:
    """Register a stand-in; it begins on its first day, today's in the very next request."""
    with caller.command(body, alters_authority=True) as command:
        return command.answer(enter(command, body), 201)


@router.post(
    "/{stand_in_id}/end", response_model=StandInAnswer, openapi_extra=openapi.says(Nothing)
)
def end(
    stand_in_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """End a stand-in before its day, at once and on every node."""
    with caller.command(body, alters_authority=True) as command:
        body.checked(lambda: _may(command))
        return command.answer(leave(command, stand_in_id))


def enter(command: Command, body: Body[StandInEntry]) -> dict[str, Any]:
    """Register and journal a stand-in, for this route and the desk's page."""
    entry = body.checked(lambda: _may(command))
    made = stand_ins.register(command.session, command.actor, entry)
    _note(command, "stand_in_registered", made, made)
    return {
        "stand_in_id": made.stand_in_id,
        "status": stand_ins.now(command.session, made),
    }


def leave(command: Command, stand_in_id: str) -> dict[str, Any]:
    """End and journal a stand-in, for this route and the desk's page."""
    if not stand_in_id.isdecimal() or len(stand_in_id) > MAX_DIGITS:
        raise StandInNotFound
    found, ended = stand_ins.end(command.session, command.actor, int(stand_in_id))
    _note(command, "stand_in_ended", found, ended)
    return {"stand_in_id": found.stand_in_id, "status": "ended"}


def shown(line: StandInLine) -> dict[str, Any]:
    """One line of the register."""
    found = line.stand_in
    return {
        "stand_in_id": found.stand_in_id,
        "status": line.status,
        "absent": line.absent,
        "deputy": line.deputy,
        "post": found.post,
        "agency": found.agency_code,
        "from": found.valid_from.isoformat(),
        "to": found.valid_to.isoformat(),
        "reason": found.reason,
        "only_when_absent": bool(found.on_absence),
        "registered_by": line.registered_by,
        "registered_at": moment_text(found.registered_at),
        "ended_at": line.end and moment_text(line.end.ended_at),
    }


def _may(command: Command) -> None:
    """Refuse before a form error whom no stand-in is to be registered by."""
    decisions.require(command.session, command.actor, Act("stand_in", agency=command.actor.agency))


def _note(command: Command, action: str, found: StandIn, made: StandIn | StandInEnd) -> None:
    detail = {
        "stand_in": found.stand_in_id,
        "post": found.post,
        "agency": found.agency_code,
        "from": found.valid_from.isoformat(),
        "to": found.valid_to.isoformat(),
    }
    office_record.note(
        command.session,
        command.actor.agency,
        action,
        [made],
        actor=command.actor,
        detail=detail,
    )
