"""All changes of levels, parameters, definitions and authority (规则变更清单), as the journal tells them."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.journal import JournalEntry
from oversight.auditing import trail
from oversight.auditing.lists import shape
from oversight.auditing.lists.shape import Asked, Page

_TOLD = (
    "grant",
    "post",
    "agency",
    "process",
    "class",
    "act",
    "key",
    "reason",
    "for",
    "verdict",
    "digest",
    "changed",
    "rules",
    "cases",
)
# Which version took effect, by the entry's own name for it.
_VERSIONS = ("risk_table", "definition", "parameters", "calendars")


def page(session: Session, asked: Asked, after: str | None, limit: int) -> Page:
    """By the order of the journal. One query."""
    found = session.execute(
        select(JournalEntry)
        .where(
            JournalEntry.entry_id > shape.number(after),
            JournalEntry.action.in_((*trail.AUTHORITY, *trail.OFFICE_WIDE)),
            or_(
                JournalEntry.stream.in_(asked.scope.codes),
                JournalEntry.action.in_(trail.OFFICE_WIDE),
            ),
            *asked.days.hold(JournalEntry.at),
        )
        .order_by(JournalEntry.entry_id)
        .limit(limit + 1)
    ).scalars()
    return shape.keyed([(entry.entry_id, _row(entry)) for entry in found], limit)


def _row(entry: JournalEntry) -> tuple[Any, ...]:
    detail = entry.detail
    told = "; ".join(
        f"{name}={_said(detail[name])}" for name in _TOLD if detail.get(name) is not None
    )
    version = next((detail[name] for name in _VERSIONS if detail.get(name)), "")
    return (
        entry.at,
        entry.action,
        entry.stream,
        entry.staff_no or "",
        entry.post or "",
        told,
        version,
        entry.seq,
        entry.digest,
    )


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
