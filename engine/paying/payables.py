"""Payables as finance and auditors read them: how each stands, masked, and whose it is to release.

What an answer says of a payable is covered by its ``seen``: a release names it, so that nobody signs for an
amount, an account or a state that he wasn't shown.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, select
from sqlalchemy.orm import Session, aliased

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from database import digest
from database.clock import moment_text
from engine.record import Case
from register import masked
from register.payables import Payable, PayableEvent, Standing, events_of, standing

READ = "read_payables"
PAGE = 50
STATES = ("determined", "released", "paid", "returned", "settled")


def listing(
    session: Session, actor: Actor, status: str | None = None, cursor: str | None = None
) -> dict[str, Any]:
    """A page of the payables of one's agencies, newest first. Raises Forbidden."""
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    asked = select(Payable).where(
        Payable.agency_code.in_(agencies.below(session, actor.agency)), _in_state(status)
    )
    if cursor is not None:
        asked = asked.where(Payable.payable_id < int(cursor))
    found = _rows(session, asked.order_by(Payable.payable_id.desc()).limit(PAGE + 1))
    return {
        "items": shown(session, found[:PAGE]),
        "next_cursor": str(found[PAGE - 1].payable_id) if len(found) > PAGE else None,
    }


def of_person(session: Session, person_id: str) -> list[dict[str, Any]]:
    """The payables of a person, oldest first; the caller checks who may see."""
    asked = select(Payable).where(Payable.person_id == person_id)
    return shown(session, _rows(session, asked.order_by(Payable.payable_id)))


def of_case(session: Session, case_no: str) -> list[dict[str, Any]]:
    """The payables a case determined, in the order of its lines; the caller checks who may see."""
    asked = select(Payable).where(Payable.case_no == case_no)
    return shown(session, _rows(session, asked.order_by(Payable.payable_id)))


def shown(session: Session, rows: Sequence[Payable]) -> list[dict[str, Any]]:
    """Payables as answers show them: masked, each with its steps. Two queries for all."""
    told = events_of(session, [row.payable_id for row in rows])
    processes = _processes(session, {row.case_no for row in rows})
    return [_shown(row, told.get(row.payable_id, ()), processes) for row in rows]


def seen(payable: Any, stands: Standing) -> str:
    """The digest of a payable as it stands: number, amount, payee and steps."""
    return digest.digest(
        "payable-seen",
        [payable.payable_id, payable.commitment, stands.open_cents, stands.state, stands.seq],
    )


def summary(session: Session, actor: Actor) -> dict[str, dict[str, int]]:
    """How many payables of one's own agency wait in each state, and their cents. Raises Forbidden."""
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    found = {}
    for state in ("determined", "returned", "released"):
        asked = select(func.count(), func.coalesce(func.sum(_open()), 0)).where(
            Payable.agency_code == actor.agency, _in_state(state)
        )
        count, cents = session.execute(asked).one()
        found[state] = {"count": int(count), "cents": int(cents)}
    return found


def _rows(session: Session, asked: Select[Any]) -> list[Payable]:
    return list(session.execute(asked).scalars())


def _processes(session: Session, case_nos: Collection[str]) -> Mapping[str, str]:
    asked = select(Case.case_no, Case.process).where(Case.case_no.in_(case_nos))
    return {row.case_no: row.process for row in session.execute(asked)}


def _shown(
    row: Payable, events: Sequence[PayableEvent], processes: Mapping[str, str]
) -> dict[str, Any]:
    stands = standing(row.amount_cents, events)
    return {
        "payable_id": row.payable_id,
        "case_no": row.case_no,
        "process": processes.get(row.case_no),
        "agency": row.agency_code,
        "account": row.account,
        **masked.account_names(row.account),
        "person_id": row.person_id,
        "payee": masked.payee(row.payee),
        "amount_cents": row.amount_cents,
        "open_cents": stands.open_cents,
        "status": stands.state,
        "determined_at": moment_text(row.determined_at),
        "seen": seen(row, stands),
        "steps": [
            {
                "seq": event.seq,
                "kind": event.kind,
                "amount_cents": event.amount_cents,
                "posting": event.posting,
                "release_id": event.release_id,
                "batch_id": event.batch_id,
                "reason": event.reason,
                "at": moment_text(event.at),
            }
            for event in events
        ],
    }


def _last(kind: str) -> ColumnElement[bool]:
    """Whether the last step of a payable, offsets aside, is of this kind."""
    event, later = aliased(PayableEvent), aliased(PayableEvent)
    after = exists().where(
        later.payable_id == event.payable_id, later.seq > event.seq, later.kind != "offset"
    )
    return exists().where(event.payable_id == Payable.payable_id, event.kind == kind, not_(after))


def _open() -> ColumnElement[int]:
    taken = (
        select(func.coalesce(func.sum(PayableEvent.amount_cents), 0))
        .where(PayableEvent.payable_id == Payable.payable_id, PayableEvent.kind == "offset")
        .scalar_subquery()
    )
    return Payable.amount_cents - taken


def _in_state(status: str | None) -> ColumnElement[bool]:
    """The condition of a state; what was taken off altogether is in none but ``settled``."""
    if status is None:
        return Payable.amount_cents > 0
    if status == "settled":
        return _open() == 0
    if status == "determined":
        stepped = exists().where(
            PayableEvent.payable_id == Payable.payable_id, PayableEvent.kind != "offset"
        )
        return and_(not_(stepped), _open() > 0)
    return and_(_last(status), _open() > 0)
