"""The page that shows personal data unmasked: for one answer, after a reason was given."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Commanding
from engine import unmasking
from engine.unmasking import Wanted
from web import case_labels, commands, forms, pages
from web.entitlements.register import PERSONAL, REGISTER
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)


@router.post(REGISTER + "/persons/{person_id}/unmasking")
def show(
    person_id: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Show what was asked for, once: the page is kept nowhere."""
    with commands.command(request, caller, sent, keyed=False) as command:
        wanted = forms.checked(Wanted, _body(sent))
        values = unmasking.unmask(command.session, command.office, command.actor, person_id, wanted)
        return pages.page(
            request,
            "register/unmasked.html",
            command,
            person_id=person_id,
            values=values,
            parts_of=PERSONAL,
            labels=case_labels.FIELDS,
            value=case_labels.value,
        )


def _body(sent: Sent) -> dict[str, Any]:
    named = {name: sent.text(name) for name in ("case_no", "reason_code")}
    given: dict[str, Any] = {name: text for name, text in named.items() if text}
    return {**given, "fields": sent.all("fields"), "reason": sent.text("reason")}
