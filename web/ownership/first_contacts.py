"""First contacts (首问登记) at the desk: recorded, ended, and the list with what is overdue."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.body import Body
from api.dependencies import Asking, Commanding, Reading
from api.ownership import first_contacts as api_first_contacts
from authz import decisions
from authz.acts import Act
from engine.ownership import first_contacts
from engine.ownership.first_contacts import RECORD, ContactEntry, EndingRequest
from web import commands, pages
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

PAGE = "/first-contacts"
_LIST = "first-contacts"
SentForm = Annotated[Sent, sent_form()]


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """The newest first contacts, the forms to end one's own, and of a new one."""
    position = cursors.position(_LIST, request.query_params.get("cursor"))
    with caller.reading() as reading:
        page = first_contacts.listed(reading.session, reading.actor, cursor=position)
        return pages.page(
            request,
            "owners/contacts.html",
            reading,
            may_record=_may(reading),
            watches="supervisor" in reading.actor.works_as,
            **cursors.sealed_page(_LIST, page),
        )


@router.post(PAGE)
def record(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Record one, then show the list again."""
    given: dict[str, Any] = {name: sent.text(name) for name in ("matter", "belongs_to")}
    if sent.text("visitor.name"):
        given["visitor"] = {name: sent.text(f"visitor.{name}") for name in ("name", "phone")}
    with commands.command(request, caller, sent) as command:
        entry = Body(ContactEntry, given).checked(lambda: api_first_contacts.may_record(command))
        first_contacts.record(command.session, command.actor, entry)
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/{contact_id}/ending")
def end(contact_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """End one by an answer, or by who took the visitor there; then show the list again."""
    given: dict[str, Any] = {name: sent.text(name) for name in ("kind", "text")}
    if sent.text("taken_by"):
        given["taken_by"] = sent.text("taken_by")
    with commands.command(request, caller, sent) as command:
        asked = Body(EndingRequest, given).checked(lambda: api_first_contacts.may_record(command))
        number = api_first_contacts.number(contact_id)
        first_contacts.end(command.session, command.actor, number, asked)
        return pages.done(command, request, PAGE)


def _may(reading: Reading) -> bool:
    act = Act(RECORD, agency=reading.actor.agency)
    return decisions.may(reading.session, reading.actor, act) is not None
