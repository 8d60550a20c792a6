"""Signers whom the city names for a county's step without a person (指派签批), through HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import cursors, openapi
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Command, Commanding
from api.people.leave_answers import NamingAnswer, NamingPage
from authz import decisions
from authz.absence import named_signers
from authz.absence.named_signers import NamingEntry, NamingLine, NamingNotFound
from authz.acts import Act
from database import clock
from database.clock import moment_text
from engine.people import leaves

router = APIRouter(tags=["named-signers"], prefix="/api/named-signers")

MAX_DIGITS = 18
_LIST = "named_signers"


@router.get("", response_model=NamingPage)
def list_namings(caller: Asking, cursor: str | None = None) -> Response:
    """Who was named for one's own agency and those below, newest first, a page at a time."""
    position = cursors.position(_LIST, cursor)
    with caller.reading() as reading:
        lines = named_signers.listing(
            reading.session,
            reading.actor,
            before=None if position is None else int(position),
            limit=named_signers.PAGE + 1,
        )
        more = len(lines) > named_signers.PAGE
        last = str(lines[named_signers.PAGE - 1].naming.naming_id) if more else None
        page = {
            "items": [shown(line) for line in lines[: named_signers.PAGE]],
            "next_cursor": cursors.seal(_LIST, last),
        }
        return reading.answer(page)


@router.post(
    "", status_code=201, response_model=NamingAnswer, openapi_extra=openapi.says(NamingEntry)
)
def name(body: Annotated[Body[NamingEntry], json_of(NamingEntry)], caller: Commanding) -> Response:
    """Name a signer for a county below: he signs there in his own name, marked 代, in the named period."""
    with caller.command(body, alters_authority=True) as command:
        return command.answer(enter(command, body), 201)


@router.post("/{naming_id}/end", response_model=NamingAnswer, openapi_extra=openapi.says(Nothing))
def end(
    naming_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """End a naming before its day, at once and on every node."""
    with caller.command(body, alters_authority=True) as command:
        body.checked(lambda: _may(command))
        return command.answer(leave(command, naming_id))


def enter(command: Command, body: Body[NamingEntry]) -> dict[str, Any]:
    """Name and journal a signer, for this route and the desk's page."""
    entry = body.checked(lambda: _may(command))
    made = leaves.name_signer(command.session, command.actor, entry)
    stands = named_signers.status(made, None, clock.today(command.session))
    return {"naming_id": made.naming_id, "status": stands}


def leave(command: Command, naming_id: str) -> dict[str, Any]:
    """End and journal a naming, for this route and the desk's page."""
    if not naming_id.isdecimal() or len(naming_id) > MAX_DIGITS:
        raise NamingNotFound
    found = leaves.end_naming(command.session, command.actor, int(naming_id))
    return {"naming_id": found.naming_id, "status": "ended"}


def shown(line: NamingLine) -> dict[str, Any]:
    """One line of the register."""
    found = line.naming
    return {
        "naming_id": found.naming_id,
        "status": line.status,
        "staff_no": line.deputy,
        "post": found.post,
        "agency": found.agency_code,
        "from": found.valid_from.isoformat(),
        "to": found.valid_to.isoformat(),
        "basis": found.basis,
        "registered_by": line.registered_by,
        "registered_at": moment_text(found.registered_at),
        "ended_at": line.end and moment_text(line.end.ended_at),
    }


def _may(command: Command) -> None:
    """Refuse before a form error who names nobody."""
    act = Act(named_signers.NAME, agency=command.actor.agency)
    decisions.require(command.session, command.actor, act)
