"""The grant register's rows (授权登记簿): entered, never edited, revoked only by a row of their own."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    and_,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from database.columns import BigId, UtcDateTime
from database.declarative import APPEND_ONLY, ONLY_GROWS, Base, after


class Grant(Base):
    """One registered permission: who, what, where, from when to when, up to what amount, on what basis.

    It goes to a post of an agency or to one account, for one process or one class of handling. Both
    dates are included; without ``valid_to`` it holds until it is revoked. ``case_no`` is the
    case that entered it; a founding entry, from before the office's first case, has none.
    """

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint("(account_id IS NULL) <> (post IS NULL)", name="holder"),
        CheckConstraint("(process IS NULL) <> (handling IS NULL)", name="scope"),
        CheckConstraint("handling IN ('instant','limited')", name="handling"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates"),
        CheckConstraint("amount_limit_cents >= 0", name="amount"),
        Index(None, "agency_code", "post", "valid_to"),
        Index(None, "account_id"),
        Index(None, "case_no", unique=True),
        {"info": ONLY_GROWS | after("register_postings", "sign_offs")},
    )

    grant_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.account_id"))
    post: Mapped[str | None] = mapped_column(String(32))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    section: Mapped[str | None] = mapped_column(String(40))
    process: Mapped[str | None] = mapped_column(String(40))
    handling: Mapped[str | None] = mapped_column(String(10))
    act: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    amount_limit_cents: Mapped[int | None] = mapped_column(BigId)
    basis: Mapped[str] = mapped_column(String(400))
    reason: Mapped[str | None] = mapped_column(String(400))
    granted_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    case_no: Mapped[str | None] = mapped_column(String(24))


class GrantRevocation(Base):
    """The end of a grant, from the moment it was entered."""

    __tablename__ = "grant_revocations"
    __table_args__ = (APPEND_ONLY,)

    revocation_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("grants.grant_id"), unique=True)
    revoked_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    revoked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(400))


def holds(on: date) -> ColumnElement[bool]:
    """Which grants hold on a day: begun, not over, not revoked (that counts at once)."""
    revoked = exists().where(GrantRevocation.grant_id == Grant.grant_id)
    return and_(
        Grant.valid_from <= on, or_(Grant.valid_to.is_(None), Grant.valid_to >= on), ~revoked
    )


def in_force(
    session: Session,
    *,
    agencies: Collection[str],
    posts: Collection[str],
    accounts: Collection[int],
    on: date,
) -> Sequence[Grant]:
    """The grants that hold on a day at these agencies, for any of these posts or accounts."""
    mine = or_(
        and_(Grant.agency_code.in_(agencies), Grant.post.in_(posts)),
        and_(Grant.account_id.in_(accounts), Grant.agency_code.in_(agencies)),
    )
    found = session.execute(select(Grant).where(mine, holds(on)).order_by(Grant.grant_id))
    return found.scalars().all()


def latest(
    session: Session,
    *,
    agency: str,
    posts: Collection[str],
    account_id: int,
    act: str,
    covering: tuple[str, str],
) -> tuple[Grant, GrantRevocation | None] | None:
    """The newest grant that was ever meant for this, with its revocation; None where there was none.

    ``covering`` is (process, class of handling).
    """
    process, handling = covering
    row = session.execute(
        select(Grant, GrantRevocation)
        .outerjoin(GrantRevocation, GrantRevocation.grant_id == Grant.grant_id)
        .where(
            Grant.agency_code == agency,
            Grant.act == act,
            or_(Grant.account_id == account_id, Grant.post.in_(posts)),
            or_(Grant.process == process, Grant.handling == handling),
        )
        .order_by(Grant.grant_id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1])
