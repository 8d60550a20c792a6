"""The acting person of a request: account, natural person, office and posts in force now."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from authz import widening
from authz.absence import absences, named_signer_record, stand_in_record
from authz.absence.absences import Why
from authz.absence.named_signer_record import NamedSigner
from authz.absence.stand_in_record import StandIn
from authz.epoch import Memory
from authz.keys.outside_keys import Draft
from authz.keys.signers import Signer
from authz.offices import posts
from authz.offices.accounts import Account
from authz.offices.people import NaturalPerson
from authz.offices.posts import PostHolding
from authz.personnel import relatives
from database.direct_slots import set_directly
from database.refusals import NotSignedIn


@dataclass(frozen=True, slots=True)
class StoodIn:
    """A post that somebody does for an absent colleague (代), where, and within which section.

    Named by the city for a post that nobody holds, he does it for no colleague: ``absent_id`` is None, and
    ``absent`` refers to the naming.
    """

    post: str
    agency: str
    section: str | None
    absent_id: int | None
    absent: str


@set_directly
@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Decisions read posts and person from their rows again: this is for showing and noting.

    ``id_no_index`` is the blind index of his own id number, by which his own cases are known;
    ``credential_no`` tells which of his passwords counts. Where he acts through a sign-in, ``sign_in_id`` is
    that one, and ``confirmed_at`` when he last gave his password in it to sign
    (``confirmations``). ``signer`` holds his signing key; without one he can read and claim, not sign.
    ``posts`` are his own, ``stood_in`` those he does for others today, ``standing_by`` those in which he only
    reviews what is offered wider, since their holders are there. With a ``first_password`` he does
    nothing but change it. ``away`` says why he isn't there today, if he isn't: he may read. ``relatives`` are
    blind indexes of those he declared and who count today. ``draft`` is there where what he signs was
    prepared for a key held elsewhere.
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
    standing_by: tuple[StoodIn, ...] = ()
    away: Why | None = None
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


class PostsEnded(AccountClosed):
    """All your posts have ended: your supervisor appoints you before you can sign in again."""

    rule = "account.posts_ended"


_kept: Memory[Actor] = Memory(2048)


def load(session: Session, account_id: int) -> Actor:
    """The actor behind an account. Raises AccountClosed, also for an unknown one, or PostsEnded.

    Kept by policy epoch, day and account, as standings are: closing an account begins a new epoch, and so
    does a new password.
    """
    today, away = absences.moment(session)
    key = (account_id, today, away)
    found = _kept.recall(session, key, lambda: _read(session, account_id, today))
    if found is None:
        raise AccountClosed
    if not (found.posts or found.stood_in) and _had_posts(session, account_id, today):
        raise PostsEnded
    return found


def posts_ended(session: Session, account_id: int) -> bool:
    """Whether an account had posts and neither holds one now nor will, for itself or for others."""
    try:
        load(session, account_id)
    except PostsEnded:
        return True
    except AccountClosed:
        return False
    return False


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
    away = absences.of_persons(session, [row.person_id], today)
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
        stood_in=_stood_in(session, account_id, today),
        standing_by=_standing_by(session, account_id, today),
        away=away.why(row.person_id),
        relatives=frozenset(declared.get(row.person_id, ())),
    )


def _stood_in(session: Session, account_id: int, today: date) -> tuple[StoodIn, ...]:
    paused = absences.paused(session)
    for_others = stand_in_record.of_deputies(session, [account_id], today, paused)
    named = named_signer_record.of_deputy(session, account_id, today)
    return (
        *(
            StoodIn(held.post, held.agency_code, held.section, stand_in.absent_id, principal)
            for stand_in, held, principal in for_others
        ),
        *(
            StoodIn(
                one.post,
                one.agency_code,
                None,
                None,
                named_signer_record.reference(one.naming_id),
            )
            for one in named
        ),
    )


def _standing_by(session: Session, account_id: int, today: date) -> tuple[StoodIn, ...]:
    rows = stand_in_record.of_deputy_standing_by(session, account_id, today, widening.POST)
    return tuple(
        StoodIn(held.post, held.agency_code, held.section, stand_in.absent_id, principal)
        for stand_in, held, principal in rows
    )


def _had_posts(session: Session, account_id: int, today: date) -> bool:
    """Whether an account without a post today had one, and none is to come, its own or for others."""
    mine = PostHolding.account_id == account_id
    if session.execute(select(PostHolding.holding_id).where(mine).limit(1)).first() is None:
        return False
    to_come = (
        select(PostHolding.holding_id).where(
            mine,
            PostHolding.revoked_at.is_(None),
            or_(PostHolding.valid_to.is_(None), PostHolding.valid_to >= today),
        ),
        select(StandIn.stand_in_id).where(
            StandIn.deputy_id == account_id, stand_in_record.not_over(today)
        ),
        select(NamedSigner.naming_id).where(
            NamedSigner.deputy_id == account_id, named_signer_record.not_over(today)
        ),
    )
    return all(session.execute(asked.limit(1)).first() is None for asked in to_come)
