"""All calculators, and one way to ask them: check the fields, reckon, tell with derivation and parameters."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from database.refusals import Invalid, NotFound
from engine.applications import field_errors
from engine.calculators import (
    back_payment,
    interest,
    late_fee,
    pension,
    retirement,
    survivors,
    transfer,
)
from engine.calculators.kind import Calculator, Told
from engine.process import Form, Names
from engine.rules import parameters_used
from register import months
from register.parameters import Parameters

CALCULATORS: Mapping[str, Calculator] = {
    part.CALCULATOR.code: part.CALCULATOR
    for part in (retirement, pension, interest, late_fee, survivors, transfer, back_payment)
}
# What every answer says of itself: an estimate binds nobody.
NOTE = Names(
    "测算结果仅供参考，以经办机构核定为准",
    "an estimate: what the agency determines is what counts",
)


class NoSuchCalculator(NotFound):
    """There is no such calculator: GET /api/calculators lists them."""

    rule = "calculator.not_found"


def named(code: str) -> Calculator:
    """The calculator of a code. Raises NoSuchCalculator."""
    if code not in CALCULATORS:
        raise NoSuchCalculator
    return CALCULATORS[code]


def listed() -> list[dict[str, Any]]:
    """Every calculator: code, names, what it tells, and the JSON Schema of what it asks."""
    return [
        {
            "code": one.code,
            "name": _both(one.names),
            "about": _both(one.about),
            "form_schema": one.form.model_json_schema(),
        }
        for one in CALCULATORS.values()
    ]


def checked(calculator: Calculator, fields: Mapping[str, Any], prefix: str = "") -> Form:
    """The fields as the calculator's form. Raises Invalid with every wrong field at once."""
    try:
        return calculator.form.model_validate(dict(fields))
    except ValidationError as wrong:
        raise Invalid(
            "Some fields don't fit; each says why. Nothing was reckoned.",
            errors=field_errors(wrong, prefix),
        ) from None


def answered(calculator: Calculator, form: Form, today: date) -> dict[str, Any]:
    """What a calculator tells of a checked form: values, derivation, parameters and sources (JSON).

    Each value stands under its own code and, named, in ``values``; months are YYYY-MM. Nothing is kept.
    Raises ParameterMissing naming the parameter, and the refusals of its rule.
    """
    used = Parameters()
    worked = calculator.reckon(form, today, used)
    uses = [parameters_used.titled(use) for use in used.used]
    return {
        **{told.code: _value(told) for told in worked.values},
        "calculator": calculator.code,
        "name": _both(calculator.names),
        "reckoned_on": today.isoformat(),
        "values": [_told(told) for told in worked.values],
        "derivation": [
            {"zh": step.zh, "en": step.en, "value": step.value, "source": step.source}
            for step in worked.derivation
        ],
        "parameters": uses,
        "sources": list(dict.fromkeys(filter(None, (step.source for step in worked.derivation)))),
        "verified": all(use["verified"] for use in uses),
        "note": _both(NOTE),
    }


def _told(told: Told) -> dict[str, Any]:
    return {
        "code": told.code,
        "name": _both(told.names),
        "unit": told.unit,
        "value": _value(told),
        "word": None if told.word is None else _both(told.word),
    }


def _value(told: Told) -> int | str:
    return months.text(int(told.value)) if told.unit == "month" else told.value


def _both(names: Names) -> dict[str, str]:
    return {"zh": names.zh, "en": names.en}
