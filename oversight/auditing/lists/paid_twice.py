"""Payments after death or twice (死后支付、重复支付): to somebody who had died, or the same once more.

When somebody died is what completed cases say whose form asks for it (``died_on``). Money to survivors stands
under their own names; what goes to the dead person's own name after the death is shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from database.clock import office_date
from engine.office import Office
from engine.record import Case, CaseContent
from oversight.auditing.lists import people, shape
from oversight.auditing.lists.shape import Asked, Page
from register import masked, reading
from register.ledger import LedgerLine
from register.payables import Payable, PayableEvent

AFTER_DEATH, TWICE = "死后支付 after death", "疑似重复支付 twice"
DIED_ON = "died_on"
_GONE = ("released", "paid")


def page(session: Session, asked: Asked, after: str | None, limit: int) -> Page:
    """By person. Reads what was released or paid within the days, and the deaths that cases report."""
    return shape.numbered(_rows(session, asked), after, limit)


def _rows(session: Session, asked: Asked) -> list[tuple[Any, ...]]:
    found = _gone_out(session, asked)
    died = _deaths(session, asked.office)
    told: list[tuple[str, Any, date | None]] = [
        (AFTER_DEATH, row, died[row[0].person_id]) for row in _to_the_dead(session, found, died)
    ]
    told += [(TWICE, row, died.get(row[0].person_id)) for row in _twice(found)]
    names = people.named(session, {str(row[0].person_id) for _, row, _ in told})
    return [_row(why, row, on, names) for why, row, on in told]


def _gone_out(session: Session, asked: Asked) -> list[tuple[Payable, str, PayableEvent, str]]:
    """(payable, its line's memo, its last step, its case's process) of what was released and not returned."""
    events = (
        select(Payable, LedgerLine.memo, PayableEvent, Case.process)
        .join(PayableEvent, PayableEvent.payable_id == Payable.payable_id)
        .join(
            LedgerLine,
            (LedgerLine.case_no == Payable.case_no)
            & (LedgerLine.posting_no == Payable.posting_no)
            & (LedgerLine.line_no == Payable.line_no),
        )
        .join(Case, Case.case_no == Payable.case_no)
        .where(
            Payable.agency_code.in_(asked.scope.codes),
            Payable.person_id.is_not(None),
            PayableEvent.kind != "offset",
            *asked.days.hold(PayableEvent.at),
        )
        .order_by(Payable.person_id, Payable.payable_id, PayableEvent.seq)
    )
    last = {row[0].payable_id: row for row in session.execute(events)}
    return [tuple(row) for row in last.values() if row[2].kind in _GONE]  # type: ignore[misc]


def _deaths(session: Session, office: Office) -> Mapping[str, date]:
    """The day of death of each person whom a completed case reports dead."""
    codes = [
        one.code for one in office.catalogue.known() if DIED_ON in one.form_schema()["properties"]
    ]
    found = session.execute(
        select(Case.subject_id, CaseContent.form)
        .join(
            CaseContent, (CaseContent.case_id == Case.case_id) & (CaseContent.cycle == Case.cycle)
        )
        .where(Case.process.in_(codes), Case.status == "completed")
        .order_by(Case.case_id)
    )
    return {
        subject_id: date.fromisoformat(form[DIED_ON])
        for subject_id, form in found
        if form.get(DIED_ON)
    }


def _to_the_dead(session: Session, found: Sequence[Any], died: Mapping[str, date]) -> Iterator[Any]:
    for row in found:
        payable, _, event, _ = row
        on = died.get(payable.person_id)
        if on is None or office_date(event.at) <= on:
            continue
        if payable.payee["holder"] == reading.name_of(session, payable.person_id):
            yield row


def _twice(found: Sequence[Any]) -> Iterator[Any]:
    """The same amount for the same reason to the same person, by different cases."""

    def same(row: Any) -> tuple[Any, ...]:
        payable, memo, _, process = row
        return (payable.person_id, process, memo, payable.amount_cents)

    for _, grouped in groupby(sorted(found, key=same), key=same):
        rows = list(grouped)
        if len({row[0].case_no for row in rows}) > 1:
            yield from rows


def _row(
    why: str, row: Any, on: date | None, names: Mapping[str, tuple[str, str]]
) -> tuple[Any, ...]:
    payable, memo, event, process = row
    return (
        why,
        payable.person_id,
        *names.get(payable.person_id, ("", "")),
        on,
        payable.payable_id,
        payable.case_no,
        process,
        memo,
        event.amount_cents,
        masked.name(str(payable.payee["holder"])),
        masked.bank_account(str(payable.payee["bank_account"])),
        event.kind,
        event.at,
        payable.agency_code,
    )
