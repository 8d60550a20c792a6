"""The clocks on the desk: what runs out (时限预警), stopping a clock, letting it go on, giving longer."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Commanding
from authz.offices import agencies
from engine.timing import clock_board, clock_orders, extension
from engine.timing.clock_orders import StopOrder
from engine.timing.extension import ExtensionAsked
from web import case_labels, commands, pages
from web.casework import case_clocks
from web.forms import Sent, checked, sent_form

router = APIRouter(include_in_schema=False)

PAGE, CASE = "/clocks", "/cases/{case_no}"
SentForm = Annotated[Sent, sent_form()]


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """What is due first, and what a changed calendar moves. Raises Forbidden."""
    with caller.reading() as reading:
        session, office, actor = reading.session, reading.office, reading.actor
        found = clock_board.report(session, actor)
        codes = {item["agency"] for item in found["items"]}
        return pages.page(
            request,
            "clocks.html",
            reading,
            found=found,
            moved=clock_board.moved_shown(session, office, actor)["items"],
            processes={one.code: one.names for one in office.catalogue.known()},
            agencies={code: agencies.get(session, code).name for code in codes},
            statuses=case_labels.STATUSES,
            kinds=case_clocks.CLOCKS,
        )


@router.post(CASE + "/clock-stop")
def stop(case_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Stop the clocks of the case, or let them go on where the form says so; then show it again."""
    with commands.command(request, caller, sent) as command:
        session, office, actor = command.session, command.office, command.actor
        if sent.get("resume"):
            clock_orders.resume(session, office, actor, case_no)
        else:
            said = {"reason": sent.text("reason"), "basis": sent.text("basis")}
            clock_orders.stop(session, office, actor, case_no, checked(StopOrder, said))
        return pages.done(command, request, f"/cases/{case_no}")


@router.post(CASE + "/extension")
def extend(case_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Give the case longer, then show it again."""
    with commands.command(request, caller, sent) as command:
        days = sent.text("days")
        number = int(days) if days.isascii() and days.isdecimal() and len(days) < 4 else days  # noqa: PLR2004
        asked = checked(ExtensionAsked, {"days": number, "reason": sent.text("reason")})
        extension.extend(command.session, command.office, command.actor, case_no, asked)
        return pages.done(command, request, f"/cases/{case_no}")
