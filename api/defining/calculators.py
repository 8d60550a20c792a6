"""The calculators through HTTP: for everybody, without signing in; nothing that is asked is kept."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from api import openapi
from api.answers import NamesShown
from api.body import Body, json_of
from api.defining.calculator_answers import AnyAnswer
from api.dependencies import Asking
from database import clock
from engine.calculators import answering

router = APIRouter(tags=["calculators"], prefix="/api/calculators")


class CalculatorFields(BaseModel):
    """The fields of the calculator, as its ``form_schema`` in the list of calculators describes them."""

    model_config = ConfigDict(extra="allow")


class CalculatorLine(BaseModel):
    """A calculator: what it tells, and the JSON Schema of what it asks."""

    code: str
    name: NamesShown
    about: NamesShown
    form_schema: dict[str, Any]


@router.get("", response_model=None, responses={200: {"model": list[CalculatorLine]}})
def list_calculators() -> list[dict[str, Any]]:
    """Every calculator with its names and the JSON Schema of its fields."""
    return answering.listed()


@router.post(
    "/{code}",
    response_model=None,
    responses={200: {"model": AnyAnswer}},
    openapi_extra=openapi.says(CalculatorFields, keyed=False),
)
def calculate(
    code: str, body: Annotated[Body[CalculatorFields], json_of(CalculatorFields)], caller: Asking
) -> dict[str, Any]:
    """Reckon one answer: an estimate with its derivation, its parameters and their sources."""
    sent = body.checked(lambda: answering.named(code))
    calculator = answering.named(code)
    form = answering.checked(calculator, sent.model_extra or {})
    with caller.public() as session:
        today = clock.today(session)
    return answering.answered(calculator, form, today)
