"""The staff's accounts: a staff number (工号), its natural person, its office, its credential."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ForeignKey, Index, String, bindparam, false, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz import epoch
from authz.epoch import Memory
from authz.offices import posts
from authz.offices.people import NaturalPerson
from database import clock
from database.columns import BigId, Sealed
from database.declarative import Base, table_of
from database.prepared import Prepared
from database.refusals import NotFound


class Account(Base):
    """One account. ``credential_no`` counts the passwords: a change ends what the old one opened."""

    __tablename__ = "accounts"
    __table_args__ = (Index(None, "agency_code"), Index(None, "person_id"))

    account_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_no: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("natural_persons.person_id"))
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    section: Mapped[str | None] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(Sealed("accounts.name"))
    password_hash: Mapped[str] = mapped_column(String(200))
    credential_no: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    # Somebody else knows this password: nothing else goes before it is changed.
    first_password: Mapped[bool] = mapped_column(default=False, server_default=false())


_ACCOUNTS = table_of(Account)
_known: Memory[Mapping[str, str]] = Memory(2048)
_NAMED = Prepared(
    select(_ACCOUNTS.c.staff_no, _ACCOUNTS.c.name).where(
        _ACCOUNTS.c.account_id == bindparam("account")
    )
)


class AccountNotFound(NotFound):
    """There is no such account."""

    rule = "account.not_found"


def open_account(
    session: Session,
    *,
    staff_no: str,
    person_id: int,
    agency: str,
    password_hash: str,
    section: str | None = None,
    demo: bool = False,
) -> int:
    """Open an account for a known person at an agency, in his name; its id.

    ``password_hash`` comes from ``passwords.hash_password``.
    """
    name = session.execute(
        select(NaturalPerson.name).where(NaturalPerson.person_id == person_id)
    ).scalar_one()
    row = {
        "staff_no": staff_no,
        "person_id": person_id,
        "agency_code": agency,
        "section": section,
        "name": name,
        "password_hash": password_hash,
        "credential_no": 1,
        "active": True,
        "demo": demo,
        "first_password": False,
    }
    epoch.hold_alone(session)
    account_id = session.execute(
        insert(Account).values(row).returning(Account.account_id)
    ).scalar_one()
    epoch.bump(session)
    return account_id


def mark_first_password(session: Session, account_id: int) -> None:
    """Let an account do nothing but change its password: somebody else has seen this one."""
    epoch.hold_alone(session)
    get(session, account_id).first_password = True
    session.flush()
    epoch.bump(session)


def get(session: Session, account_id: int) -> Account:
    """One account, as it is now. Raises AccountNotFound."""
    account = session.get(Account, account_id, populate_existing=True)
    if account is None:
        raise AccountNotFound
    return account


def change_password(session: Session, account_id: int, password_hash: str) -> None:
    """Set a new password: proofs and sessions of the old one no longer count."""
    epoch.hold_alone(session)
    account = get(session, account_id)
    account.password_hash = password_hash
    account.first_password = False
    account.credential_no += 1
    session.flush()
    epoch.bump(session)


def close(session: Session, account_id: int) -> None:
    """Close an account: from now on it may do nothing, and its sessions have ended."""
    epoch.hold_alone(session)
    get(session, account_id).active = False
    session.flush()
    epoch.bump(session)


def posts_of(session: Session, account_id: int) -> tuple[str, ...]:
    """The posts an account holds today; a closed account holds none."""
    active = session.execute(
        select(Account.active).where(Account.account_id == account_id)
    ).scalar_one_or_none()
    return posts.held_by(session, account_id, clock.today(session)) if active else ()


def identify(session: Session, account_id: int) -> dict[str, Any]:
    """Staff number and name, as refusals and histories show a member of staff."""
    row = _NAMED.first(session, {"account": account_id})
    if row is None:
        raise AccountNotFound
    return {"staff_no": row.staff_no, "name": row.name}


def known(session: Session, account_id: int) -> Mapping[str, str]:
    """As ``identify``, kept by policy epoch as actors are: for commands, which hold the epoch anyway."""
    found = _known.recall(session, account_id, lambda: identify(session, account_id))
    if found is None:
        raise AccountNotFound
    return found


def staff_nos(session: Session, account_ids: Collection[int]) -> dict[int, str]:
    """Staff numbers by account; unknown ones are left out."""
    asked = select(Account.account_id, Account.staff_no).where(Account.account_id.in_(account_ids))
    return {row.account_id: row.staff_no for row in session.execute(asked)}


def names(session: Session, staff_nos: Collection[str]) -> dict[str, str]:
    """Names of members of staff, by staff number; unknown ones are left out."""
    asked = select(Account.staff_no, Account.name).where(Account.staff_no.in_(staff_nos))
    return {row.staff_no: row.name for row in session.execute(asked)}
