"""Checks payables across all cases: none of no case, what persons are owed, the bank's reports.

What belongs to one case ``oversight.paid_out`` looks at, on every verification of that case.
"""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.journal import JournalEntry
from engine.office_record import OPENING
from engine.paying import payments
from engine.paying.payment_record import BankBatch, PayableRelease
from engine.record import Case
from oversight.findings import Finding, Findings, differs
from register import balances, chart
from register.ledger import LedgerLine, RegisterPosting
from register.payables import DUE, PAYMENT, Payable, PayableEvent, events_of, standing

PAGE = 500


def check(session: Session) -> Findings:
    """Everything that doesn't hold across cases."""
    yield from _without_case(session)
    yield from _without_event(session)
    yield from _releases(session)
    yield from _batches(session)
    yield from _owed(session)


def told_as(session: Session, numbers: Collection[str]) -> dict[str, int]:
    """Where in the whole journal the steps of payables stand that are posted under these numbers."""
    streams = (
        select(Payable.case_no)
        .join(PayableEvent, PayableEvent.payable_id == Payable.payable_id)
        .where(PayableEvent.posting.in_(numbers))
    )
    asked = select(JournalEntry.entry_id, JournalEntry.detail).where(
        JournalEntry.stream.in_(streams), JournalEntry.action.startswith(payments.STEP)
    )
    found = {row.detail.get("posting"): row.entry_id for row in session.execute(asked)}
    return {number: found[number] for number in numbers if number in found}


def _without_case(session: Session) -> Findings:
    # What was payable before the first case is noted with the opening it belongs to.
    lost = select(Payable.payable_id).where(
        Payable.case_no.not_in(select(Case.case_no)), ~Payable.case_no.startswith(OPENING)
    )
    for payable_id in session.execute(lost).scalars():
        yield Finding("", f"payables#{payable_id}", "case_no", "payable.no_case")
    known = select(Payable.payable_id)
    strays = select(PayableEvent.event_id).where(PayableEvent.payable_id.not_in(known))
    for event_id in session.execute(strays).scalars():
        yield Finding("", f"payable_events#{event_id}", "payable_id", "payable.no_case")


def _without_event(session: Session) -> Findings:
    """A posting under a payment's number is that of a step."""
    steps = select(PayableEvent.posting).where(PayableEvent.kind != "offset")
    found = select(RegisterPosting.case_no).where(
        RegisterPosting.case_no.startswith(PAYMENT), RegisterPosting.case_no.not_in(steps)
    )
    for number in session.execute(found).scalars():
        yield Finding("", f"register_postings#{number}", "case_no", "payable.no_step", number)


def _releases(session: Session) -> Findings:
    """A release names payables; without any, they are gone."""
    named = select(PayableEvent.release_id).where(PayableEvent.release_id.is_not(None))
    empty = select(PayableRelease.release_id).where(PayableRelease.release_id.not_in(named))
    for release_id in session.execute(empty).scalars():
        yield Finding("", f"payable_releases#{release_id}", "list_digest", "release.empty")


def _batches(session: Session) -> Findings:
    """The bank's reports add up to the steps that name them."""
    counted = (
        select(PayableEvent.batch_id, PayableEvent.kind, func.count(), func.sum(PayableEvent.amount_cents))
        .where(PayableEvent.batch_id.is_not(None))
        .group_by(PayableEvent.batch_id, PayableEvent.kind)
    )  # fmt: skip
    found = {(row[0], row[1]): (int(row[2]), int(row[3])) for row in session.execute(counted)}
    for row in session.execute(select(BankBatch).order_by(BankBatch.batch_id)).scalars().all():
        for kind in ("paid", "returned"):
            count, cents = found.get((row.batch_id, kind), (0, 0))
            name = f"bank_batches#{row.batch_id}"
            pair = (getattr(row, f"{kind}_count"), count)
            yield from differs("", name, f"{kind}_count", "batch.sums", pair)
            pair = (getattr(row, f"{kind}_cents"), cents)
            yield from differs("", name, f"{kind}_cents", "batch.sums", pair)


def _owed(session: Session) -> Findings:
    """What a person's payables have open is what the ledger says is payable, and on its way."""
    open_cents: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    last = 0
    while True:
        asked = select(Payable.payable_id, Payable.person_id, Payable.amount_cents)
        after = asked.where(Payable.payable_id > last, Payable.person_id.is_not(None))
        page = session.execute(after.order_by(Payable.payable_id).limit(PAGE)).all()
        if not page:
            break
        told = events_of(session, [row.payable_id for row in page])
        for row in page:
            stands = standing(row.amount_cents, told.get(row.payable_id, ()))
            if stands.state in DUE:
                open_cents[row.person_id][chart.PAYABLE] += stands.open_cents
            elif stands.state == "released":
                open_cents[row.person_id][chart.RELEASED] += stands.open_cents
        session.expunge_all()
        last = page[-1].payable_id
    accounts = (chart.PAYABLE, chart.RELEASED)
    named = select(LedgerLine.subject_id).where(LedgerLine.account.in_(accounts)).distinct()
    for person_id in sorted({*session.execute(named).scalars(), *open_cents} - {None}):
        sums = balances.of_person(session, str(person_id))
        for account in accounts:
            pair = (sums[account], open_cents[str(person_id)][account])
            yield from differs(str(person_id), "payables", account, "payable.balance", pair)
