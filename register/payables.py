"""Payables (应付款): what a case determined to be paid to somebody, and every step until the bank paid it.

Rows of both tables are only added. How a payable stands is folded from its events; the ledger says the same
in cents: what is determined stands on ``person:payable``, what is released on ``person:released``, and once
it is paid the fund has that much less at the bank (``register.chart``).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    select,
    text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, Session, mapped_column

from database.columns import BigId, Sealed, SealedJson, UtcDateTime
from database.declarative import APPEND_ONLY, ONLY_GROWS, Base, after

EventKind = Literal["released", "paid", "returned", "offset"]
State = Literal["determined", "released", "paid", "returned", "settled"]
# From these a payable can be released, or something be taken off it.
DUE: tuple[State, ...] = ("determined", "returned")
# The numbers under which the steps of payables are posted; no case has such a number.
PAYMENT = "PAY-"


class Payable(Base):
    """One amount that a case determined: the credit line that says so, and to whom it goes.

    ``payee`` (``kind``, ``holder``, ``bank_name``, ``bank_account``) is the signed posting's; ``commitment``
    covers it, salted, so that a release names it without telling it.
    """

    __tablename__ = "payables"
    __table_args__ = (
        ForeignKeyConstraint(
            ["case_no", "posting_no", "line_no"],
            ["ledger_lines.case_no", "ledger_lines.posting_no", "ledger_lines.line_no"],
        ),
        Unique("case_no", "posting_no", "line_no"),
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint(
            "account IN ('person:payable','transfers_payable','courts_payable')", name="account"
        ),
        Index(None, "agency_code", "payable_id"),
        Index(None, "person_id"),
        Index(None, "account_index"),
        APPEND_ONLY,
    )

    payable_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_no: Mapped[str] = mapped_column(String(24))
    posting_no: Mapped[int]
    line_no: Mapped[int]
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("persons.person_id"))
    account: Mapped[str] = mapped_column(String(40))
    amount_cents: Mapped[int] = mapped_column(BigId)
    payee: Mapped[dict[str, Any]] = mapped_column(SealedJson("payables.payee"))
    payee_salt: Mapped[str] = mapped_column(Sealed("payables.payee_salt"))
    commitment: Mapped[str] = mapped_column(String(64))
    suite: Mapped[str] = mapped_column(String(10))
    account_index: Mapped[str | None] = mapped_column(String(64))
    determined_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PayableEvent(Base):
    """One step of a payable; ``posting`` is the number under which the ledger has its lines.

    Released, paid and returned are steps of the whole that is still open. An ``offset`` is what a later
    case took off (a recovery, or a new payable in place of a returned one); its posting is that case's own.
    """

    __tablename__ = "payable_events"
    __table_args__ = (
        Unique("payable_id", "seq"),
        CheckConstraint("kind IN ('released','paid','returned','offset')", name="kind"),
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint("(kind = 'released') = (release_id IS NOT NULL)", name="release"),
        CheckConstraint("(kind IN ('paid','returned')) = (batch_id IS NOT NULL)", name="batch"),
        Index(None, "posting"),
        Index(
            "uq_payable_events_paid",
            "payable_id",
            unique=True,
            sqlite_where=text("kind = 'paid'"),
            postgresql_where=text("kind = 'paid'"),
        ),
        Index(None, "release_id"),
        Index(None, "batch_id"),
        {"info": {**ONLY_GROWS, **after("sign_offs", "ledger_lines")}},
    )

    event_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    payable_id: Mapped[int] = mapped_column(ForeignKey("payables.payable_id"))
    seq: Mapped[int]
    kind: Mapped[EventKind] = mapped_column(String(10))
    amount_cents: Mapped[int] = mapped_column(BigId)
    posting: Mapped[str] = mapped_column(String(24))
    release_id: Mapped[int | None] = mapped_column(ForeignKey("payable_releases.release_id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("bank_batches.batch_id"))
    reason: Mapped[str | None] = mapped_column(Sealed("payable_events.reason"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a payable stands: its state, what is open of it in cents, how many steps it has taken."""

    state: State
    open_cents: int
    seq: int


def standing(amount_cents: int, events: Iterable[Any]) -> Standing:
    """Fold the events of a payable, in the order of their ``seq``.

    An amount that was taken off altogether is settled: nothing is left to pay.
    """
    state: State = "determined"
    open_cents, seq = amount_cents, 0
    for event in events:
        seq = event.seq
        if event.kind == "offset":
            open_cents -= event.amount_cents
        else:
            state = event.kind
    return Standing(state if open_cents else "settled", open_cents, seq)


def posting_number(payable_id: int, seq: int) -> str:
    """The number under which the step ``seq`` of a payable is posted."""
    return f"{PAYMENT}{payable_id}-{seq}"


def events_of(session: Session, payable_ids: Collection[int]) -> dict[int, Sequence[PayableEvent]]:
    """The events of these payables, each in order."""
    found: dict[int, list[PayableEvent]] = {}
    asked = select(PayableEvent).where(PayableEvent.payable_id.in_(payable_ids))
    ordered = asked.order_by(PayableEvent.payable_id, PayableEvent.seq)
    for event in session.execute(ordered).scalars():
        found.setdefault(event.payable_id, []).append(event)
    return dict(found)
