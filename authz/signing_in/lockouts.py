"""Failed sign-ins, and whom they keep out for a while: guessing must not pay, nor lock a colleague out.

Counted by staff number and address together, so that somebody elsewhere can't keep the director out; by staff
number from everywhere, and by address for all staff numbers, at higher marks. What was typed is kept as a
keyed fingerprint only: it may be a password in the wrong field. It counts for a quarter of an hour, so it
isn't moved to a new version of the key: what was written under an earlier one counts no more.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Index, String, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from database import clock, keys
from database.columns import BigId, UtcDateTime
from database.declarative import Base
from database.refusals import NotSignedIn

WINDOW = timedelta(minutes=15)
FROM_THERE, FROM_EVERYWHERE, OF_ANYBODY = 5, 50, 100


class SignInFailure(Base):
    """One failed attempt; the right password, given in time, takes those of its place away."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index(None, "staff_index", "at"), Index(None, "address_index", "at"))

    failure_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_index: Mapped[str] = mapped_column(String(64))
    address_index: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LockedOut(NotSignedIn):
    """Too many failed sign-ins: wait a quarter of an hour, or have a lost password replaced."""

    rule = "session.locked"


def require_open(session: Session, staff_no: str, address: str | None) -> None:
    """Raise LockedOut after too many failures; an ``address`` of None is this machine's own.

    Asked before the password is looked at: while it holds, the right one does not open either.
    """
    whose, whence = _index("staff", staff_no), _index("address", address or "")
    since = clock.now(session) - WINDOW
    marks = [
        (
            FROM_THERE,
            (SignInFailure.staff_index == whose) & (SignInFailure.address_index == whence),
        ),
        (FROM_EVERYWHERE, SignInFailure.staff_index == whose),
    ]
    if address is not None:
        marks.append((OF_ANYBODY, SignInFailure.address_index == whence))
    if any(_count(session, which, since) >= most for most, which in marks):
        raise LockedOut


def note(session: Session, staff_no: str, address: str | None) -> None:
    """Count a failure, and forget those that count no more."""
    now = clock.now(session)
    row = {
        "staff_index": _index("staff", staff_no),
        "address_index": _index("address", address or ""),
        "at": now,
    }
    session.execute(insert(SignInFailure), [row])
    old = SignInFailure.at < now - WINDOW
    session.execute(
        delete(SignInFailure).where(SignInFailure.staff_index == row["staff_index"], old)
    )


def remove_old(session: Session, now: datetime, most: int) -> int:
    """Remove failures that count no more, of staff numbers nobody tried again; at most so many, how many."""
    old = select(SignInFailure.failure_id).where(SignInFailure.at < now - WINDOW).limit(most)
    removed = delete(SignInFailure).where(SignInFailure.failure_id.in_(old))
    return len(session.execute(removed.returning(SignInFailure.failure_id)).all())


def forget(session: Session, staff_no: str, address: str | None) -> None:
    """The right password was given there: its failures count no more."""
    session.execute(
        delete(SignInFailure).where(
            SignInFailure.staff_index == _index("staff", staff_no),
            SignInFailure.address_index == _index("address", address or ""),
        )
    )


def _count(session: Session, which: ColumnElement[bool], since: datetime) -> int:
    counted = select(func.count()).select_from(SignInFailure)
    return session.execute(counted.where(which, SignInFailure.at > since)).scalar_one()


def _index(kind: str, text: str) -> str:
    # In hex: what is typed may be no text that an index could be made of.
    typed = text.encode("utf-8", "surrogatepass").hex()
    return keys.current().blind_index(f"sign-in-{kind}", typed)
