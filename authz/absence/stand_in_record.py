"""The register of stand-ins (AB角登记簿): entered, never edited, ended early only by a row of their own."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from authz.absence import absence_record
from authz.offices import posts
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from database.columns import BigId, UtcDateTime
from database.declarative import APPEND_ONLY, Base


class StandIn(Base):
    """Who does a post for whom (代办): both dates are included, and it begins and ends by itself.

    The deputy signs in his own name, marked 代. Where the principal doesn't hold the post himself on a
    day, his deputy doesn't either: a stand-in is never passed on. With ``on_absence`` it counts only while
    the principal is away (``absences``), else on all its days.
    """

    __tablename__ = "stand_ins"
    __table_args__ = (
        CheckConstraint("absent_id <> deputy_id", name="two_accounts"),
        CheckConstraint("valid_to >= valid_from", name="dates"),
        Index(None, "deputy_id", "valid_to"),
        Index(None, "agency_code", "post", "valid_to"),
        APPEND_ONLY,
    )

    stand_in_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    absent_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    post: Mapped[str] = mapped_column(String(32))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(400))
    # True or nothing: what was journalled before there was such a column said nothing of it.
    on_absence: Mapped[bool | None]
    registered_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StandInEnd(Base):
    """The early end of a stand-in, from the moment it was entered."""

    __tablename__ = "stand_in_ends"
    __table_args__ = (APPEND_ONLY,)

    end_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    stand_in_id: Mapped[int] = mapped_column(ForeignKey("stand_ins.stand_in_id"), unique=True)
    ended_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)


Principal = aliased(Account, name="principal")


def holds(on: date) -> ColumnElement[bool]:
    """Which stand-ins count on a day: begun, not over, not ended (that counts at once)."""
    return and_(StandIn.valid_from <= on, not_over(on))


def not_over(on: date) -> ColumnElement[bool]:
    """Which stand-ins count on a day or will later."""
    ended = exists().where(StandInEnd.stand_in_id == StandIn.stand_in_id)
    return and_(StandIn.valid_to >= on, ~ended)


def in_force(on: date, paused: Collection[int]) -> Select[StandIn, PostHolding, str]:
    """The query of (stand-in, the principal's own holding, his staff number) that count on a day.

    The number has a name of its own: whoever adds the deputy's asks for ``staff_no``.

    ``paused`` are the natural persons who are away from their desks now (``absences.paused``).
    """
    begun = or_(
        StandIn.on_absence.is_(None),
        absence_record.on_leave(Principal.person_id, on),
        Principal.person_id.in_(list(paused)),
    )
    return _with_principals(on).where(holds(on), begun)


def standing_by(on: date, post: str) -> Select[StandIn, PostHolding, str]:
    """As ``in_force``, the stand-ins of a post that count only while its holder is away."""
    return _with_principals(on).where(holds(on), StandIn.on_absence.is_(True), StandIn.post == post)


def _with_principals(on: date) -> Select[StandIn, PostHolding, str]:
    return (
        select(StandIn, PostHolding, Principal.staff_no.label("principal_no"))
        .join(Principal, Principal.account_id == StandIn.absent_id)
        .join(
            PostHolding,
            and_(
                PostHolding.account_id == StandIn.absent_id,
                PostHolding.post == StandIn.post,
                PostHolding.agency_code == StandIn.agency_code,
            ),
        )
        .where(posts.in_force(on), Principal.active)
        .order_by(StandIn.stand_in_id, PostHolding.holding_id)
    )


def posts_of(session: Session, person_id: int, on: date) -> set[str]:
    """The posts that a natural person does or will do for others, whatever the principals hold by then."""
    return set(
        session.execute(
            select(StandIn.post)
            .join(Account, Account.account_id == StandIn.deputy_id)
            .where(Account.person_id == person_id, Account.active, not_over(on))
        ).scalars()
    )


def of_deputy_standing_by(
    session: Session, deputy: int, on: date, post: str
) -> Sequence[tuple[StandIn, PostHolding, str]]:
    """The posts that an account would do for others if those were absent on a day."""
    rows = session.execute(standing_by(on, post).where(StandIn.deputy_id == deputy))
    return [(stand_in, holding, staff_no) for stand_in, holding, staff_no in rows]


def of_deputies(
    session: Session, deputies: Collection[int], on: date, paused: Collection[int]
) -> Sequence[tuple[StandIn, PostHolding, str]]:
    """The posts that these accounts do for others on a day."""
    rows = session.execute(in_force(on, paused).where(StandIn.deputy_id.in_(deputies)))
    return [(stand_in, holding, staff_no) for stand_in, holding, staff_no in rows]
