"""The clocks on the desk: what runs out (时限预警), stopping a clock, letting it go on, giving longer.

Who orders signs: with the password, or, with a key held elsewhere, on a page that shows what is to be signed.
"""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Commanding
from api.queueing import clock_signing, preparing
from api.queueing.clock_signing import Order
from authz.offices import agencies
from database.refusals import InvariantBroken
from engine.prepared_signatures import Prepared
from engine.timing import clock_board, prepared_clock_orders
from engine.timing.clock_order_record import EXTEND, STOP
from engine.timing.clock_orders import StopOrder
from engine.timing.extension import ExtensionAsked
from web import case_labels, commands, pages, tokens
from web.casework import case_clocks
from web.forms import Sent, checked, sent_form
from web.signing_in import keys

router = APIRouter(include_in_schema=False)

PAGE, CASE = "/clocks", "/cases/{case_no}"
_FIELDS = ("act", "reason", "basis", "days")
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


@router.post(CASE + "/clock-order")
def order(case_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Stop the clocks of the case, let them go on or give it longer, signed; then show it again."""
    by = clock_signing.said(caller, sent.get("password"))
    with commands.command(request, caller, sent) as command:
        clock_signing.give(command, case_no, _order(sent), by)
        return pages.done(command, request, f"/cases/{case_no}")


@router.post(CASE + "/clock-signing")
def prepare(case_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Prepare an order for a key held elsewhere, and show the bytes that are to be signed."""
    with caller.reading() as reading:
        # A form that isn't of our page leaves no password noted either.
        tokens.require(request, sent.token, reading.actor.account_id)
    by = clock_signing.said(caller, sent.get("password"))
    if by.proof is not None:
        caller.note_password(by.proof)
    try:
        with commands.command(request, caller, sent) as command:
            clock_signing.stage(command, case_no, _order(sent), by)
            raise InvariantBroken("an order was carried out without its signature")
    except Prepared as found:
        # Its page is made anew each time: the key of the form is left to the signature.
        with commands.command(request, caller, sent, keyed=False) as command:
            until = prepared_clock_orders.keep(command.session, command.actor, case_no, found)
            return pages.page(
                request,
                "keys/to_sign.html",
                command,
                case_no=case_no,
                covered_at=f"/cases/{case_no}/clock-signing",
                signature_at=f"/cases/{case_no}/clock-signature",
                fields=[(name, sent.text(name)) for name in _FIELDS],
                prepared=preparing.shown(found, until),
            )


@router.get(CASE + "/clock-signing")
def covered(case_no: str, caller: Asking) -> Response:
    """The prepared bytes, as a file."""
    with caller.reading() as reading:
        content = prepared_clock_orders.held(reading.session, reading.actor, case_no)
        return keys.file(f"{case_no}.bin", content)


@router.post(CASE + "/clock-signature")
def complete(case_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Give the order with the signature that was made elsewhere, then show the case again."""
    by = clock_signing.said(caller, None, keys.signature(sent))
    with commands.command(request, caller, sent) as command:
        clock_signing.give(command, case_no, _order(sent), by)
        return pages.done(command, request, f"/cases/{case_no}")


def _order(sent: Sent) -> Order:
    """What a form orders; one that says neither stop nor longer lets the clock go on. Raises Invalid."""
    act, reason = sent.text("act"), sent.text("reason")
    if act == STOP:
        return checked(StopOrder, {"reason": reason, "basis": sent.text("basis")})
    if act == EXTEND:
        days: Any = sent.text("days")
        if days.isascii() and days.isdecimal() and len(days) < 4:  # noqa: PLR2004
            days = int(days)
        return checked(ExtensionAsked, {"days": days, "reason": reason})
    return None
