"""What the bank reports of released payables (银行回盘): paid, or returned (退票), row by row.

A row that doesn't fit is refused by itself, the others are taken: the bank has paid them whatever else stands
in its report. The same report twice has one effect. A receipt never implies payment; only this does.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from database import clock
from database.clock import moment_text
from database.refusals import Conflict, NotFound, Refusal
from engine import journal, office_record
from engine.journal import JournalEntry
from engine.outgoing.message_plan import Plan
from engine.paying import payables, payment_record, payments
from engine.paying.payment_record import FINANCE, BankBatch
from engine.paying.payments import Step
from register.payables import Payable, PayableEvent, Standing, events_of

IMPORT = "import_results"
TAKEN_IN = "bank_results"
MOST = 1000
LAST = 20
Result = Literal["paid", "returned"]


class ResultUnknown(NotFound):
    """There is no such payable, or it is not one of your agency."""

    rule = "result.unknown"


class ResultAmount(Conflict):
    """The amount is not the one that was released."""

    rule = "result.amount"


class ResultNotReleased(Conflict):
    """This payable was not released: the bank can't have had it."""

    rule = "result.not_released"


class ResultContradicts(Conflict):
    """The bank reported something else of this payable before."""

    rule = "result.contradicts"


class ResultTwice(Conflict):
    """The report names this payable twice."""

    rule = "result.twice"


# Why a row is refused, by its rule.
RULES: Mapping[str, str] = {
    refusal.rule: str(refusal.__doc__)
    for refusal in (
        ResultUnknown,
        ResultAmount,
        ResultNotReleased,
        ResultContradicts,
        ResultTwice,
    )
}


class ResultRow(BaseModel):
    """A row of the report; a returned one says why."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    payable_id: int = Field(ge=1, le=10**15)
    result: Result
    amount_cents: int = Field(ge=1, le=10**13)
    reason: str | None = Field(default=None, min_length=1, max_length=200)

    @model_validator(mode="after")
    def _returned_says_why(self) -> "ResultRow":
        if (self.result == "returned") != (self.reason is not None):
            raise ValueError("a returned payment says why, a paid one doesn't")
        return self


class ResultsRequest(BaseModel):
    """The body of a bank's report; ``reference`` is the bank's own number of it."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    reference: str = Field(min_length=1, max_length=60)
    results: list[ResultRow] = Field(min_length=1, max_length=MOST)


def take(session: Session, actor: Actor, request: ResultsRequest, plan: Plan) -> dict[str, Any]:
    """Take in a report, as finance of the agency; what became of each of its rows, and how many of which.

    Whoever asked to be told of his case is told what came back, by ``plan``. ``batch_id`` is None where no
    row was new. Raises Forbidden.
    """
    epoch.hold(session)
    decisions.require(session, actor, Act(IMPORT, agency=actor.agency))
    found = {
        payable.payable_id: (payable, stands)
        for payable, stands in payments.lock(session, {r.payable_id for r in request.results})
        if payable.agency_code == actor.agency
    }
    told = events_of(session, found)
    named: set[int] = set()
    shown, taken = [], []
    for row in request.results:
        try:
            outcome = _judged(row, found.get(row.payable_id), told, named)
        except (NotFound, Conflict) as refused:
            shown.append(_refused(row, refused))
            continue
        shown.append({"payable_id": row.payable_id, "outcome": outcome})
        if outcome == "recorded":
            taken.append((row, *found[row.payable_id]))
    batch_id = _recorded(session, actor, request.reference, taken, shown, plan)
    outcomes = [one["outcome"] for one in shown]
    return {
        "batch_id": batch_id,
        "reference": request.reference,
        "paid": sum(row.result == "paid" for row, _, _ in taken),
        "returned": sum(row.result == "returned" for row, _, _ in taken),
        "repeated": outcomes.count("repeated"),
        "refused": outcomes.count("refused"),
        "rows": shown,
    }


def _judged(
    row: ResultRow,
    found: tuple[Payable, Standing] | None,
    told: Mapping[int, Sequence[PayableEvent]],
    named: set[int],
) -> str:
    """``recorded`` for what is new, ``repeated`` for what was told before."""
    if found is None:
        raise ResultUnknown
    if row.payable_id in named:
        raise ResultTwice
    named.add(row.payable_id)
    _, stands = found
    if row.amount_cents != stands.open_cents:
        raise ResultAmount
    if stands.state == row.result:
        return "repeated"
    if stands.state == "released":
        return "recorded"
    steps = [event.kind for event in told.get(row.payable_id, ()) if event.kind != "offset"]
    raise ResultContradicts if steps else ResultNotReleased


def _refused(row: ResultRow, refused: Refusal) -> dict[str, Any]:
    return {
        "payable_id": row.payable_id,
        "outcome": "refused",
        "rule": refused.rule,
        "detail": str(refused),
    }


def _recorded(
    session: Session,
    actor: Actor,
    reference: str,
    taken: Sequence[tuple[ResultRow, Payable, Standing]],
    shown: Sequence[Mapping[str, Any]],
    plan: Plan,
) -> int | None:
    refused = [
        {name: one[name] for name in ("payable_id", "rule")}
        for one in shown
        if one["outcome"] == "refused"
    ]
    detail = {"reference": reference, "refused": refused}
    if not taken:
        journal.append_office(session, actor.agency, TAKEN_IN, actor=actor, detail=detail)
        return None
    now = clock.now(session)
    cents = {"paid": 0, "returned": 0}
    for row, _, stands in taken:
        cents[row.result] += stands.open_cents
    batch: BankBatch = session.execute(
        insert(BankBatch).returning(BankBatch),
        [
            {
                "agency_code": actor.agency,
                "reference": reference,
                "imported_by": actor.account_id,
                "imported_at": now,
                "paid_count": sum(row.result == "paid" for row, _, _ in taken),
                "returned_count": sum(row.result == "returned" for row, _, _ in taken),
                "paid_cents": cents["paid"],
                "returned_cents": cents["returned"],
            }
        ],
    ).scalar_one()
    steps = [
        Step(payable, stands, row.result, batch_id=batch.batch_id, reason=row.reason)
        for row, payable, stands in taken
    ]
    payments.take(session, actor, FINANCE, steps, now, plan)
    noted = payment_record.NOTED
    office_record.note(
        session, actor.agency, TAKEN_IN, [batch], actor=actor, detail=detail, noted=noted
    )
    return batch.batch_id


def batches(session: Session, actor: Actor, cursor: str | None = None) -> dict[str, Any]:
    """A page of the reports of one's agencies, newest first. Raises Forbidden."""
    rows, after = payments.page(session, actor, BankBatch, cursor)
    names = (
        "batch_id",
        "reference",
        "paid_count",
        "returned_count",
        "paid_cents",
        "returned_cents",
    )
    return {
        "items": [
            {
                **{name: getattr(row, name) for name in names},
                "agency": row.agency_code,
                "imported_at": moment_text(row.imported_at),
            }
            for row in rows
        ],
        "next_cursor": after,
    }


def reports(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """The last reports of one's agencies with the rows that were refused, newest first. Raises Forbidden."""
    decisions.require(session, actor, Act(payables.READ, agency=actor.agency))
    asked = select(JournalEntry).where(
        JournalEntry.stream.in_(agencies.below(session, actor.agency)),
        JournalEntry.action == TAKEN_IN,
        JournalEntry.rule.is_(None),
    )
    found = session.execute(asked.order_by(JournalEntry.entry_id.desc()).limit(LAST)).scalars()
    return [
        {
            "at": moment_text(entry.at),
            "by": entry.staff_no,
            "agency": entry.stream,
            "reference": entry.detail["reference"],
            "refused": entry.detail["refused"],
            "batch": next(iter(entry.detail.get(office_record.ROWS, {}).values()), None),
        }
        for entry in found
    ]
