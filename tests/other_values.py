"""Another value for any column, as somebody with the database in hand writes it; what nobody covers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, String

from database.columns import Sealed, SealedJson, UtcDateTime

MOMENT = datetime(2026, 11, 3, tzinfo=UTC)
# What nothing signed or journalled repeats: explanations, paper, surrogate keys, and marks of a task
# by which the engine finds its place (a wrong one is refused there).
NOT_COVERED = {
    "cases.late_entry_reason",
    "cases.paper_no",
    "cases.risk_reasons",
    "documents.document_id",
    "entitlement_versions.row_id",
    "journal.entry_id",
    "ledger_lines.line_id",
    "register_versions.version_id",
    "sign_offs.sign_off_id",
    "tasks.claimed_at",
    "tasks.opened_at",
    "tasks.opened_seq",
    "tasks.task_id",
    "tasks.token",
}

ANOTHER: list[tuple[type, Callable[[Any], Any]]] = [
    (Sealed, lambda _: "另一个"),
    (SealedJson, lambda _: {"another": 1}),
    (Boolean, lambda value: not value),
    (Integer, lambda value: (value or 0) + 1_000_003),
    (LargeBinary, lambda _: b"another"),
    (Date, lambda value: (value or MOMENT.date()) + timedelta(days=1)),
    (UtcDateTime, lambda value: (value or MOMENT) + timedelta(seconds=1)),
    (String, lambda value: "f" * len(value or "f")),
]


def another(column: Column[Any], value: Any) -> Any:
    """Another value that the column's type holds."""
    for kind, made in ANOTHER:
        if isinstance(column.type, kind):
            return made(value)
    return [*value, "another"] if isinstance(value, list) else {**(value or {}), "another": 1}
