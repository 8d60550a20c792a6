"""``tongban calc``: the calculators at the command line, without a database; ``--json`` for programs."""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from api.settings import Settings
from database.clock import Clock, office_date
from database.refusals import Invalid
from engine.calculators import answering
from engine.calculators.kind import Calculator
from register.amounts import yuan

_CENTS = "_cents"
_MOST_DIGITS = 16
_MONTH = re.compile(r"(\d{4})-?(\d{2})")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The command, with one sub-command a calculator and one option a field."""
    calc = commands.add_parser("calc", help="reckon an estimate: retirement, pension, late fee …")
    codes = calc.add_subparsers(required=True, metavar="CODE", dest="code")
    for code, calculator in answering.CALCULATORS.items():
        names = calculator.names
        one = codes.add_parser(code, help=f"{names.zh} {names.en}", description=calculator.about.en)
        for name, said in _fields(calculator):
            one.add_argument(
                f"--{_option(name)}",
                dest=f"field_{name}",
                metavar=_written(said),
                required=name in calculator.form.model_json_schema().get("required", ()),
                help=f"{said['title_zh']} {said['title']}".replace("%", "%%"),
            )
        one.add_argument("--json", action="store_true", help="the whole answer as JSON")
        one.set_defaults(run=calculate)


def calculate(parsed: argparse.Namespace, settings: Settings) -> int:
    """Reckon and print. Raises Invalid, naming each field that doesn't fit, and ParameterMissing."""
    del settings
    calculator = answering.named(parsed.code)
    fields = {
        name: _value(name, said, given)
        for name, said in _fields(calculator)
        if (given := getattr(parsed, f"field_{name}")) is not None
    }
    try:
        form = answering.checked(calculator, fields)
    except Invalid as wrong:
        said = "; ".join(f"--{_option(e['field'])}: {e['message']}" for e in wrong.errors)
        raise Invalid(said) from wrong
    answer = answering.answered(calculator, form, office_date(Clock().now()))
    if parsed.json:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.writelines(line + "\n" for line in _lines(answer))
    return 0


def _fields(calculator: Calculator) -> list[tuple[str, Mapping[str, Any]]]:
    return list(calculator.form.model_json_schema()["properties"].items())


def _option(name: str) -> str:
    """Amounts are written in yuan here: ``--principal 10000.00`` is ``principal_cents``."""
    return name.removesuffix(_CENTS).replace("_", "-")


def _written(said: Mapping[str, Any]) -> str:
    """How a value is written, for the help."""
    allowed = _allowed(said)
    if said.get("unit") == "cents":
        return "YUAN"
    if said.get("unit") == "month":
        return "YYYY-MM"
    if "enum" in allowed:
        return "{" + ",".join(allowed["enum"]) + "}"
    if allowed.get("format") == "date":
        return "YYYY-MM-DD"
    return "N"


def _value(name: str, said: Mapping[str, Any], given: str) -> Any:
    """The value a field takes. Raises Invalid where the text can't be read as one."""
    unit = said.get("unit")
    if unit == "month":
        found = _MONTH.fullmatch(given)
        if found is None:
            raise Invalid(f"--{_option(name)}: a month is written 2026-11")
        return int(found.group(1) + found.group(2))
    if unit == "cents":
        return _cents(name, given)
    if _allowed(said).get("type") == "integer":
        if not re.fullmatch(r"-?\d{1,16}", given, re.ASCII):
            raise Invalid(f"--{_option(name)}: a whole number is needed")
        return int(given)
    return given


def _cents(name: str, given: str) -> int:
    wrong = Invalid(f"--{_option(name)}: an amount is written in yuan, with at most two decimals")
    try:
        cents = Decimal(given) * 100
    except InvalidOperation:
        raise wrong from None
    if not cents.is_finite() or cents.adjusted() > _MOST_DIGITS or cents != cents.to_integral():
        raise wrong
    return int(cents)


def _allowed(said: Mapping[str, Any]) -> Mapping[str, Any]:
    options: Sequence[Mapping[str, Any]] = said.get("anyOf", [said])
    return next(option for option in options if option.get("type") != "null")


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """The answer as people read it, in both languages."""
    yield f"{answer['name']['zh']} {answer['name']['en']}, {answer['reckoned_on']}"
    for told in answer["values"]:
        yield f"  {told['name']['zh']} {told['name']['en']}: {_shown(told)}"
    yield "推导 how it was reckoned"
    for step in answer["derivation"]:
        source = f"  [{step['source']}]" if step["source"] else ""
        yield f"  {step['zh']} | {step['en']} = {step['value']}{source}"
    yield "参数 parameters"
    for use in answer["parameters"]:
        doubt = "" if use["verified"] else "  待核实 to be confirmed"
        yield f"  {use['name']} {use['effective_from']}: {use['value']}  [{use['source']}]{doubt}"
    yield f"{answer['note']['zh']} ({answer['note']['en']})"


def _shown(told: Mapping[str, Any]) -> str:
    value = told["value"]
    if told["unit"] == "cents":
        return f"{yuan(value)} 元 yuan"
    if told["unit"] == "month":
        return str(value)
    if told["unit"] == "word":
        return f"{told['word']['zh']} {told['word']['en']}"
    return f"{value} {'个月 months' if told['unit'] == 'months' else '天 days'}"
