"""A list given out as a file: numbered, marked and journalled (``engine.exports.exporting``)."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from authz.actors import Actor
from engine.exports import exporting
from engine.exports.exporting import Mark
from oversight.auditing.lists import catalogue, sheets
from oversight.auditing.lists.shape import Asked, AuditList

Form = Literal["xlsx", "csv"]


@dataclass(frozen=True, slots=True)
class Export:
    """A list as a file."""

    name: str
    content: bytes


def export(session: Session, actor: Actor, one: AuditList, wanted: Asked, form: Form) -> Export:
    """The whole list as a file. Raises ListTooLong, DaysReversed, ExportLimit."""
    rows = catalogue.whole(session, one, wanted)
    days = wanted.days
    asked = exporting.Asked(
        action="list_exported",
        kind="audit_list",
        asked={
            "list": one.code,
            "form": form,
            "on": wanted.on.isoformat() if one.time == "on" else None,
            "from": days.first and days.first.isoformat(),
            "to": days.last and days.last.isoformat(),
        },
        row_count=len(rows),
        personal_rows=len(rows) if one.names_people else 0,
    )

    def written(mark: Mark) -> bytes:
        return sheets.as_xlsx(one, rows, mark) if form == "xlsx" else sheets.as_csv(one, rows)

    mark, content = exporting.give(session, actor, asked, written)
    return Export(f"{one.code}-{mark.number}.{form}", content)
