"""Freezes of courts (司法冻结): which of those that were ever ordered are in force on a day.

A freeze is a dated change like any other; its court's document number tells one from another. It ends by
itself after its last day, or earlier by a change that lifts it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from register.records import Hold


def in_force(said: Sequence[Any], on: date) -> tuple[Hold, ...]:
    """The freezes in force on a day, of a person's versions in the order of recording.

    What was recorded last of a document says until when; a freeze begins on the day it takes effect.
    """
    latest: dict[str, Any] = {}
    for version in said:
        if version.kind == "hold" and version.effective_from <= on:
            latest[version.after["document_no"]] = version.after
    found = (
        Hold(after["document_no"], after["court"], date.fromisoformat(after["until"]))
        for after in latest.values()
        if after["status"] == "FROZEN"
    )
    return tuple(hold for hold in found if hold.until >= on)
