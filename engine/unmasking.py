"""Personal data shown unmasked (明文查看), for one answer and for a reason; and who read whose record.

Who works on a case of the person's may see what the case needs; an auditor gives a coded reason. Both leave a
row and an entry in the journal, in which the person stands by his register id and never in the clear.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Date, ForeignKey, String, UniqueConstraint, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from database import clock
from database.columns import BigId, Json, Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base, table_of
from database.refusals import Forbidden, Invalid
from engine import handling, office_record, register_reading, task_permits, views
from engine.office import Office
from engine.office_record import Noted
from engine.process import Names
from engine.record import FINAL_STATUSES, Case
from engine.signoffs import SignOff
from register import reading
from register.reading import PersonNotFound

SHOWN = 20
BY_CASE, BY_REASON = "unmask", "unmask_by_reason"
REASONS: Mapping[str, Names] = {
    "inspection": Names("稽核检查", "inspection"),
    "complaint": Names("投诉举报核查", "a complaint is looked into"),
    "enquiry": Names("依法查询", "an enquiry under the law"),
    "other": Names("其他（见说明）", "other (see the reason)"),
}


class Unmasking(Base):
    """One answer with unmasked values: to whom, whose, which fields, and why."""

    __tablename__ = "unmaskings"
    __table_args__ = (APPEND_ONLY,)

    unmasking_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    person_id: Mapped[str] = mapped_column(String(32), index=True)
    fields: Mapped[list[str]] = mapped_column(Json)
    case_no: Mapped[str | None] = mapped_column(String(24))
    reason_code: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Sealed("unmaskings.reason"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PersonRead(Base):
    """Somebody read a person's masked record on a day: one row, however often he did."""

    __tablename__ = "person_reads"
    __table_args__ = (UniqueConstraint("account_id", "person_id", "day"), APPEND_ONLY)

    read_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    person_id: Mapped[str] = mapped_column(String(32), index=True)
    day: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


NOTED: Noted = {
    Unmasking: (
        ("account_id", "agency_code", "person_id", "fields", "case_no", "reason_code", "at"),
        ("reason",),
    ),
    PersonRead: (("account_id", "person_id", "day", "at"), ()),
}
_READS = table_of(PersonRead)
# Insert unless noted before: both databases speak this sentence, but SQLAlchemy says it in two dialects.
_NOTE = {
    name: inserting(_READS).on_conflict_do_nothing().returning(_READS.c.read_id)
    for name, inserting in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}


class Wanted(BaseModel):
    """Which fields, and why: for a case one works on, or for a coded reason with words."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    fields: list[Literal["id_no", "name", "contact", "payment_account"]] = Field(
        min_length=1, max_length=4
    )
    case_no: str | None = Field(default=None, min_length=1, max_length=24)
    reason_code: Literal["inspection", "complaint", "enquiry", "other"] | None = None
    reason: str = Field(default="", max_length=400)


class NotYourCase(Forbidden):
    """Personal data are shown unmasked to whoever works on a case of this person, for that case."""

    rule = "unmasking.not_your_case"


class ReasonMissing(Invalid):
    """Name the case you work on; an auditor gives a coded reason and says in words what for."""

    rule = "unmasking.reason"


def unmask(
    session: Session, office: Office, actor: Actor, person_id: str, wanted: Wanted
) -> dict[str, Any]:
    """The values of these fields, for this answer only; journalled.

    Raises Forbidden, PersonNotFound, CaseNotFound, NotYourCase, ReasonMissing.
    """
    register_reading.require(session, actor)
    places = reading.agencies_of(session, person_id)
    if not register_reading.visible(session, actor, places):
        raise PersonNotFound
    if wanted.case_no is not None:
        _require_working(session, office, actor, person_id, wanted.case_no)
    else:
        reachable = (Act(BY_REASON, agency=place) for place in sorted(places))
        if not any(decisions.may(session, actor, act) for act in reachable):
            decisions.require(session, actor, Act(BY_REASON, agency=actor.agency))
            raise PersonNotFound
        if wanted.reason_code is None or not wanted.reason:
            raise ReasonMissing
    record = reading.person(session, person_id, clock.today(session))
    fields = sorted(set(wanted.fields))
    row = Unmasking(
        account_id=actor.account_id,
        agency_code=actor.agency,
        person_id=person_id,
        fields=fields,
        case_no=wanted.case_no,
        reason_code=None if wanted.case_no else wanted.reason_code,
        reason=wanted.reason,
        at=clock.now(session),
    )
    session.add(row)
    session.flush()
    office_record.note(session, actor.agency, "unmasked", [row], actor=actor, noted=NOTED)
    return {name: _plain(getattr(record, name)) for name in fields}


def is_noted(session: Session, actor: Actor, person_id: str) -> bool:
    """Whether it stands already that this person read the record today."""
    found = select(PersonRead.read_id).where(
        PersonRead.account_id == actor.account_id,
        PersonRead.person_id == person_id,
        PersonRead.day == clock.today(session),
    )
    return session.execute(found).first() is not None


def note_read(session: Session, actor: Actor, person_id: str) -> None:
    """Journal that somebody read a person's record: once a reader, person and day."""
    values = {
        "account_id": actor.account_id,
        "person_id": person_id,
        "day": clock.today(session),
        "at": clock.now(session),
    }
    noting = _NOTE[session.get_bind().dialect.name]
    read_id = session.execute(noting, values).scalar_one_or_none()
    if read_id is not None:
        row = session.get_one(PersonRead, read_id)
        office_record.note(session, actor.agency, "record_read", [row], actor=actor, noted=NOTED)


def cases_at_hand(session: Session, actor: Actor, person_id: str) -> Sequence[str]:
    """The person's newest cases that the actor may name: accepted, handled, signed, or open at his agency."""
    signed = select(SignOff.case_id).where(SignOff.signer == actor.staff_no)
    mine = or_(
        Case.accepted_by == actor.account_id,
        Case.handled_by == actor.account_id,
        Case.case_id.in_(signed),
        Case.status.not_in(FINAL_STATUSES),
    )
    found = (
        select(Case.case_no, Case.agency_code)
        .where(Case.subject_id == person_id, mine)
        .order_by(Case.case_id.desc())
        .limit(SHOWN)
    )
    return [
        row.case_no
        for row in session.execute(found)
        if decisions.may(session, actor, Act(BY_CASE, agency=row.agency_code)) is not None
    ]


def _require_working(
    session: Session, office: Office, actor: Actor, person_id: str, case_no: str
) -> None:
    case = views.visible_case(session, actor, case_no)
    act = Act(BY_CASE, agency=case.agency_code, category=case.category)
    decisions.require(session, actor, act)
    if case.subject_id != person_id:
        raise NotYourCase(facts={"case_no": case_no})
    if actor.account_id in (case.accepted_by, case.handled_by):
        return
    signed = select(SignOff.seq).where(
        SignOff.case_id == case.case_id, SignOff.signer == actor.staff_no
    )
    if session.execute(signed).first() is not None or _may_sign(session, office, actor, case):
        return
    raise NotYourCase(facts={"case_no": case_no})


def _may_sign(session: Session, office: Office, actor: Actor, case: Case) -> bool:
    """Whether a task of the case waits that is his to sign."""
    if case.status in FINAL_STATUSES:
        return False
    work = handling.open_case(session, office, actor, case.case_no)
    return any(
        not task_permits.held_by_another(work, task) and task_permits.may(work, task) is not None
        for task in work.tasks
    )


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value
