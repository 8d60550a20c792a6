"""First contacts (首问登记) through HTTP: recorded, ended, and the list of those that are open."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import cursors, openapi
from api.body import Body, json_of
from api.dependencies import Asking, Command, Commanding
from api.ownership.owner_answers import ContactPage, ContactShown
from authz import decisions
from authz.acts import Act
from engine.ownership import first_contacts
from engine.ownership.first_contacts import RECORD, ContactEntry, ContactNotFound, EndingRequest

router = APIRouter(tags=["first contacts"], prefix="/api/first-contacts")

_LIST = "first-contacts"
MAX_DIGITS = 15


@router.get("", response_model=ContactPage)
def listed(
    caller: Asking,
    *,
    only_open: Annotated[bool, Query(alias="open")] = False,
    cursor: Annotated[str | None, Query()] = None,
) -> Response:
    """The first contacts of one's own office and those below, newest first; ``open`` alone, or all."""
    position = cursors.position(_LIST, cursor)
    with caller.reading() as reading:
        page = first_contacts.listed(
            reading.session, reading.actor, only_open=only_open, cursor=position
        )
        return reading.answer(cursors.sealed_page(_LIST, page))


@router.post(
    "", status_code=201, response_model=ContactShown, openapi_extra=openapi.says(ContactEntry)
)
def record(
    body: Annotated[Body[ContactEntry], json_of(ContactEntry)], caller: Commanding
) -> Response:
    """Record that somebody came with what isn't ours; whoever records it sees it to its end."""
    with caller.command(body) as command:
        entry = body.checked(lambda: may_record(command))
        made = first_contacts.record(command.session, command.actor, entry)
        return command.answer(first_contacts.shown(command.session, made.contact_id), 201)


@router.post(
    "/{contact_id}/ending", response_model=ContactShown, openapi_extra=openapi.says(EndingRequest)
)
def end(
    contact_id: str,
    body: Annotated[Body[EndingRequest], json_of(EndingRequest)],
    caller: Commanding,
) -> Response:
    """End a first contact: by an answer, or by taking the visitor to whom his matter belongs."""
    with caller.command(body) as command:
        asked = body.checked(lambda: may_record(command))
        found = first_contacts.end(command.session, command.actor, number(contact_id), asked)
        return command.answer(first_contacts.shown(command.session, found.contact_id), 200)


def may_record(command: Command) -> None:
    """Refuse before a form error who has no part in it."""
    decisions.require(command.session, command.actor, Act(RECORD, agency=command.actor.agency))


def number(text: str) -> int:
    """The key that an address names. Raises ContactNotFound for what can be none."""
    if not (text.isascii() and text.isdecimal()) or len(text) > MAX_DIGITS:
        raise ContactNotFound
    return int(text)
