"""A list given out as a file: journalled with who took it, how many rows, and the file's digest."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from authz.actors import Actor
from database import clock
from engine import journal
from oversight.auditing.lists import catalogue, sheets
from oversight.auditing.lists.shape import Asked, AuditList

Form = Literal["xlsx", "csv"]


@dataclass(frozen=True, slots=True)
class Export:
    """A list as a file."""

    name: str
    content: bytes


def export(session: Session, actor: Actor, one: AuditList, wanted: Asked, form: Form) -> Export:
    """The whole list as a file. Raises ListTooLong, DaysReversed."""
    rows = catalogue.whole(session, one, wanted)
    now = clock.now(session)
    content = sheets.as_xlsx(one, rows, now) if form == "xlsx" else sheets.as_csv(one, rows)
    days = wanted.days
    said = {
        "list": one.code,
        "form": form,
        "rows": len(rows),
        "digest": hashlib.sha256(content).hexdigest(),
        "on": wanted.on.isoformat() if one.time == "on" else None,
        "from": days.first and days.first.isoformat(),
        "to": days.last and days.last.isoformat(),
    }
    journal.append_office(session, actor.agency, "list_exported", actor=actor, detail=said)
    day = clock.today(session).isoformat()
    return Export(f"{one.code}-{day}.{form}", content)
