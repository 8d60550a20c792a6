"""The page of stand-ins (AB角): who does whose post from when to when; supervisors register and end them."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import Body
from api.dependencies import Asking, Commanding, Reading
from api.people import stand_ins as api_stand_ins
from authz import decisions
from authz.absence import stand_ins
from authz.absence.stand_in_entry import StandInEntry
from authz.acts import Act
from authz.offices import posts
from database import clock
from web import commands, pages
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

PAGE = "/stand-ins"


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """The register, newest first, and for a supervisor the form of an entry."""
    with caller.reading() as reading:
        lines = stand_ins.listing(reading.session, reading.actor)
        return pages.page(
            request,
            "stand_ins/list.html",
            reading,
            lines=[_line(line) for line in lines],
            posts=posts.POSTS,
            today=clock.today(reading.session).isoformat(),
            may_enter=_may(reading),
        )


@router.post(PAGE)
def register(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Register a stand-in and come back to the list."""
    names = ("absent", "deputy", "post", "from", "to", "reason")
    with commands.command(request, caller, sent, alters_authority=True) as command:
        given: dict[str, Any] = {name: sent.text(name) for name in names}
        given["only_when_absent"] = sent.get("only_when_absent") is not None
        api_stand_ins.enter(command, Body(StandInEntry, given))
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/{stand_in_id}/end")
def end(
    stand_in_id: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """End a stand-in before its day."""
    with commands.command(request, caller, sent, alters_authority=True) as command:
        api_stand_ins.leave(command, stand_in_id)
        return pages.done(command, request, PAGE)


def _line(line: stand_ins.StandInLine) -> dict[str, Any]:
    return api_stand_ins.shown(line) | {
        "open": line.status in ("pending", "standing_by", "effective")
    }


def _may(reading: Reading) -> bool:
    act = Act("stand_in", agency=reading.actor.agency)
    return decisions.may(reading.session, reading.actor, act) is not None
