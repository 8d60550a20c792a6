"""Samples of an inspection: drawn from a seal and an announced seed, and worked through case by case."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.auditing.inspections import number
from api.dependencies import Asking, Commanding
from authz.offices import agencies
from engine import applications
from oversight import seals
from oversight.auditing import samples
from oversight.auditing.samples import SampleNotFound, SampleRequest
from web import commands, pages
from web.audit import asking
from web.audit.asking import SearchInvalid
from web.audit.search import AUDIT
from web.forms import Sent, sent_form
from web.queueing import queue

router = APIRouter(include_in_schema=False)

SAMPLES = AUDIT + "/samples"
_LIST = "audit-samples"
_NUMBERS = ("seal_no", "per_stratum")


@router.get(SAMPLES)
def show_all(request: Request, caller: Asking) -> Response:
    """A page of samples, and the form to draw one."""
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        position = asking.position(_LIST, request)
        page = samples.listing(session, actor, position)
        codes = agencies.below(session, actor.agency)
        return pages.page(
            request,
            "audit/samples.html",
            reading,
            items=page["items"],
            next_cursor=cursors.seal(_LIST, page["next_cursor"]),
            first=position is None,
            agencies={code: agencies.known(session, code).name for code in codes},
            home=actor.agency,
            seal=seals.latest(session),
        )


@router.post(SAMPLES)
def draw(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Draw a sample. Raises as ``samples.draw``, and SearchInvalid with every wrong field."""
    with commands.command(request, caller, sent) as command:
        try:
            asked = SampleRequest.model_validate(_said(sent))
        except ValidationError as failed:
            raise SearchInvalid(errors=applications.field_errors(failed)) from failed
        sample_id = samples.draw(command.session, command.actor, asked)
        return pages.done(command, request, f"{SAMPLES}/{sample_id}")


@router.get(SAMPLES + "/{sample_id}")
def show(sample_id: str, request: Request, caller: Asking) -> Response:
    """One sample with its cases. Raises SampleNotFound, Forbidden."""
    with caller.reading() as reading:
        wanted = number(sample_id, SampleNotFound)
        found = samples.get(reading.session, reading.actor, wanted)
        return pages.page(
            request,
            "audit/sample.html",
            reading,
            sample=found,
            agency=agencies.known(reading.session, found["agency"]).name,
            processes=queue.process_names(reading.office),
        )


def _said(sent: Sent) -> dict[str, Any]:
    """The form's fields as the API's body has them: blank ones left out, numbers as numbers."""
    said: dict[str, Any] = {name: sent.text(name) for name in SampleRequest.model_fields}
    for name in _NUMBERS:
        if said[name].isascii() and said[name].isdecimal():
            said[name] = int(said[name])
    return {name: value for name, value in said.items() if value != ""}
