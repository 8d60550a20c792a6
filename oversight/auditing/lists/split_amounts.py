"""Amounts split below a threshold (拆分规避): cases of one client that pass a bound only together."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.offices.accounts import Account
from engine.record import Case
from engine.rules.risk_file import RiskTable
from oversight.auditing.lists import shape
from oversight.auditing.lists.shape import Asked, Page

AMOUNT = "amount_cents"
WITHIN = timedelta(days=30)


def page(session: Session, asked: Asked, after: str | None, limit: int) -> Page:
    """By business and client. One query for all cases of the businesses that have a bound."""
    return shape.numbered(list(_rows(session, asked)), after, limit)


def bounds(table: RiskTable) -> Mapping[str, int]:
    """The lowest amount (cents) that raises a case, by business: ``above`` it, or from it on."""
    found: dict[str, int] = {}
    for code, entry in table.entries.items():
        amounts = [
            rule.bound if rule.operator == "above" else rule.bound - 1
            for rule in entry.raise_rules
            if rule.fact == AMOUNT and rule.operator in ("above", "at_least")
            if isinstance(rule.bound, int) and not isinstance(rule.bound, bool)
        ]
        if amounts:
            found[code] = min(amounts)
    return found


def _rows(session: Session, asked: Asked) -> Iterator[tuple[Any, ...]]:
    limits = bounds(asked.office.risk)
    found = session.execute(
        select(
            Case.process, Case.subject_id, Case.accepted_at, Case.amount_cents, Case.case_no,
            Case.agency_code, Account.staff_no,
        )
        .join(Account, Account.account_id == Case.accepted_by)
        .where(
            Case.process.in_(limits),
            Case.amount_cents > 0,
            Case.status.not_in(("refused", "withdrawn")),
            Case.agency_code.in_(asked.scope.codes),
            *asked.days.hold(Case.accepted_at),
        )
        .order_by(Case.process, Case.subject_id, Case.accepted_at, Case.case_id)
    ).all()  # fmt: skip
    for (process, subject), grouped in groupby(found, key=lambda row: (row[0], row[1])):
        bound = limits[process]
        small = [row for row in grouped if row.amount_cents <= bound]
        for window in _windows(small):
            total = sum(row.amount_cents for row in window)
            if total > bound:
                yield _row(process, subject, bound, total, window)


def _windows(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The longest runs of at least two cases within thirty days; none lies inside another."""
    ended = 0
    for start, first in enumerate(rows):
        end = start
        while end < len(rows) and rows[end].accepted_at - first.accepted_at <= WITHIN:
            end += 1
        if end - start > 1 and end > ended:
            yield rows[start:end]
            ended = end


def _row(
    process: str, subject: str, bound: int, total: int, window: Sequence[Any]
) -> tuple[Any, ...]:
    return (
        process,
        subject,
        bound,
        total,
        len(window),
        window[0].accepted_at,
        window[-1].accepted_at,
        " ".join(row.case_no for row in window),
        " ".join(sorted({row.staff_no for row in window})),
        " ".join(sorted({row.agency_code for row in window})),
    )
