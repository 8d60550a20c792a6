"""Personal data given out whole (明文调阅): evidence with every field and scan, and lists exported."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.journal import JournalEntry
from oversight.auditing.lists import shape
from oversight.auditing.lists.shape import Asked, Page

ACTIONS = (
    "deviations_exported",
    "evidence_given",
    "list_errors_exported",
    "list_exported",
    "window_ledger_exported",
)


def page(session: Session, asked: Asked, after: str | None, limit: int) -> Page:
    """By the order of the journal. One query."""
    found = session.execute(
        select(JournalEntry)
        .where(
            JournalEntry.entry_id > shape.number(after),
            JournalEntry.action.in_(ACTIONS),
            JournalEntry.stream.in_(asked.scope.codes),
            *asked.days.hold(JournalEntry.at),
        )
        .order_by(JournalEntry.entry_id)
        .limit(limit + 1)
    ).scalars()
    rows = [
        (
            entry.entry_id,
            (
                entry.at,
                entry.staff_no or "",
                entry.post or "",
                entry.stream,
                entry.action,
                str(entry.detail.get("case_no", "")),
                str(entry.detail.get("list", "")),
                _counted(entry.detail),
                str(entry.detail.get("digest", "")),
            ),
        )
        for entry in found
    ]
    return shape.keyed(rows, limit)


def _counted(detail: Mapping[str, Any]) -> Any:
    """How many rows; entries from before exports had numbers say it as ``rows``."""
    return detail["row_count"] if "row_count" in detail else detail.get("rows")
