"""Where one account stands at one policy epoch: person, posts and grants as plain values, kept in memory.

A decision believes these, read from the rows themselves, and nothing that a caller says about himself.
"""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import epoch, widening
from authz.absence import absences, named_signer_record, stand_in_record
from authz.absence.absences import Away, Why
from authz.absence.named_signer_record import NamedSigner
from authz.absence.stand_in_record import StandIn
from authz.enforcement import Enforcement
from authz.epoch import Memory
from authz.granting import grant_record
from authz.offices import agencies, posts
from authz.offices.accounts import Account
from authz.offices.agencies import Tree
from authz.offices.posts import PostHolding
from authz.placement import Covering, Holding
from authz.qualifying import qualifications

KEPT = 2048


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decisions about one account need, on one day of one epoch; ``away``: why he isn't there."""

    account_id: int
    person_id: int
    holdings: tuple[Holding, ...]
    coverings: tuple[Covering, ...]
    tree: Tree
    today: date
    epoch: int
    enforcement: Enforcement
    away: Why | None = None


_kept: Memory[Standing] = Memory(KEPT)


def of(session: Session, account_id: int) -> Standing | None:
    """The standing of an account; None for an unknown or closed one, which may do nothing.

    Kept by epoch, day, account and who is away from his desk: a change of authority, a new day, or somebody
    who didn't come back in time, begins with fresh rows.
    """
    today, paused = absences.moment(session)
    key = (account_id, today, paused)
    return _kept.recall(session, key, lambda: _load(session, account_id, today))


def _load(session: Session, account_id: int, today: date) -> Standing | None:
    account = session.execute(
        select(Account.person_id, Account.active).where(Account.account_id == account_id)
    ).one_or_none()
    if account is None or not account.active:
        return None
    tree = agencies.tree(session)
    holdings = _holdings(session, account_id, today)
    away = absences.of_persons(session, [account.person_id], today)
    holdings = _usable(session, account.person_id, holdings, away)
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
        away=away.why(account.person_id),
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
    paused = absences.paused(session)
    stood_in = stand_in_record.of_deputies(session, [account_id], today, paused)
    named = named_signer_record.of_deputy(session, account_id, today)
    waiting = stand_in_record.of_deputy_standing_by(session, account_id, today, widening.POST)
    return (
        *own,
        *(holding(*row) for row in stood_in),
        *(named_holding(one) for one in named),
        *(standby_holding(*row) for row in waiting),
    )


def _usable(
    session: Session, person_id: int, holdings: tuple[Holding, ...], away: Away
) -> tuple[Holding, ...]:
    """The holdings with the days on which this person is there, and qualified for them, also as a deputy."""
    if not holdings:
        return ()
    shown = qualifications.of_persons(session, [person_id])
    return tuple(
        replace(one, usable=away.there(person_id, shown.usable(person_id, one.post)))
        for one in holdings
    )


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


def standby_holding(stand_in: StandIn, held: PostHolding, principal: str) -> Holding:
    """A post whose holder is there: his deputy reviews in it what is offered wider, and nothing else."""
    return replace(holding(stand_in, held, principal), only_step=widening.STEP)


def named_holding(named: NamedSigner) -> Holding:
    """A county's post that the city named somebody for."""
    return Holding(
        post=named.post,
        agency=named.agency_code,
        section=None,
        since=named.valid_from,
        until=named.valid_to,
        on_behalf_of=named_signer_record.reference(named.naming_id),
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
