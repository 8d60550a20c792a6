"""What a case waits for from outside, at the desk: entering what came, by the message's own schema."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Commanding
from authz import decisions
from database.refusals import Invalid
from engine import awaited, maker, messages
from engine.applications import Material
from engine.defining.definition import Definition
from engine.messages import Delivery, MessageNotAwaited
from web import case_reading, commands, pages
from web.casework.case import CASES
from web.counter import fields, typed
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

_DATA, _FORM = "data.", "form."


@router.get(CASES + "/{case_no}/awaited/{name}")
def show(case_no: str, name: str, request: Request, caller: Asking) -> Response:
    """The form of a message that is awaited. Raises MessageNotAwaited, Forbidden."""
    with caller.reading() as reading:
        work = case_reading.opened(reading, case_no)
        decisions.require(reading.session, reading.actor, maker.act(work, "message"))
        waits = awaited.of_case(reading.session, work.case, work.definition)
        found = next((w for w in waits if (w["kind"], w["name"]) == ("message", name)), None)
        if found is None:
            names = sorted(w["name"] for w in waits if w["kind"] == "message")
            raise MessageNotAwaited(facts={"case_no": case_no, "awaited": names})
        codes = _materials(work.definition, name)
        return pages.page(
            request,
            "case/awaited.html",
            reading,
            names=work.definition.names,
            case_no=case_no,
            message=found,
            fields=fields.of_schema(work.definition.message_schema(name) or {"properties": {}}),
            materials=[m for m in work.definition.guide.materials if m.code in codes],
        )


@router.post(CASES + "/{case_no}/awaited/{name}")
def deliver(
    case_no: str,
    name: str,
    request: Request,
    caller: Commanding,
    sent: Annotated[Sent, sent_form()],
) -> Response:
    """Hand over what came, then show the case again; errors name the fields of the page."""
    with commands.command(request, caller, sent) as command:
        work = case_reading.opened(command, case_no)
        try:
            delivery = _delivery(work.definition, name, sent)
            messages.deliver(
                command.session, command.office, command.actor, case_no, name, delivery
            )
        except Invalid as refused:
            refused.errors = [
                {**error, "field": _shown(error["field"])} for error in refused.errors
            ]
            raise
        return pages.done(command, request, f"{CASES}/{case_no}")


def _delivery(definition: Definition, name: str, sent: Sent) -> Delivery:
    """What was typed, as the API has it. Raises Invalid with the fields whose text can't be read."""
    schema = definition.message_schema(name)
    known = fields.of_schema(schema or {"properties": {}})
    form = {
        cell: text
        for field in known
        for cell in (field.cells() or [field.name])
        if (text := sent.text(f"{_FORM}{cell}"))
    }
    data, errors = typed.read_fields(known, form)
    given = [
        Material(code=code)
        for code in _materials(definition, name)
        if sent.get(f"materials.{code}") is not None
    ]
    if errors:
        raise Invalid("Some fields don't fit; each says why. Nothing was taken.", errors=errors)
    return Delivery(data=data if schema else None, materials=given)


def _materials(definition: Definition, name: str) -> list[str]:
    declared = definition.messages.get(name)
    return [] if declared is None else list(declared.MATERIALS)


def _shown(field: str) -> str:
    """A field of the API's body as the page calls it."""
    return field.replace(_DATA, _FORM, 1) if field.startswith(_DATA) else field
