"""Where one account stands at one policy epoch: person, posts and grants as plain values, kept in memory.

A decision believes these, read from the rows themselves, and nothing that a caller says about himself.
"""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import agencies, epoch, grant_record, posts, qualifications, stand_in_record
from authz.accounts import Account
from authz.agencies import Tree
from authz.enforcement import Enforcement
from authz.epoch import Memory
from authz.placement import Covering, Holding
from authz.posts import PostHolding
from authz.stand_in_record import StandIn
from database import clock

KEPT = 2048


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decisions about one account need, on one day of one epoch."""

    account_id: int
    person_id: int
    holdings: tuple[Holding, ...]
    coverings: tuple[Covering, ...]
    tree: Tree
    today: date
    epoch: int
    enforcement: Enforcement


_kept: Memory[Standing] = Memory(KEPT)


def of(session: Session, account_id: int) -> Standing | None:
    """The standing of an account; None for an unknown or closed one, which may do nothing.

    Kept by epoch, day and account: a change of authority or a new day begins with fresh rows.
    """
    today = clock.today(session)
    return _kept.recall(session, (account_id, today), lambda: _load(session, account_id, today))


def _load(session: Session, account_id: int, today: date) -> Standing | None:
    account = session.execute(
        select(Account.person_id, Account.active).where(Account.account_id == account_id)
    ).one_or_none()
    if account is None or not account.active:
        return None
    tree = agencies.tree(session)
    holdings = _holdings(session, account_id, today)
    holdings = _qualified(session, account.person_id, holdings)
    coverings = _coverings(session, account_id, holdings, today)
    return Standing(
        account_id=account_id,
        person_id=account.person_id,
        holdings=holdings,
        coverings=coverings,
        tree=tree,
        today=today,
        epoch=epoch.current(session).number,
        enforcement=Enforcement(tree, holdings, coverings),
    )


def _holdings(session: Session, account_id: int, today: date) -> tuple[Holding, ...]:
    rows = session.execute(
        select(
            PostHolding.post,
            PostHolding.agency_code,
            PostHolding.section,
            PostHolding.valid_from,
            PostHolding.valid_to,
        )
        .where(PostHolding.account_id == account_id, posts.in_force(today))
        .order_by(PostHolding.holding_id)
    )
    own = [Holding(*row) for row in rows]
    stood_in = stand_in_record.of_deputies(session, [account_id], today)
    return (*own, *(holding(*row) for row in stood_in))


def _qualified(
    session: Session, person_id: int, holdings: tuple[Holding, ...]
) -> tuple[Holding, ...]:
    """The holdings with the days on which this person is qualified for them, himself and as a deputy."""
    if not holdings:
        return ()
    shown = qualifications.of_persons(session, [person_id])
    return tuple(replace(one, usable=shown.usable(person_id, one.post)) for one in holdings)


def holding(stand_in: StandIn, held: PostHolding, principal: str) -> Holding:
    """A post done for an absent colleague: within his section, and while both the stand-in and he hold."""
    until = stand_in.valid_to if held.valid_to is None else min(stand_in.valid_to, held.valid_to)
    return Holding(
        post=held.post,
        agency=held.agency_code,
        section=held.section,
        since=max(stand_in.valid_from, held.valid_from),
        until=until,
        on_behalf_of=principal,
    )


def _coverings(
    session: Session, account_id: int, holdings: tuple[Holding, ...], today: date
) -> tuple[Covering, ...]:
    if not holdings:
        return ()
    rows = grant_record.in_force(
        session,
        agencies={holding.agency for holding in holdings},
        posts={holding.post for holding in holdings},
        accounts=[account_id],
        on=today,
    )
    return tuple(Covering.of(grant) for grant in rows)
