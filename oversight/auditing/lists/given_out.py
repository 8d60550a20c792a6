"""Personal data given out whole (明文调阅): evidence with every field and scan, and lists exported."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.journal import JournalEntry
from oversight.auditing.lists import shape
from oversight.auditing.lists.shape import Asked, Page

EVIDENCE, EXPORTED = "evidence_given", "list_exported"


def page(session: Session, asked: Asked, after: str | None, limit: int) -> Page:
    """By the order of the journal. One query."""
    found = session.execute(
        select(JournalEntry)
        .where(
            JournalEntry.entry_id > shape.number(after),
            JournalEntry.action.in_((EVIDENCE, EXPORTED)),
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
                entry.detail.get("rows"),
                str(entry.detail.get("digest", "")),
            ),
        )
        for entry in found
    ]
    return shape.keyed(rows, limit)
