"""Parts of a case as every answer shows them, masked: posting, messages that came, whose business it is."""

from collections.abc import Mapping
from typing import Any

from engine.defining.definitions import Definition
from engine.record import AGENCY, CaseContent
from register import masked


def posting_shown(posting: dict[str, Any]) -> list[dict[str, Any]]:
    """Lines first, then changes, then who is paid, each saying which it is; or what a register enters."""
    shown = masked.masked_posting(posting)
    payee, grant, rule = (posting.get(part) for part in ("payee", "grant", "rule"))
    return [
        *({"type": "line", **line} for line in shown["lines"]),
        *({"type": "change", **change} for change in shown["changes"]),
        *([{"type": "payee", "subject_id": None, "after": masked.payee(payee)}] if payee else []),
        *([_entry_shown("grant", grant, "valid_from")] if grant else []),
        *([_entry_shown("rule", rule, "effective_on")] if rule else []),
    ]


def _entry_shown(kind: str, said: Mapping[str, Any], day: str) -> dict[str, Any]:
    """The entry of a register of the office's own, by what it says; none of it is personal."""
    return {
        "type": kind,
        "subject_id": said.get("agency"),
        "subject_kind": AGENCY,
        "effective_from": said[day],
        "after": {name: value for name, value in said.items() if value is not None},
    }


def messages_shown(content: CaseContent, definition: Definition) -> dict[str, Any]:
    """What the messages that came say, masked, by name."""
    return {
        name: masked.masked_form(message["data"], definition.personal_fields_of(name))
        for name, message in (content.messages or {}).items()
    }


def masked_applicant(applicant: Mapping[str, Any]) -> dict[str, Any]:
    """Whose business it is, as answers show it."""
    shown = {
        "kind": applicant["kind"],
        "id_no": masked.id_no(applicant["id_no"])
        if applicant["kind"] == "person"
        else applicant["id_no"],
        "name": masked.name(applicant["name"])
        if applicant["kind"] == "person"
        else applicant["name"],
    }
    if applicant.get("agent"):
        agent = applicant["agent"]
        shown["agent"] = {"id_no": masked.id_no(agent["id_no"]), "name": masked.name(agent["name"])}
    return shown
