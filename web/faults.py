"""The part of a page on which faults are named: one line for each material that is there and each field."""

from collections.abc import Iterable, Sequence
from typing import Any

from engine.defining.definition import Definition
from engine.one_notice import faults
from engine.one_notice.faults import Fault
from web.forms import Sent

_LONGEST = 200


def lines(definition: Definition, there: Iterable[str]) -> list[dict[str, Any]]:
    """What may be named: ``{kind, code, zh, en, reasons}`` each, materials first."""
    listed = faults.choices(definition, there)
    return [
        {"kind": kind, **one, "reasons": faults.REASONS[kind]}
        for kind, named in listed.items()
        for one in named
    ]


def found(definition: Definition, there: Iterable[str], sent: Sent) -> list[Fault]:
    """The faults that somebody named on the page: of each line the reason, if one was chosen."""
    named = []
    for line in lines(definition, there):
        name = f"fault.{line['kind']}.{line['code']}"
        reason = sent.text(name)
        if reason:
            text = sent.text(f"{name}.text")[:_LONGEST]
            given = {"kind": line["kind"], "code": line["code"], "reason": reason, "text": text}
            named.append(Fault.model_validate(given))
    return named


def items(definition: Definition, there: Iterable[str], sent: Sent) -> Sequence[dict[str, str]]:
    """The lines that were ticked, as a permit names them."""
    return [
        {"kind": line["kind"], "code": line["code"]}
        for line in lines(definition, there)
        if sent.get(f"item.{line['kind']}.{line['code']}") is not None
    ]
