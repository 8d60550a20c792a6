"""Disposal lists on the desk: made by the archivist, appraised by three, approved, carried out."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.archiving import disposals as api_disposals
from api.dependencies import Asking, Commanding
from engine.archiving import archive_desk, archive_disposal, disposal_lists
from engine.archiving.archive_disposal import (
    APPRAISE,
    APPRAISERS,
    APPROVE,
    WITNESS,
    WITNESSES,
    OpinionRequest,
)
from web import commands, pages
from web.archive import showing
from web.archive.files import checked
from web.archive.showing import ARCHIVE
from web.forms import Sent, sent_form
from web.texts import mark

router = APIRouter(include_in_schema=False)

SentForm = Annotated[Sent, sent_form()]
DISPOSALS = f"{ARCHIVE}/disposals"
_LIST = "archive-disposals"
STATES: Mapping[str, str] = {
    "open": mark("being appraised"),
    "rejected": mark("rejected: the files are kept"),
    "approved": mark("approved"),
    "destroyed": mark("carried out"),
}
STEPS: Mapping[str, str] = {
    "appraise": mark("Appraised: may be destroyed"),
    "approve": mark("Approved"),
    "reject": mark("To be kept"),
    "destroy": mark("Carried out"),
}


@router.get(DISPOSALS)
def show(request: Request, caller: Asking) -> Response:
    """Every list, newest first."""
    position = cursors.position(_LIST, request.query_params.get("cursor"))
    with caller.reading() as reading:
        codes = archive_desk.readable(reading.session, reading.actor)
        sealed = cursors.sealed_page(_LIST, disposal_lists.lists(reading.session, codes, position))
        return showing.page(
            request, "disposals", reading, first=position is None, states=STATES, **sealed
        )


@router.post(DISPOSALS)
def make(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """List what is past its retention."""
    with commands.command(request, caller, sent) as command:
        list_id = archive_disposal.make(command.session, command.actor)
        return pages.done(command, request, f"{DISPOSALS}/{list_id}")


@router.get(DISPOSALS + "/{list_id}")
def one(list_id: str, request: Request, caller: Asking) -> Response:
    """One list, what was said of it, and the form for what the reader may say."""
    with caller.reading() as reading:
        codes = archive_desk.readable(reading.session, reading.actor)
        found = disposal_lists.get(reading.session, codes, api_disposals.number(list_id))
        says = None
        if found["status"] == "open" and found["agency"] == reading.actor.agency:
            full = found["opinions"] >= APPRAISERS
            act, path = (APPROVE, "approval") if full else (APPRAISE, "appraisal")
            said = {step["by"] for step in found["steps"]}
            free = reading.actor.staff_no not in said
            says = path if free and showing.may(reading, act) else None
        there = [one["by"] for one in found["witnesses"]]
        more = found["status"] == "approved" and len(there) < WITNESSES
        watches = (
            more and reading.actor.staff_no not in there and found["agency"] == reading.actor.agency
        )
        return showing.page(
            request,
            "disposal",
            reading,
            list=found,
            states=STATES,
            steps=STEPS,
            says=says,
            watches=watches and showing.may(reading, WITNESS),
            lacks_witnesses=more,
        )


@router.post(DISPOSALS + "/{list_id}/appraisal")
def appraise(list_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """One of the three opinions."""
    with commands.command(request, caller, sent) as command:
        number = api_disposals.number(list_id)
        archive_disposal.appraise(command.session, command.actor, number, _opinion(sent))
        return pages.done(command, request, f"{DISPOSALS}/{number}")


@router.post(DISPOSALS + "/{list_id}/approval")
def approve(list_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """The decision of the fourth."""
    with commands.command(request, caller, sent) as command:
        number = api_disposals.number(list_id)
        archive_disposal.approve(command.session, command.actor, number, _opinion(sent))
        return pages.done(command, request, f"{DISPOSALS}/{number}")


@router.post(DISPOSALS + "/{list_id}/witness")
def witness(list_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Stand by as one of the two witnesses."""
    with commands.command(request, caller, sent) as command:
        number = api_disposals.number(list_id)
        archive_disposal.witness(command.session, command.actor, number)
        return pages.done(command, request, f"{DISPOSALS}/{number}")


@router.post(DISPOSALS + "/{list_id}/destruction")
def destroy(list_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Carry an approved list out."""
    with commands.command(request, caller, sent) as command:
        number = api_disposals.number(list_id)
        archive_disposal.destroy(command.session, command.actor, number)
        return pages.done(command, request, f"{DISPOSALS}/{number}")


def _opinion(sent: Sent) -> OpinionRequest:
    said = {"agree": sent.text("agree") == "yes", "opinion": sent.text("opinion")}
    return checked(OpinionRequest, said)
