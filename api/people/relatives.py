"""Relatives (亲属回避) through HTTP: everybody declares his own; who watches over it reads them, masked."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import cursors, openapi
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Commanding, Reading
from api.people.qualification_answers import MyRelatives, RelativeAnswer, RelativePage
from authz.personnel.relative_record import Relative, RelativeEnd
from authz.personnel.relatives import RelativeEntry, RelativeLine, RelativeNotFound
from database import clock
from database.clock import moment_text
from engine.people import relatives
from register import masked

router = APIRouter(tags=["relatives"], prefix="/api/relatives")

MAX_DIGITS = 18
_LIST = "relatives"


@router.get("", response_model=RelativePage)
def list_relatives(caller: Asking, cursor: str | None = None) -> Response:
    """The declarations at one's own agency and those below, masked, newest first, a page at a time."""
    position = cursors.position(_LIST, cursor)
    with caller.reading() as reading:
        lines = relatives.listing(
            reading.session,
            reading.actor,
            before=None if position is None else int(position),
            limit=relatives.PAGE + 1,
        )
        more = len(lines) > relatives.PAGE
        last = str(lines[relatives.PAGE - 1].declared.declaration_id) if more else None
        today = clock.today(reading.session)
        page = {
            "items": [shown(line, today) for line in lines[: relatives.PAGE]],
            "next_cursor": cursors.seal(_LIST, last),
        }
        return reading.answer(page)


@router.get("/mine", response_model=MyRelatives)
def read_mine(caller: Asking) -> Response:
    """One's own declarations, masked."""
    with caller.reading() as reading:
        return reading.answer({"items": mine(reading)})


@router.post(
    "", status_code=201, response_model=RelativeAnswer, openapi_extra=openapi.says(RelativeEntry)
)
def declare(
    body: Annotated[Body[RelativeEntry], json_of(RelativeEntry)], caller: Commanding
) -> Response:
    """Declare a relative of one's own: his business is refused to one from the very next request."""
    with caller.command(body, alters_authority=True) as command:
        made = relatives.declare(command.session, command.actor, body.checked())
        today = clock.today(command.session)
        answer = {"declaration_id": made.declaration_id, "status": _status(made, None, today)}
        return command.answer(answer, 201)


@router.post(
    "/{declaration_id}/end", response_model=RelativeAnswer, openapi_extra=openapi.says(Nothing)
)
def end(
    declaration_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """End a declaration of one's own; it still counts on this day."""
    with caller.command(body, alters_authority=True) as command:
        body.checked()
        ended = relatives.end(command.session, command.actor, number(declaration_id))
        declared = command.session.get_one(Relative, ended.declaration_id)
        today = clock.today(command.session)
        answer = {
            "declaration_id": ended.declaration_id,
            "status": _status(declared, ended, today),
        }
        return command.answer(answer)


def number(declaration_id: str) -> int:
    """The id of a declaration as it stands in an address. Raises RelativeNotFound."""
    fits = declaration_id.isascii() and declaration_id.isdecimal()
    if not fits or len(declaration_id) > MAX_DIGITS:
        raise RelativeNotFound
    return int(declaration_id)


def mine(reading: Reading) -> list[dict[str, Any]]:
    """One's own declarations, for this route and the desk's page."""
    today = clock.today(reading.session)
    lines = relatives.mine(reading.session, reading.actor)
    return [shown(line, today) for line in lines]


def shown(line: RelativeLine, today: date) -> dict[str, Any]:
    """One declaration, masked."""
    declared = line.declared
    until = _until(declared, line.end)
    return {
        "declaration_id": declared.declaration_id,
        "status": _status(declared, line.end, today),
        "staff_no": line.staff_no,
        "agency": line.agency,
        "id_no": masked.id_no(declared.id_no),
        "name": masked.name(declared.name),
        "relation": declared.relation,
        "from": declared.valid_from.isoformat(),
        "to": until and until.isoformat(),
        "declared_at": moment_text(declared.declared_at),
    }


def _until(declared: Relative, ended: RelativeEnd | None) -> date | None:
    if ended is None:
        return declared.valid_to
    return min(ended.last_on, declared.valid_to or ended.last_on)


def _status(declared: Relative, ended: RelativeEnd | None, today: date) -> str:
    until = _until(declared, ended)
    if until is not None and (until < today or until < declared.valid_from):
        return "over"
    return "pending" if declared.valid_from > today else "effective"
