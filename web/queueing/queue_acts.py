"""What is done with a queue besides claiming: a task handed on, a choice of filters saved or taken away."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import Body
from api.dependencies import Asking, Commanding
from engine.queueing import saved_queues, transfers
from engine.queueing.saved_queues import SavedEntry
from engine.queueing.transfers import TransferEntry
from web import commands, pages
from web.forms import Sent, sent_form
from web.queueing import queue

router = APIRouter(include_in_schema=False)

SAVED = queue.QUEUE + "/saved"
HANDING = queue.QUEUE + "/{task_id}/transfer"


@router.get(HANDING)
def ask(task_id: str, request: Request, caller: Asking) -> Response:
    """To whom a task is handed, and why."""
    with caller.reading() as reading:
        case, task = transfers.of_mine(reading.session, reading.actor, task_id)
        return pages.page(
            request,
            "queue/transfer.html",
            reading,
            task_id=task_id,
            case_no=case.case_no,
            colleagues=transfers.colleagues(reading.session, reading.actor, task),
            reasons=transfers.REASONS,
        )


@router.post(HANDING)
def hand_on(
    task_id: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Hand it on."""
    given = {name: sent.text(name) for name in ("to", "reason")}
    with commands.command(request, caller, sent) as command:
        session, office, actor = command.session, command.office, command.actor
        entry = Body(TransferEntry, given).checked()
        transfers.transfer(session, office, actor, task_id, entry)
        return pages.done(command, request, f"{queue.QUEUE}?handed=1")


@router.post(SAVED)
def save(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Save the filters that the page shows under a name, for oneself or for a post."""
    said = queue.address(sent)
    given = {
        "name": sent.text("name"),
        "queue": said.pop("queue", ""),
        "asked": said,
        "post": sent.text("post") or None,
    }
    with commands.command(request, caller, sent) as command:
        saved_queues.save(command.session, command.actor, Body(SavedEntry, given).checked())
        return pages.done(command, request, queue.back(sent))


@router.post(SAVED + "/{saved_id}/removal")
def remove(
    saved_id: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Take a saved choice away."""
    with commands.command(request, caller, sent) as command:
        saved_queues.remove(command.session, command.actor, saved_id)
        return pages.done(command, request, queue.back(sent))
