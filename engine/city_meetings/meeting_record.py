"""The register of city meetings (处务会议): agenda, minutes, decisions and closing, each row only ever added.

Minutes entered again are a further version; the closing says which one counts.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from database.columns import BigId, Sealed, SealedJson, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from engine import journal
from engine.office_record import Noted
from engine.process import Names
from engine.record import Case

# What a meeting may decide on a case; the codes stay, and only the first lets the head approve it.
DECISIONS = {
    "approve": Names("同意", "passed"),
    "refuse": Names("不同意", "not passed"),
    "return": Names("退回", "sent back"),
    "postpone": Names("缓议", "put off"),
}
BY_DESK, BY_SIGN_OFF = "desk", "sign_off"


class Meeting(Base):
    """One meeting; its minutes' number is unique at its agency within the year it was held."""

    __tablename__ = "meetings"
    __table_args__ = (
        UniqueConstraint("agency_code", "year", "minutes_no"),
        CheckConstraint("entered_how IN ('desk','sign_off')", name="entered_how"),
        APPEND_ONLY,
    )

    meeting_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    year: Mapped[int]
    minutes_no: Mapped[str] = mapped_column(String(40))
    held_on: Mapped[date] = mapped_column(Date)
    entered_how: Mapped[str] = mapped_column(String(10))
    entered_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MeetingItem(Base):
    """A case on the agenda, as it stood in that cycle: a correction takes it off the table."""

    __tablename__ = "meeting_items"
    __table_args__ = (
        UniqueConstraint("meeting_id", "case_no", "cycle"),
        UniqueConstraint("meeting_id", "place"),
        Index(None, "case_no"),
        APPEND_ONLY,
    )

    item_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.meeting_id"))
    place: Mapped[int]
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"))
    cycle: Mapped[int]
    entered_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MeetingMinutes(Base):
    """Who attended, and the scan of the minutes; none where a sign-off registered the meeting."""

    __tablename__ = "meeting_minutes"
    __table_args__ = (UniqueConstraint("meeting_id", "version"), APPEND_ONLY)

    minutes_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.meeting_id"))
    version: Mapped[int]
    attendees: Mapped[list[str]] = mapped_column(SealedJson("meeting_minutes.attendees"))
    scan: Mapped[str | None] = mapped_column(String(64))
    entered_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MeetingDecision(Base):
    """What the meeting decided on one case, by a version of its minutes.

    ``attendees`` are those who took part in this item, where not everybody did (回避).
    """

    __tablename__ = "meeting_decisions"
    __table_args__ = (
        UniqueConstraint("item_id", "version"),
        CheckConstraint("decision IN ('approve','refuse','return','postpone')", name="decision"),
        APPEND_ONLY,
    )

    decision_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.item_id"))
    version: Mapped[int]
    decision: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(Sealed("meeting_decisions.words"))
    attendees: Mapped[list[str] | None] = mapped_column(SealedJson("meeting_decisions.attendees"))


class MeetingClosing(Base):
    """The head's closing of a meeting: from then on its decisions count, in this version."""

    __tablename__ = "meeting_closings"
    __table_args__ = (APPEND_ONLY,)

    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meetings.meeting_id"), primary_key=True, autoincrement=False
    )
    version: Mapped[int]
    closed_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    closed_at: Mapped[datetime] = mapped_column(UtcDateTime)


NOTED: Noted = {
    Meeting: (
        (
            "agency_code",
            "year",
            "minutes_no",
            "held_on",
            "entered_how",
            "entered_by",
            "entered_at",
        ),
        (),
    ),
    MeetingItem: (("meeting_id", "place", "case_no", "cycle", "entered_by", "entered_at"), ()),
    MeetingMinutes: (("meeting_id", "version", "scan", "entered_by", "entered_at"), ("attendees",)),
    MeetingDecision: (("item_id", "version", "decision"), ("words", "attendees")),
    MeetingClosing: (("version", "closed_by", "closed_at"), ()),
}
# The last decision that counts on a case as it stands now: of meetings that are closed, the latest.
_STANDING = (
    select(Meeting, MeetingMinutes, MeetingDecision)
    .join(MeetingItem, MeetingItem.meeting_id == Meeting.meeting_id)
    .join(MeetingClosing, MeetingClosing.meeting_id == Meeting.meeting_id)
    .join(
        MeetingDecision,
        (MeetingDecision.item_id == MeetingItem.item_id)
        & (MeetingDecision.version == MeetingClosing.version),
    )
    .join(
        MeetingMinutes,
        (MeetingMinutes.meeting_id == Meeting.meeting_id)
        & (MeetingMinutes.version == MeetingClosing.version),
    )
    .order_by(Meeting.held_on.desc(), Meeting.meeting_id.desc())
    .limit(1)
)


def standing(
    session: Session, case: Case
) -> tuple[Meeting, MeetingMinutes, MeetingDecision] | None:
    """What a closed meeting decided on a case in its present cycle; None where none did."""
    mine = (MeetingItem.case_no == case.case_no) & (MeetingItem.cycle == case.cycle)
    found = session.execute(_STANDING.where(mine)).one_or_none()
    return None if found is None else (found[0], found[1], found[2])


def on_agenda(session: Session, case: Case) -> Meeting | None:
    """The open meeting on whose agenda a case stands in its present cycle."""
    return session.execute(
        select(Meeting)
        .join(MeetingItem, MeetingItem.meeting_id == Meeting.meeting_id)
        .outerjoin(MeetingClosing, MeetingClosing.meeting_id == Meeting.meeting_id)
        .where(
            MeetingItem.case_no == case.case_no,
            MeetingItem.cycle == case.cycle,
            MeetingClosing.meeting_id.is_(None),
        )
        .limit(1)
    ).scalar_one_or_none()


def of_case(session: Session, case: Case) -> dict[str, Any] | None:
    """What the register says of a case as it stands: decided, on an agenda, or nothing."""
    decided = standing(session, case)
    meeting = decided[0] if decided else on_agenda(session, case)
    if meeting is None:
        return None
    return {
        "meeting_id": meeting.meeting_id,
        "minutes_no": meeting.minutes_no,
        "date": meeting.held_on.isoformat(),
        "decision": decided[2].decision if decided else None,
        "words": decided[2].words if decided else None,
    }


def by_number(session: Session, agency: str, held_on: date, minutes_no: str) -> Meeting | None:
    """The meeting whose minutes have this number; the agency's register stays as it is till the commit."""
    journal.hold_office(session, agency)
    return session.execute(
        select(Meeting).where(
            Meeting.agency_code == agency,
            Meeting.year == held_on.year,
            Meeting.minutes_no == minutes_no,
        )
    ).scalar_one_or_none()


def attendees(minutes: MeetingMinutes, decision: MeetingDecision) -> list[Any]:
    """Who took part in an item."""
    return list(minutes.attendees if decision.attendees is None else decision.attendees)


def words(decision: MeetingDecision) -> str:
    """A decision as a sign-off and a document say it."""
    named = DECISIONS[decision.decision].zh
    return decision.words or named


def add(session: Session, model: Any, row: dict[str, Any]) -> Any:
    """Add a row to the register, and answer it as it stands."""
    return session.execute(insert(model).returning(model), [row]).scalar_one()
