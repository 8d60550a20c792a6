"""Freezes of courts (司法冻结): which of those that were ever ordered are in force on a day.

A freeze is a dated change like any other; its court's document number tells one from another. It ends by
itself after its last day, or earlier by a change that lifts it.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from register.records import Hold
from register.subjects import Version


def on_persons(session: Session, ids: Collection[str], on: date) -> dict[str, tuple[Hold, ...]]:
    """The freezes in force on a day, by whom they are on; who has none is left out."""
    asked = select(Version).where(Version.person_id.in_(ids), Version.kind == "hold")
    said: dict[str, list[Version]] = {}
    for version in session.execute(asked.order_by(Version.version_id)).scalars():
        said.setdefault(str(version.person_id), []).append(version)
    found = {person_id: in_force(versions, on) for person_id, versions in said.items()}
    return {person_id: held for person_id, held in found.items() if held}


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
