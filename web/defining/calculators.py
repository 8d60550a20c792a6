"""The calculators for everybody, as plain forms: no signing in, no script, nothing kept.

What is typed comes in the body of a form; amounts are in yuan here. The answer stands above the form, so
that figures can be changed and asked again.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import problems
from api.dependencies import Asking
from database import clock
from database.refusals import Invalid, Refusal
from engine.calculators import answering
from engine.calculators.kind import Calculator
from web import pages, tokens
from web.counter import fields, values
from web.counter.fields import Field
from web.counter.values import NotReadable
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

LONGEST = 100


@router.get("/calculators")
def show_all(request: Request) -> Response:
    """Every calculator and what it tells."""
    return pages.page(request, "calculators/list.html", listed=answering.listed())


@router.get("/calculators/{code}")
def show(request: Request, code: str) -> Response:
    """The form of one calculator."""
    calculator = answering.named(code)
    typed = {field.name: field.default for field in _fields(calculator)}
    return _page(request, calculator, typed)


@router.post("/calculators/{code}")
def calculate(
    code: str, request: Request, caller: Asking, sent: Annotated[Sent, sent_form()]
) -> Response:
    """The answer above the form as it was typed; or what doesn't fit, at its field."""
    tokens.require(request, sent.token)
    calculator = answering.named(code)
    typed = {field.name: sent.text(field.path)[:LONGEST] for field in _fields(calculator)}
    answer: dict[str, Any] | None = None
    refused: Refusal | None = None
    try:
        form = answering.checked(calculator, _read(calculator, typed), "form")
        with caller.public() as session:
            today = clock.today(session)
        answer = answering.answered(calculator, form, today)
    except Invalid as refusal:
        refused = refusal
    return _page(request, calculator, typed, answer, refused)


def _page(
    request: Request,
    calculator: Calculator,
    typed: dict[str, str],
    answer: dict[str, Any] | None = None,
    refused: Refusal | None = None,
) -> Response:
    errors = {error["field"]: error for error in refused.errors} if refused else {}
    return pages.page(
        request,
        "calculators/one.html",
        status=200 if refused is None else problems.status_of(refused),
        calculator=calculator,
        fields=_fields(calculator),
        typed=typed,
        answer=answer,
        refused=refused,
        errors=errors,
    )


def _fields(calculator: Calculator) -> Sequence[Field]:
    return fields.of_schema(calculator.form.model_json_schema())


def _read(calculator: Calculator, typed: dict[str, str]) -> dict[str, Any]:
    """The values of what was typed. Raises Invalid with every text that can't be read as one."""
    found, errors = {}, []
    for field in _fields(calculator):
        text = typed[field.name]
        if not text:
            continue
        try:
            found[field.name] = values.read(field, text)
        except NotReadable as wrong:
            errors.append({"field": field.path, "message": wrong.message, "rule": wrong.rule})
    if errors:
        raise Invalid("Some fields can't be read; each says how it is written.", errors=errors)
    return found
