"""Erasure of persons through HTTP: who asks, who decides, and what stays readable of somebody elsewhere."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from api import cursors, openapi
from api.answers import Moment
from api.body import Body, json_of
from api.dependencies import Asking, Command, Commanding
from authz import decisions
from authz.acts import Act
from engine.erasure import erasing, erasure_desk
from engine.erasure.erasing import APPROVE, ASK, ErasureEntry, ErasureNotFound, ErasureOpinion

router = APIRouter(tags=["register"], prefix="/api/erasures")

_LIST = "erasures"
MAX_DIGITS = 15


class ErasureShown(BaseModel):
    """A request, how it stands, and what of the person stays readable once it is carried out.

    ``rows_left`` are rows that are still under the office's keys, by table: while there are any it can't be
    approved. ``remains_in`` are cases of others that say something of the person.
    """

    request_id: int
    agency: str
    person_id: str
    basis: str
    reason: str
    asked_by: str
    asked_at: Moment
    status: str
    opinion: str | None
    decided_by: str | None
    decided_at: Moment | None
    scans_erased: int
    rows_left: dict[str, int]
    remains_in: list[str]


class ErasurePage(BaseModel):
    """A page of requests, newest first."""

    items: list[ErasureShown]
    next_cursor: str | None


@router.get("", response_model=ErasurePage)
def listed(caller: Asking, cursor: Annotated[str | None, Query()] = None) -> Response:
    """The requests of one's agencies, newest first."""
    position = cursors.position(_LIST, cursor)
    with caller.reading() as reading:
        page = erasure_desk.page(reading.session, reading.actor, position)
        return reading.answer(cursors.sealed_page(_LIST, page))


@router.post(
    "", status_code=201, response_model=ErasureShown, openapi_extra=openapi.says(ErasureEntry)
)
def ask(body: Annotated[Body[ErasureEntry], json_of(ErasureEntry)], caller: Commanding) -> Response:
    """Ask that a person's values be erased; somebody else decides, after ``tongban keys separate``."""
    with caller.command(body) as command:
        entry = body.checked(lambda: _may(command, ASK))
        request_id = erasing.ask(command.session, command.actor, entry)
        return _answered(command, request_id, 201)


@router.post(
    "/{request_id}/decision",
    response_model=ErasureShown,
    openapi_extra=openapi.says(ErasureOpinion),
)
def decide(
    request_id: str,
    body: Annotated[Body[ErasureOpinion], json_of(ErasureOpinion)],
    caller: Commanding,
) -> Response:
    """Approve a request, which erases at once and for ever, or reject it."""
    with caller.command(body) as command:
        said = body.checked(lambda: _may(command, APPROVE))
        erasing.decide(command.session, command.actor, number(request_id), said)
        return _answered(command, number(request_id), 200)


def number(text: str) -> int:
    """The number of a request in an address. Raises ErasureNotFound."""
    if not (text.isascii() and text.isdecimal()) or len(text) > MAX_DIGITS:
        raise ErasureNotFound
    return int(text)


def _answered(command: Command, request_id: int, status: int) -> Response:
    return command.answer(erasure_desk.one(command.session, request_id), status)


def _may(command: Command, act: str) -> None:
    """Refuse before a form error who has no part in it."""
    decisions.require(command.session, command.actor, Act(act, agency=command.actor.agency))
