"""Owners of cases (全程代理) at the desk: one's own cases, handing one over, taking it, ordering it."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import Body
from api.dependencies import Asking, Commanding
from engine.ownership import owned_cases, owners
from engine.ownership.owners import TransferAnswer, TransferRequest
from web import commands, pages
from web.casework.case import CASES
from web.forms import Sent, sent_form
from web.queueing import queue
from web.texts import mark

router = APIRouter(include_in_schema=False)

PAGE = "/my-cases"
SentForm = Annotated[Sent, sent_form()]
STATES: Mapping[str, str] = {
    "returned": mark("came back: correct it"),
    "awaiting_materials": mark("waits for the client"),
    "to_deliver": mark("ended: deliver its paper"),
    "asking": mark("a superior is asked"),
    "awaited": mark("waits for the outside"),
    "in_progress": mark("is being signed"),
}


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """The cases one answers for, and those one is offered."""
    with caller.reading() as reading:
        return pages.page(
            request,
            "owners/mine.html",
            reading,
            found=owned_cases.mine(reading.session, reading.actor),
            processes=queue.process_names(reading.office),
            states=STATES,
        )


@router.post(CASES + "/{case_no}/owner-offer")
def offer(case_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Offer a case, then show it again."""
    with commands.command(request, caller, sent) as command:
        session, office, actor = command.session, command.office, command.actor
        owners.offer(session, office, actor, case_no, _asked(sent))
        return pages.done(command, request, f"{CASES}/{case_no}")


@router.post(CASES + "/{case_no}/owner-order")
def order(case_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Give a case another owner, then show it again."""
    with commands.command(request, caller, sent) as command:
        session, office, actor = command.session, command.office, command.actor
        owners.order(session, office, actor, case_no, _asked(sent))
        return pages.done(command, request, f"{CASES}/{case_no}")


@router.post(CASES + "/{case_no}/owner-answer")
def answer(case_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Take a case that one is offered, or leave it; then show one's own cases."""
    said = TransferAnswer(accept=sent.text("accept") == "yes")
    with commands.command(request, caller, sent) as command:
        owners.answer(command.session, command.office, command.actor, case_no, said)
        return pages.done(command, request, PAGE)


def _asked(sent: Sent) -> TransferRequest:
    given = {name: sent.text(f"owner.{name}") for name in ("to", "reason")}
    return Body(TransferRequest, given).checked()
