"""The posts (岗位) and who holds which one, where and from when to when."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    and_,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from database.columns import BigId, UtcDateTime
from database.declarative import Base

# In the order in which a desk lists them; the first a person holds is the one the journal names.
POSTS: Mapping[str, str] = {
    "guide": "咨询服务",
    "teller": "综合业务",
    "handler": "后台经办",
    "reviewer": "复核",
    "deputy_director": "主管副主任",
    "director": "主任",
    "city_approver": "市级审批",
    "city_head": "处长",
    "finance": "基金财务",
    "auditor": "稽核",
    "internal_control": "内控",
    "supervisor": "业务主管",
    "archivist": "档案管理",
    "administrator": "系统管理",
    "security_administrator": "安全管理",
    "audit_administrator": "审计管理",
}
# The same in English, for refusals and the desk.
ENGLISH: Mapping[str, str] = {
    "guide": "Enquiries",
    "teller": "Teller",
    "handler": "Handler",
    "reviewer": "Reviewer",
    "deputy_director": "Deputy director",
    "director": "Director",
    "city_approver": "City approver",
    "city_head": "City head",
    "finance": "Finance",
    "auditor": "Auditor",
    "internal_control": "Internal control",
    "supervisor": "Supervisor",
    "archivist": "Archivist",
    "administrator": "System administrator",
    "security_administrator": "Security administrator",
    "audit_administrator": "Records administrator",
}


class PostHolding(Base):
    """One person's holding of one post at one agency; both dates are included."""

    __tablename__ = "post_holdings"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates"),
        CheckConstraint(
            "post IN ({})".format(",".join(f"'{post}'" for post in POSTS)), name="post"
        ),
        Index(None, "account_id"),
        Index(None, "agency_code", "post"),
    )

    holding_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    post: Mapped[str] = mapped_column(String(32))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    section: Mapped[str | None] = mapped_column(String(40))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    basis: Mapped[str | None] = mapped_column(String(400))


def in_force(on: date) -> ColumnElement[bool]:
    """Which holdings count on a day: a revocation counts at once, whatever the day."""
    return and_(
        PostHolding.revoked_at.is_(None),
        PostHolding.valid_from <= on,
        or_(PostHolding.valid_to.is_(None), PostHolding.valid_to >= on),
    )


def held_by(session: Session, account_id: int, on: date) -> tuple[str, ...]:
    """The posts an account holds on a day, in the order of ``POSTS``."""
    found = session.execute(
        select(PostHolding.post).where(PostHolding.account_id == account_id, in_force(on))
    ).scalars()
    return in_order(set(found))


def in_order(held: set[str]) -> tuple[str, ...]:
    """Posts in the order of ``POSTS``."""
    return tuple(post for post in POSTS if post in held)


def english(codes: Iterable[str], word: str) -> str:
    """Posts by their English names, ``Reviewer or Deputy director``; of one that isn't known its code."""
    return f" {word} ".join(ENGLISH.get(code, code) for code in codes)
