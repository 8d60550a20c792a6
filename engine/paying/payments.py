"""The steps of payables as one command takes them: rows locked, events added, ledger moved, journals told."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from database import keys
from database.refusals import InvariantBroken
from engine import posting
from engine.journal import Chain
from engine.outgoing import outbox
from engine.outgoing.message_plan import Plan
from engine.paying import payables
from engine.paying.payment_record import BankBatch, PayableRelease
from engine.record import Case
from register.payables import (
    EventKind,
    Payable,
    PayableEvent,
    Standing,
    events_of,
    posting_number,
    standing,
)
from register.subjects import Person

Row = TypeVar("Row", PayableRelease, BankBatch)
# What the journal of a case calls a step, before its kind.
STEP = "payable_"
# Payees that are nobody who applies for anything.
OTHERS = ("agency", "court")


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to a payable that stands so; a release and a bank's report say by which row."""

    payable: Payable
    stands: Standing
    kind: EventKind
    release_id: int | None = None
    batch_id: int | None = None
    reason: str | None = None

    def row(self, at: datetime) -> dict[str, Any]:
        """The event as it is stored."""
        seq = self.stands.seq + 1
        return {
            "payable_id": self.payable.payable_id,
            "seq": seq,
            "kind": self.kind,
            "amount_cents": self.stands.open_cents,
            "posting": posting_number(self.payable.payable_id, seq),
            "release_id": self.release_id,
            "batch_id": self.batch_id,
            "reason": self.reason,
            "at": at,
        }


def lock(session: Session, payable_ids: Collection[int]) -> list[tuple[Payable, Standing]]:
    """These payables as they stand, by number; nobody else takes a step of them until the commit.

    Locks their cases, then the persons: in the order in which cases that post do. Unknown ones are left out.
    """
    asked = select(Payable).where(Payable.payable_id.in_(payable_ids))
    rows = list(session.execute(asked.order_by(Payable.payable_id)).scalars())
    cases = select(Case.case_id).where(Case.case_no.in_({row.case_no for row in rows}))
    session.execute(cases.order_by(Case.case_id).with_for_update()).all()
    persons = select(Person.person_id).where(Person.person_id.in_({row.person_id for row in rows}))
    session.execute(persons.order_by(Person.person_id).with_for_update()).all()
    told = events_of(session, [row.payable_id for row in rows])
    return [(row, standing(row.amount_cents, told.get(row.payable_id, ()))) for row in rows]


def take(
    session: Session,
    actor: Actor,
    post: str,
    steps: Sequence[Step],
    at: datetime,
    plan: Plan | None = None,
) -> None:
    """Take these steps, of payables that are locked: events, ledger, and an entry in each case's journal.

    With a ``plan`` applicants are told what concerns them.
    """
    if not steps:
        return
    rows = [step.row(at) for step in steps]
    session.execute(insert(PayableEvent), rows)
    posting.move(session, [row["payable_id"] for row in rows], at)
    by_case: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for step, row in zip(steps, rows, strict=True):
        by_case[step.payable.case_no].append(row)
    cases = select(Case).where(Case.case_no.in_(by_case)).order_by(Case.case_id)
    for case in session.execute(
        cases.with_for_update(), execution_options={"populate_existing": True}
    ).scalars():
        chain = Chain(case.case_no, case.journal_seq, case.journal_head)
        for row in by_case[case.case_no]:
            chain.append(
                at,
                actor.agency,
                STEP + row["kind"],
                staff_no=actor.staff_no,
                post=post,
                detail=told(row),
            )
        if plan is not None:
            outbox.put(session, plan, case, _for_applicants(steps, chain), at)
        chain.flush(session)
        case.journal_seq, case.journal_head = chain.seq, chain.head
    session.flush()


def _for_applicants(steps: Sequence[Step], chain: Chain) -> list[Mapping[str, Any]]:
    """The entries that concern an applicant: what another agency or a court gets, he can't mend."""
    others = {step.payable.payable_id for step in steps if step.payable.payee["kind"] in OTHERS}
    return [one for one in chain.pending if one["detail"]["payable_id"] not in others]


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the journal says of a step: all of its row but the moment, the bank's words as a fingerprint."""
    names = ("payable_id", "seq", "amount_cents", "posting", "release_id", "batch_id")
    return {name: row[name] for name in names} | {"reason": fingerprint(row["reason"])}


def fingerprint(reason: str | None) -> str | None:
    """What stands in the journal for the bank's words, which may name somebody."""
    return None if reason is None else keys.current().mac("payable-reason", reason.encode()).hex()


def page(
    session: Session, actor: Actor, model: type[Row], cursor: str | None
) -> tuple[Sequence[Row], str | None]:
    """A page of releases or bank reports of one's agencies, newest first, and where it goes on.

    Raises Forbidden.
    """
    decisions.require(session, actor, Act(payables.READ, agency=actor.agency))
    key = inspect(model).primary_key[0]
    asked = select(model).where(model.agency_code.in_(agencies.below(session, actor.agency)))
    if cursor is not None:
        asked = asked.where(key < int(cursor))
    found = list(session.execute(asked.order_by(key.desc()).limit(payables.PAGE + 1)).scalars())
    rows = found[: payables.PAGE]
    after = getattr(rows[-1], key.name) if len(found) > payables.PAGE else None
    if after is not None and not isinstance(after, int):
        raise InvariantBroken(f"{model.__tablename__} has no number for its key")
    return rows, None if after is None else str(after)
