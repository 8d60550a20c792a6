"""Keeping the register of qualifications: entering, striking out, saying what a post takes, reading it.

Source: 陕社保发〔2016〕27号 §14. Whoever calls these journals them in the same transaction, and takes no
other lock before.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from authz.offices.accounts import Account
from authz.qualifying import qualification_entry, qualification_rules
from authz.qualifying.qualification_entry import DutyEntry, QualificationEntry
from authz.qualifying.qualification_record import (
    PASSED,
    TRAINING,
    QualificationDuty,
    QualificationRecord,
    QualificationVoid,
)
from database import clock
from database.refusals import Conflict, Forbidden, NotFound

QUALIFY, READ = "qualify", "read_staff"
PAGE = 50
BASIS = "陕社保发〔2016〕27号 §14"


class QualificationNotFound(NotFound):
    """There is no such entry, or it is not yours to see."""

    rule = "qualification.not_found"


class AlreadyVoid(Conflict):
    """This entry was struck out already."""

    rule = "qualification.already_void"


class QualificationOfSelf(Forbidden):
    """Nobody enters or strikes out a qualification of his own: another supervisor, or the one above, does."""

    rule = "qualification.to_self"


@dataclass(frozen=True, slots=True)
class QualificationLine:
    """One entry of the register with whose it is, by staff number, and by what it was struck out."""

    record: QualificationRecord
    staff_no: str
    name: str
    agency: str
    void: QualificationVoid | None


def enter(session: Session, actor: Actor, entry: QualificationEntry) -> QualificationRecord:
    """Enter a training or certificate; it counts in the very next transaction.

    Raises Forbidden, QualificationInvalid with every wrong field, QualificationOfSelf.
    """
    epoch.hold_alone(session)
    decisions.require(session, actor, Act(QUALIFY, agency=actor.agency))
    account = _account(session, actor, entry.staff_no)
    wrong = qualification_entry.entry_errors(entry, clock.today(session))
    if account is None:
        text = "nobody of your office has this number"
        wrong.insert(0, ("staff_no", text, "qualification.staff"))
    qualification_entry.refuse(wrong)
    if account is None or account.person_id == actor.person_id:
        raise QualificationOfSelf
    said = entry.model_dump(exclude={"staff_no"})
    row = {**said, "person_id": account.person_id, **_by(session, actor)}
    return _entered(session, [row])[0]


def strike_out(
    session: Session, actor: Actor, record_id: int, reason: str
) -> tuple[QualificationRecord, QualificationVoid]:
    """Say that an entry was wrong: it counts for nothing from now on, and stays to be read.

    Raises QualificationNotFound, Forbidden, QualificationOfSelf, AlreadyVoid.
    """
    epoch.hold_alone(session)
    decisions.require(session, actor, Act(QUALIFY, agency=actor.agency))
    found = session.get(QualificationRecord, record_id)
    if found is None or found.person_id not in _persons(session, actor):
        raise QualificationNotFound
    if found.person_id == actor.person_id:
        raise QualificationOfSelf
    struck = select(QualificationVoid.void_id).where(QualificationVoid.record_id == record_id)
    if session.execute(struck).scalar_one_or_none() is not None:
        raise AlreadyVoid(facts={"record_id": record_id})
    row = {
        "record_id": record_id,
        "reason": reason,
        "voided_by": actor.account_id,
        "voided_at": clock.now(session),
    }
    made = session.execute(insert(QualificationVoid).returning(QualificationVoid), [row])
    void = made.scalar_one()
    epoch.bump(session)
    return found, void


def bind(session: Session, actor: Actor, entry: DutyEntry) -> QualificationDuty:
    """Say what a post takes from a day on, in the whole office: only its head agency does.

    Raises Forbidden, QualificationInvalid with every wrong field.
    """
    epoch.hold_alone(session)
    head = agencies.tree(session).lineage(actor.agency)[-1]
    decisions.require(session, actor, Act(QUALIFY, agency=head))
    qualification_entry.refuse(qualification_entry.duty_errors(entry))
    row = {
        **entry.model_dump(exclude={"since", "until"}),
        "binds_from": entry.since,
        "binds_to": entry.until,
        **_by(session, actor),
    }
    return _bound(session, [row])[0]


def is_bound(session: Session) -> bool:
    """Whether it was ever said what posts take."""
    return session.execute(select(QualificationDuty.duty_id).limit(1)).first() is not None


def bind_first(session: Session) -> Sequence[QualificationDuty]:
    """Let the training bind the posts that serve a window, as the guidance has it.

    At once where nobody works yet; else after a while, in which the office enters what its people have
    learnt: nobody is to be locked out overnight.
    """
    rules = qualification_rules.shipped()
    worked = session.execute(select(Account.account_id).limit(1)).first() is not None
    wait = timedelta(days=rules.transition_days.value if worked else 0)
    rows = [
        {
            "post": post,
            "kind": TRAINING,
            "subject": subject,
            "binds_from": clock.today(session) + wait,
            "binds_to": None,
            "basis": BASIS,
            "entered_by": None,
            "entered_at": clock.now(session),
        }
        for post in rules.trained_posts
        for subject in rules.subjects
    ]
    return _bound(session, rows)


def enter_first(
    session: Session, persons: Collection[int], done_on: date, basis: str
) -> Sequence[QualificationRecord]:
    """Enter all subjects of the training for some people whom the office begins with."""
    rows = [
        {
            "person_id": person_id,
            "kind": TRAINING,
            "subject": subject,
            "done_on": done_on,
            "valid_to": None,
            "hours": None,
            "result": PASSED,
            "certificate_no": None,
            "basis": basis,
            "entered_by": None,
            "entered_at": clock.now(session),
        }
        for person_id in sorted(set(persons))
        for subject in qualification_rules.shipped().subjects
    ]
    return _entered(session, rows)


def listing(
    session: Session, actor: Actor, *, before: int | None = None, limit: int = PAGE
) -> Sequence[QualificationLine]:
    """The register of the actor's agency and its subordinates, newest first, from ``before`` on.

    Raises Forbidden for posts that don't read it.
    """
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    codes = agencies.below(session, actor.agency)
    asked = _lines().where(Account.agency_code.in_(codes))
    if before is not None:
        asked = asked.where(QualificationRecord.record_id < before)
    return [QualificationLine(*row) for row in session.execute(asked.limit(limit))]


def of_person(session: Session, actor: Actor) -> Sequence[QualificationLine]:
    """One's own entries, newest first."""
    asked = _lines().where(Account.account_id == actor.account_id)
    return [QualificationLine(*row) for row in session.execute(asked.limit(PAGE))]


def _lines() -> Any:
    return (
        select(
            QualificationRecord,
            Account.staff_no,
            Account.name,
            Account.agency_code,
            QualificationVoid,
        )
        .join(Account, Account.person_id == QualificationRecord.person_id)
        .outerjoin(QualificationVoid, QualificationVoid.record_id == QualificationRecord.record_id)
        .order_by(QualificationRecord.record_id.desc(), Account.account_id)
    )


def _account(session: Session, actor: Actor, staff_no: str) -> Account | None:
    reach = agencies.tree(session).within(actor.agency)
    asked = select(Account).where(
        Account.staff_no == staff_no, Account.active, Account.agency_code.in_(reach)
    )
    return session.execute(asked).scalar_one_or_none()


def _persons(session: Session, actor: Actor) -> set[int]:
    reach = agencies.tree(session).within(actor.agency)
    asked = select(Account.person_id).where(Account.agency_code.in_(reach))
    return set(session.execute(asked).scalars())


def _by(session: Session, actor: Actor) -> dict[str, Any]:
    return {"entered_by": actor.account_id, "entered_at": clock.now(session)}


def _entered(session: Session, rows: list[dict[str, Any]]) -> Sequence[QualificationRecord]:
    made = session.execute(insert(QualificationRecord).returning(QualificationRecord), rows)
    found = made.scalars().all()
    epoch.bump(session)
    return found


def _bound(session: Session, rows: list[dict[str, Any]]) -> Sequence[QualificationDuty]:
    made = session.execute(insert(QualificationDuty).returning(QualificationDuty), rows)
    found = made.scalars().all()
    epoch.bump(session)
    return found
