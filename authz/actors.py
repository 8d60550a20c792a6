"""The acting person of a request: account, natural person, office and posts in force now."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import posts, relatives, stand_in_record
from authz.accounts import Account
from authz.epoch import Memory
from authz.outside_keys import Draft
from authz.people import NaturalPerson
from authz.signers import Signer
from database import clock
from database.refusals import NotSignedIn


@dataclass(frozen=True, slots=True)
class StoodIn:
    """A post that somebody does for an absent colleague (代), where, and within which section."""

    post: str
    agency: str
    section: str | None
    absent_id: int
    absent: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Decisions read posts and person from their rows again: this is for showing and noting.

    ``id_no_index`` is the blind index of his own id number, by which his own cases are known;
    ``credential_no`` tells which of his passwords counts. Where he acts through a sign-in, ``sign_in_id`` is
    that one, and ``confirmed_at`` when he last gave his password in it to sign (``authz.confirmations``).
    ``signer`` holds his signing key; without one he can read and claim, not sign. ``posts`` are his own,
    ``stood_in`` those he does for others today. With a ``first_password`` he does nothing but change it.
    ``relatives`` are blind indexes of those he declared and who count today. ``draft`` is there where what
    he signs was prepared for a key held elsewhere.
    """

    account_id: int
    person_id: int
    staff_no: str
    name: str
    agency: str
    section: str | None
    posts: tuple[str, ...]
    id_no_index: str
    credential_no: int
    demo: bool
    first_password: bool = False
    stood_in: tuple[StoodIn, ...] = ()
    relatives: frozenset[str] = field(default=frozenset(), repr=False)
    sign_in_id: int | None = None
    confirmed_at: datetime | None = None
    signer: Signer | None = field(default=None, repr=False, compare=False)
    draft: Draft | None = field(default=None, repr=False, compare=False)

    @property
    def works_as(self) -> tuple[str, ...]:
        """The posts he may act in today: his own, and those he does for others."""
        return posts.in_order({*self.posts, *(done.post for done in self.stood_in)})


class AccountClosed(NotSignedIn):
    """This account is closed: ask your agency's administrator."""

    rule = "account.inactive"


_kept: Memory[Actor] = Memory(2048)


def load(session: Session, account_id: int) -> Actor:
    """The actor behind an account. Raises AccountClosed, also for an unknown one.

    Kept by policy epoch, day and account, as standings are: closing an account begins a new epoch, and so
    does a new password.
    """
    today = clock.today(session)
    found = _kept.recall(session, (account_id, today), lambda: _read(session, account_id, today))
    if found is None:
        raise AccountClosed
    return found


def _read(session: Session, account_id: int, today: date) -> Actor | None:
    row = session.execute(
        select(
            Account.staff_no,
            Account.person_id,
            Account.name,
            Account.agency_code,
            Account.section,
            Account.demo,
            Account.first_password,
            Account.credential_no,
            NaturalPerson.id_no_index,
        )
        .join(NaturalPerson, NaturalPerson.person_id == Account.person_id)
        .where(Account.account_id == account_id, Account.active)
    ).one_or_none()
    if row is None:
        return None
    declared = relatives.of_persons(session, [row.person_id], today)
    return Actor(
        account_id=account_id,
        person_id=row.person_id,
        staff_no=row.staff_no,
        name=row.name,
        agency=row.agency_code,
        section=row.section,
        posts=posts.held_by(session, account_id, today),
        id_no_index=row.id_no_index,
        credential_no=row.credential_no,
        demo=row.demo,
        first_password=row.first_password,
        stood_in=tuple(
            StoodIn(held.post, held.agency_code, held.section, stand_in.absent_id, principal)
            for stand_in, held, principal in stand_in_record.of_deputies(
                session, [account_id], today
            )
        ),
        relatives=frozenset(declared.get(row.person_id, ())),
    )
