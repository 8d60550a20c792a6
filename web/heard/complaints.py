"""Complaints (投诉) of whoever holds a paper of the office: made and asked about without signing in."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import idempotency, problems
from api.dependencies import Commanding
from authz.offices import agencies
from database.refusals import Refusal
from engine.heard import complaints
from engine.heard.complaints import ABOUT, Complaint, ComplaintMade
from web import pages, tokens
from web.forms import Sent, checked, sent_form
from web.heard.evaluation import paper

router = APIRouter(include_in_schema=False)

SentForm = Annotated[Sent, sent_form()]


@router.get("/complaint")
def show(request: Request) -> Response:
    """The form of a complaint, and the one that asks how far one is."""
    return _page(request)


@router.post("/complaint")
def make(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Receive it, and show the sheet with its number to print or copy."""
    tokens.require(request, sent.token)
    try:
        held = paper(request, caller, sent)
        said = {name: sent.text(name) for name in ("about", "words", "contact")}
        made = checked(ComplaintMade, said)
        key = idempotency.checked_key(sent.key)
        with caller.public_command(held.agency) as session:
            found = _shown(session, complaints.make(session, held, made, key))
    except Refusal as refused:
        return _page(request, sent=sent, refused=refused, status=problems.status_of(refused))
    return _page(request, found=found, new=True)


@router.post("/complaint/progress")
def look(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """How far a complaint is, by its number and the paper that it was made with."""
    tokens.require(request, sent.token)
    try:
        held = paper(request, caller, sent)
        # What clients said isn't open to the public: it is read as the agency's own.
        with caller.public_command(held.agency) as session:
            found = _shown(session, complaints.of(session, held, sent.text("complaint")))
    except Refusal as refused:
        return _page(request, asked=sent, refused=refused, status=problems.status_of(refused))
    return _page(request, found=found)


def _shown(session: Any, one: Complaint) -> dict[str, Any]:
    """What a complainant is told: nothing of what he wrote, and nobody's name."""
    agency = agencies.known(session, one.agency_code)
    return {
        "number": one.number,
        "about": ABOUT[one.about],
        "received_at": one.received_at,
        "answer_by": one.answer_by,
        "agency": agency.name,
        "phone": agency.phone,
    }


def _page(
    request: Request,
    *,
    status: int = 200,
    sent: Sent | None = None,
    asked: Sent | None = None,
    **said: Any,
) -> Response:
    names = ("number", "code", "about", "words", "contact")
    shown = {"refused": None, "found": None, "new": False, **said}
    return pages.page(
        request,
        "heard/complaint.html",
        status=status,
        typed={name: sent.text(name) if sent else "" for name in names},
        asked={name: asked.text(name) if asked else "" for name in ("complaint", "number", "code")},
        about=ABOUT,
        most=complaints.MOST_WORDS,
        **shown,
    )
