"""Appointing to a post and taking it back; one person's posts stay within one family."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from authz import epoch
from authz.absence import named_signer_record, stand_in_record
from authz.offices import agencies, families
from authz.offices.accounts import Account
from authz.offices.posts import POSTS, PostHolding
from database import clock
from database.refusals import InvariantBroken


class Term(NamedTuple):
    """From when to when, both included; from today where it isn't said, and until somebody ends it."""

    since: date | None = None
    until: date | None = None


UNTIL_DISMISSED = Term()


def appoint(
    session: Session,
    account_id: int,
    post: str,
    *,
    agency: str,
    section: str | None = None,
    term: Term = UNTIL_DISMISSED,
    basis: str | None = None,
) -> int:
    """Give an account a post for a term, from today unless said otherwise; the holding's id.

    A section must be one of the agency's: a misspelt one would serve nothing. Raises PostsIncompatible
    where the natural person holds a post of another family, through whichever account.
    """
    if post not in POSTS:
        raise InvariantBroken(f"there is no post {post!r}")
    epoch.hold_alone(session)
    if section is not None and section not in agencies.get(session, agency).sections:
        raise InvariantBroken(f"agency {agency} has no section {section!r}")
    person = select(Account.person_id).where(Account.account_id == account_id)
    families.require_one(held_by_person(session, session.execute(person).scalar_one()), post)
    row = {
        "account_id": account_id,
        "post": post,
        "agency_code": agency,
        "section": section,
        "valid_from": term.since or clock.today(session),
        "valid_to": term.until,
        "basis": basis,
    }
    holding_id = session.execute(
        insert(PostHolding).values(row).returning(PostHolding.holding_id)
    ).scalar_one()
    epoch.bump(session)
    return holding_id


def dismiss(session: Session, holding_id: int) -> None:
    """Take a post back, at once."""
    epoch.hold_alone(session)
    holding = session.get(PostHolding, holding_id, populate_existing=True)
    if holding is None:
        raise InvariantBroken(f"there is no post holding {holding_id}")
    if holding.revoked_at is None:
        holding.revoked_at = clock.now(session)
        session.flush()
        epoch.bump(session)


def held_by_person(session: Session, person_id: int, *, besides: int | None = None) -> set[str]:
    """The posts that a natural person holds, does for others, or will, through any of his open accounts.

    What he holds himself through the account ``besides`` is left out.
    """
    today = clock.today(session)
    over = PostHolding.valid_to < today
    own = set(
        session.execute(
            select(PostHolding.post)
            .join(Account, Account.account_id == PostHolding.account_id)
            .where(
                Account.person_id == person_id,
                Account.active,
                Account.account_id != (besides or 0),
                PostHolding.revoked_at.is_(None),
                or_(PostHolding.valid_to.is_(None), ~over),
            )
        ).scalars()
    )
    for_others = stand_in_record.posts_of(session, person_id, today)
    return own | for_others | named_signer_record.posts_of(session, person_id, today)
