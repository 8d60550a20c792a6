"""How far one's own business is, for whoever holds the receipt: no signing in, no script, no name shown.

What is typed is sent in the body of a form, so that no number stands in an address or a log.
"""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import problems
from api.dependencies import Asking
from database.refusals import Refusal
from engine.heard import enquiries
from engine.heard.enquiries import Guesses, NothingSuch, Standing, TooManyGuesses
from web import pages, steps, tokens
from web.forms import Sent, sent_form
from web.texts import mark

router = APIRouter(include_in_schema=False)

MAX_CASE_NO = 32
_OVER = ("completed", "refused", "withdrawn")
SAID = {
    "awaiting_materials": mark("Something is still missing before your business can begin."),
    "in_progress": mark("Your business is being handled."),
    "returned": mark("Something has to be corrected: please come to the office or ring it up."),
    "completed": mark("Your business is done."),
    "refused": mark("Your business was not approved. The office tells you why, in writing."),
    "withdrawn": mark("Your business was withdrawn."),
}
PAPERS = {
    "receipt": mark("Receipt"),
    "certificate": mark("Certificate or statement"),
    "denial": mark("Decision not to do it"),
}


@router.get("/progress")
def show(request: Request) -> Response:
    """The form that asks for the receipt."""
    return pages.page(request, "guides/progress.html", standing=None, refused=None, case_no="")


@router.post("/progress")
def look(request: Request, caller: Asking, sent: Annotated[Sent, sent_form()]) -> Response:
    """How far it is, or that nothing fits; both as a page."""
    tokens.require(request, sent.token)
    case_no = sent.text("case_no")[:MAX_CASE_NO]
    guesses: Guesses = request.app.state.guesses
    found: Standing | None = None
    refused: Refusal | None = None
    try:
        with caller.public() as session:
            found = enquiries.ask(session, caller.office, guesses, case_no, sent.text("last_four"))
    except (NothingSuch, TooManyGuesses) as refusal:
        refused = refusal
    return pages.page(
        request,
        "guides/progress.html",
        status=200 if refused is None else problems.status_of(refused),
        standing=found,
        refused=refused,
        case_no=case_no,
        said=SAID[found.status] if found else "",
        rungs=_rungs(found) if found else [],
        papers=PAPERS,
    )


def _rungs(found: Standing) -> list[dict[str, Any]]:
    """Every step of the way: acceptance, the signatures, the end; without saying who."""
    begun = mark("Received at the window") if found.missing else mark("Accepted at the window")
    rungs = [{"title": begun, "state": "done", "at": found.accepted_at}]
    signed = {one.step: one.at for one in found.signed}
    over = found.status in _OVER
    still = [] if over else [*found.waiting, *steps.expected(found.level, found.route)]
    for step in dict.fromkeys([*signed, *still]):
        state = "done" if step in signed else "now" if step in found.waiting else "todo"
        rungs.append({"title": steps.name(step), "state": state, "at": signed.get(step)})
    if not over:
        return [*rungs, {"title": mark("Done; you get a receipt"), "state": "todo", "at": None}]
    ends = {
        "completed": mark("Done"),
        "refused": mark("Not approved"),
        "withdrawn": mark("Withdrawn"),
    }
    return [*rungs, {"title": ends[found.status], "state": "done", "at": found.finished_at}]
