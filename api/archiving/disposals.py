"""Disposal of files after retention through HTTP: appraised by three, approved, watched, destroyed."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import cursors, openapi
from api.archiving.archive_answers import DisposalPage, DisposalWhole
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Command, Commanding
from authz import decisions
from authz.acts import Act
from engine.archiving import archive_desk, archive_disposal, disposal_lists
from engine.archiving.archive_disposal import APPRAISE, APPROVE, WITNESS, OpinionRequest
from engine.archiving.archive_filing import KEEP
from engine.archiving.disposal_lists import DisposalNotFound

router = APIRouter(tags=["archive"], prefix="/api/archive/disposals")

_LIST = "archive-disposals"
MAX_DIGITS = 15
Opinion = Annotated[Body[OpinionRequest], json_of(OpinionRequest)]
Empty = Annotated[Body[Nothing], json_of(Nothing)]


@router.get("", response_model=DisposalPage)
def disposals(caller: Asking, cursor: Annotated[str | None, Query()] = None) -> Response:
    """The disposal lists of one's agencies, newest first."""
    position = cursors.position(_LIST, cursor)
    with caller.reading() as reading:
        codes = archive_desk.readable(reading.session, reading.actor)
        page = disposal_lists.lists(reading.session, codes, position)
        return reading.answer(cursors.sealed_page(_LIST, page))


@router.post("", status_code=201, response_model=DisposalWhole, openapi_extra=openapi.says(Nothing))
def make(body: Empty, caller: Commanding) -> Response:
    """List the files of one's own archive whose retention is over."""
    with caller.command(body) as command:
        body.checked(lambda: _may(command, KEEP))
        list_id = archive_disposal.make(command.session, command.actor)
        return _answered(command, list_id, 201)


@router.get("/{list_id}", response_model=DisposalWhole)
def disposal(list_id: str, caller: Asking) -> Response:
    """One disposal list with its files and what was said of it."""
    with caller.reading() as reading:
        codes = archive_desk.readable(reading.session, reading.actor)
        return reading.answer(disposal_lists.get(reading.session, codes, number(list_id)))


@router.post(
    "/{list_id}/appraisal", response_model=DisposalWhole, openapi_extra=openapi.says(OpinionRequest)
)
def appraise(list_id: str, body: Opinion, caller: Commanding) -> Response:
    """One of the three opinions (鉴定); one against it ends the list."""
    with caller.command(body) as command:
        asked = body.checked(lambda: _may(command, APPRAISE))
        archive_disposal.appraise(command.session, command.actor, number(list_id), asked)
        return _answered(command, number(list_id), 200)


@router.post(
    "/{list_id}/approval", response_model=DisposalWhole, openapi_extra=openapi.says(OpinionRequest)
)
def approve(list_id: str, body: Opinion, caller: Commanding) -> Response:
    """The decision of a fourth person (审批) on a list that three appraised."""
    with caller.command(body) as command:
        asked = body.checked(lambda: _may(command, APPROVE))
        archive_disposal.approve(command.session, command.actor, number(list_id), asked)
        return _answered(command, number(list_id), 200)


@router.post(
    "/{list_id}/witness", response_model=DisposalWhole, openapi_extra=openapi.says(Nothing)
)
def witness(list_id: str, body: Empty, caller: Commanding) -> Response:
    """Stand by as one of two witnesses (监销人) of an approved list that is about to be carried out."""
    with caller.command(body) as command:
        body.checked(lambda: _may(command, WITNESS))
        archive_disposal.witness(command.session, command.actor, number(list_id))
        return _answered(command, number(list_id), 200)


@router.post(
    "/{list_id}/destruction", response_model=DisposalWhole, openapi_extra=openapi.says(Nothing)
)
def destroy(list_id: str, body: Empty, caller: Commanding) -> Response:
    """Carry out an approved list before its two witnesses; its scans leave the disk with the next sweep."""
    with caller.command(body) as command:
        body.checked(lambda: _may(command, KEEP))
        archive_disposal.destroy(command.session, command.actor, number(list_id))
        return _answered(command, number(list_id), 200)


def number(text: str) -> int:
    """The key that an address names. Raises DisposalNotFound for what can be none."""
    if not (text.isascii() and text.isdecimal()) or len(text) > MAX_DIGITS:
        raise DisposalNotFound
    return int(text)


def _answered(command: Command, list_id: int, status: int) -> Response:
    found = disposal_lists.get(command.session, [command.actor.agency], list_id)
    return command.answer(found, status)


def _may(command: Command, act: str) -> None:
    """Refuse before a form error who has no part in it."""
    decisions.require(command.session, command.actor, Act(act, agency=command.actor.agency))
