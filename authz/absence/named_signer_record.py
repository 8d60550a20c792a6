"""Who was named in writing by the city to sign a county's step for which the county has nobody (指派签批)."""

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
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz.offices.accounts import Account
from database.columns import BigId, UtcDateTime
from database.declarative import APPEND_ONLY, Base

# The county's steps that can lack a person: whoever accepts or handles sits in the county.
POSTS = ("reviewer", "deputy_director", "director")
_PREFIX = "named:"


class NamedSigner(Base):
    """A person named for a county's post, both days included; he signs in his own name, marked 代.

    Nothing is taken from anybody by it, and no signature less is needed: he is one more person there.
    """

    __tablename__ = "named_signers"
    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="dates"),
        CheckConstraint("post IN ({})".format(",".join(f"'{p}'" for p in POSTS)), name="post"),
        Index(None, "deputy_id", "valid_to"),
        Index(None, "agency_code", "post", "valid_to"),
        APPEND_ONLY,
    )

    naming_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    post: Mapped[str] = mapped_column(String(32))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    basis: Mapped[str] = mapped_column(String(400))
    registered_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NamedSignerEnd(Base):
    """The early end of a naming, from the moment it was entered."""

    __tablename__ = "named_signer_ends"
    __table_args__ = (APPEND_ONLY,)

    end_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    naming_id: Mapped[int] = mapped_column(ForeignKey("named_signers.naming_id"), unique=True)
    ended_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)


def reference(naming_id: int) -> str:
    """How a sign-off says on whose behalf: there is no absent colleague, so the naming itself.

    No staff number has a colon.
    """
    return f"{_PREFIX}{naming_id}"


def referred(on_behalf_of: str) -> int | None:
    """The naming that a sign-off refers to; None where it names a colleague."""
    number = on_behalf_of.removeprefix(_PREFIX)
    return int(number) if on_behalf_of.startswith(_PREFIX) and number.isdecimal() else None


def not_over(on: date) -> ColumnElement[bool]:
    """Which namings count on a day or will later."""
    ended = exists().where(NamedSignerEnd.naming_id == NamedSigner.naming_id)
    return and_(NamedSigner.valid_to >= on, ~ended)


def holds(on: date) -> ColumnElement[bool]:
    """Which namings count on a day."""
    return and_(NamedSigner.valid_from <= on, not_over(on))


def of_deputy(session: Session, account_id: int, on: date) -> Sequence[NamedSigner]:
    """The county posts that an account was named for, on a day."""
    asked = select(NamedSigner).where(NamedSigner.deputy_id == account_id, holds(on))
    return session.execute(asked.order_by(NamedSigner.naming_id)).scalars().all()


def posts_of(session: Session, person_id: int, on: date) -> set[str]:
    """The posts that a natural person was named for and does or will do."""
    return set(
        session.execute(
            select(NamedSigner.post)
            .join(Account, Account.account_id == NamedSigner.deputy_id)
            .where(Account.person_id == person_id, Account.active, not_over(on))
        ).scalars()
    )


def agencies_of(session: Session, references: Collection[str]) -> dict[str, str]:
    """The county's code of each naming that these sign-offs refer to, by the reference."""
    numbers = [number for one in references if (number := referred(one)) is not None]
    if not numbers:
        return {}
    asked = select(NamedSigner.naming_id, NamedSigner.agency_code).where(
        NamedSigner.naming_id.in_(numbers)
    )
    return {reference(row.naming_id): row.agency_code for row in session.execute(asked)}
