"""The register against payables and the bank (账款核对): what doesn't agree, what has no answer yet."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, func, literal, select
from sqlalchemy.orm import Session

from engine.paying.payment_record import BankBatch
from oversight.auditing.lists import shape
from oversight.auditing.lists.shape import Asked, Page
from register import chart
from register.ledger import LedgerLine, RegisterPosting
from register.payables import PAYMENT, Payable, PayableEvent, events_of, standing

NO_PAYABLE = "应付未建账 no payable"
AMOUNT = "应付与分录不符 amount"
NO_LINES = "步骤未入账 step not posted"
NO_STEP = "无步骤入账 posted without a step"
BATCH = "回盘汇总不符 bank report"
NO_RESULT = "已拨付未回盘 no result yet"


def page(session: Session, asked: Asked, after: str | None, limit: int) -> Page:
    """By kind of difference, then number. What has no result yet is of now; the rest is of the days."""
    rows = [
        *_unmade(session, asked),
        *_differing(session, asked),
        *_steps(session, asked),
        *_strays(session, asked),
        *_batches(session, asked),
        *_on_their_way(session, asked),
    ]
    return shape.numbered(rows, after, limit)


def _unmade(session: Session, asked: Asked) -> Iterator[tuple[Any, ...]]:
    """Lines that make something payable, without their payable."""
    found = session.execute(
        select(LedgerLine, RegisterPosting)
        .join(
            RegisterPosting,
            (RegisterPosting.case_no == LedgerLine.case_no)
            & (RegisterPosting.posting_no == LedgerLine.posting_no),
        )
        .outerjoin(Payable, _line())
        .where(
            LedgerLine.account.in_(chart.ON_ITS_WAY),
            LedgerLine.side == "credit",
            ~LedgerLine.case_no.startswith(PAYMENT),
            Payable.payable_id.is_(None),
            RegisterPosting.agency_code.in_(asked.scope.codes),
            *asked.days.hold(RegisterPosting.posted_at),
        )
        .order_by(LedgerLine.line_id)
    )
    for line, header in found:
        where = (line.case_no, header.agency_code, header.posted_at)
        yield (NO_PAYABLE, None, *where, line.amount_cents, None)


def _line() -> Any:
    return and_(
        LedgerLine.case_no == Payable.case_no,
        LedgerLine.posting_no == Payable.posting_no,
        LedgerLine.line_no == Payable.line_no,
    )


def _differing(session: Session, asked: Asked) -> Iterator[tuple[Any, ...]]:
    found = session.execute(
        select(Payable, LedgerLine.amount_cents)
        .outerjoin(LedgerLine, _line())
        .where(
            Payable.agency_code.in_(asked.scope.codes),
            func.coalesce(LedgerLine.amount_cents, literal(0)) != Payable.amount_cents,
            *asked.days.hold(Payable.determined_at),
        )
        .order_by(Payable.payable_id)
    )
    for row, cents in found:
        where = (row.payable_id, row.case_no, row.agency_code, row.determined_at)
        yield (AMOUNT, *where, cents, row.amount_cents)


def _steps(session: Session, asked: Asked) -> Iterator[tuple[Any, ...]]:
    found = session.execute(
        select(Payable, PayableEvent, RegisterPosting.debit_cents)
        .join(PayableEvent, PayableEvent.payable_id == Payable.payable_id)
        .outerjoin(RegisterPosting, RegisterPosting.case_no == PayableEvent.posting)
        .where(
            Payable.agency_code.in_(asked.scope.codes),
            PayableEvent.kind != "offset",
            func.coalesce(RegisterPosting.debit_cents, literal(0)) != PayableEvent.amount_cents,
            *asked.days.hold(PayableEvent.at),
        )
        .order_by(PayableEvent.event_id)
    )
    for row, event, cents in found:
        where = (row.payable_id, row.case_no, row.agency_code, event.at)
        yield (NO_LINES, *where, cents, event.amount_cents)


def _strays(session: Session, asked: Asked) -> Iterator[tuple[Any, ...]]:
    step = select(PayableEvent.event_id).where(PayableEvent.posting == RegisterPosting.case_no)
    found = session.execute(
        select(RegisterPosting)
        .where(
            RegisterPosting.case_no.startswith(PAYMENT),
            RegisterPosting.agency_code.in_(asked.scope.codes),
            ~step.exists(),
            *asked.days.hold(RegisterPosting.posted_at),
        )
        .order_by(RegisterPosting.case_no)
    ).scalars()
    for header in found:
        where = (header.case_no, header.agency_code, header.posted_at)
        yield (NO_STEP, None, *where, header.debit_cents, None)


def _batches(session: Session, asked: Asked) -> Iterator[tuple[Any, ...]]:
    summed = (
        select(func.coalesce(func.sum(PayableEvent.amount_cents), literal(0)))
        .where(PayableEvent.batch_id == BankBatch.batch_id)
        .correlate(BankBatch)
        .scalar_subquery()
    )
    found = session.execute(
        select(BankBatch, summed)
        .where(
            BankBatch.agency_code.in_(asked.scope.codes),
            BankBatch.paid_cents + BankBatch.returned_cents != summed,
            *asked.days.hold(BankBatch.imported_at),
        )
        .order_by(BankBatch.batch_id)
    )
    for row, cents in found:
        stored = row.paid_cents + row.returned_cents
        where = (row.reference, row.agency_code, row.imported_at)
        yield (BATCH, None, *where, int(cents), stored)


def _on_their_way(session: Session, asked: Asked) -> Iterator[tuple[Any, ...]]:
    released = select(PayableEvent.payable_id).where(PayableEvent.kind == "released")
    rows = session.execute(
        select(Payable)
        .where(Payable.agency_code.in_(asked.scope.codes), Payable.payable_id.in_(released))
        .order_by(Payable.payable_id)
    ).scalars()
    listed = list(rows)
    told = events_of(session, [row.payable_id for row in listed])
    for row in listed:
        stands = standing(row.amount_cents, told[row.payable_id])
        if stands.state == "released":
            where = (row.payable_id, row.case_no, row.agency_code, told[row.payable_id][-1].at)
            yield (NO_RESULT, *where, stands.open_cents, None)
