"""The completed case that an example of a correction names: an ordinary one, and what the example says."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from register.corrected import Corrected, Determined, Later
from register.entries import Change, Line

ORDINARY: Mapping[str, Any] = {
    "case_no": "990101202611230000001",
    "process": "person_info_change_general",
    "subject": ["person", "P1"],
    "status": "completed",
    "level": 3,
    "route": "",
    "papers": ["990101202611230000001-R1"],
}


def corrected(said: Mapping[str, Any] | None) -> Corrected | None:
    """The case an example's ``corrected`` describes; ``payables`` by the numbers of the lines."""
    if said is None:
        return None
    parts = {**ORDINARY, **said}
    return Corrected(
        case_no=parts["case_no"],
        process=parts["process"],
        subject=tuple(parts["subject"]),
        status=parts["status"],
        level=parts["level"],
        route=parts["route"],
        papers=parts["papers"],
        corrected_by=parts.get("corrected_by"),
        lines=[Line(**line) for line in parts.get("lines", ())],
        undoing=[_change(one) for one in parts.get("undoing", ())],
        payables={
            int(number): Determined(**one) for number, one in parts.get("payables", {}).items()
        },
        payee=parts.get("payee"),
        later=Later(**parts.get("later", {})),
        sums=parts.get("sums", {}),
    )


def _change(said: Mapping[str, Any]) -> Change:
    day = date.fromisoformat(said.get("effective_from", "2026-11-20"))
    return Change(said["kind"], "person", "P1", day, said["after"], said.get("before", {}))
