"""Not accepted (不予受理): the page on which a teller turns an application away in writing, and its end."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Commanding
from database import clock
from engine import window_refusals
from engine.paperwork import remedies
from engine.window_refusals import RefusalRequest
from web import commands, pages
from web.counter import aside
from web.counter.begin import DESK, require_teller
from web.forms import Sent, checked, sent_form

router = APIRouter(include_in_schema=False)

PAGE = DESK + "/not-accepted"


@router.get(PAGE)
def show(request: Request, caller: Asking, process: str = "") -> Response:
    """The form: whose application, to what, the reason, the rule, and what the applicant is told."""
    with caller.reading() as reading:
        require_teller(reading)
        return pages.page(
            request,
            "papers/not_accepted.html",
            reading,
            processes=aside.names(reading),
            chosen=process,
            reasons=window_refusals.REASONS,
            remedies=remedies.on(clock.today(reading.session)),
        )


@router.post(PAGE)
def refuse(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Record the refusal and go on to its paper."""
    with commands.command(request, caller, sent) as command:
        require_teller(command)
        applicant: dict[str, Any] = {
            name: sent.text(f"applicant.{name}") for name in ("kind", "id_no", "name")
        }
        applicant["id_no"] = applicant["id_no"].upper()
        said = {name: sent.text(name) for name in ("process", "reason", "basis", "text")}
        given = checked(RefusalRequest, {**said, "applicant": applicant})
        row = window_refusals.refuse(command.session, command.office, command.actor, given)
        return pages.done(command, request, f"{PAGE}/{row.number}")


@router.get(PAGE + "/{number}")
def done(number: str, request: Request, caller: Asking) -> Response:
    """A refusal that was recorded: print the decision and hand it over. Raises RefusalNotFound."""
    with caller.reading() as reading:
        row = window_refusals.found(reading.session, reading.actor, number)
        return pages.page(
            request,
            "papers/turned_away.html",
            reading,
            said=window_refusals.shown(reading.session, row),
            names=reading.office.catalogue.at(row.definition).names,
        )
