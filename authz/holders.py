"""Who could do an act: the people whom a refusal names instead.

A page of a case asks it for every step to come and every refusal: who holds which posts is read once a
policy epoch, and each act is asked of that.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import policy, standing, widening
from authz.absence import absences, named_signer_record, stand_in_record
from authz.absence.named_signer_record import NamedSigner
from authz.absence.stand_in_record import StandIn
from authz.acts import Act
from authz.enforcement import Enforcement
from authz.epoch import Memory
from authz.granting import grant_record
from authz.offices import agencies, posts
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from authz.placement import Covering, Holding
from authz.policy import Right
from authz.qualifying import qualifications
from database import clock

SHOWN = 50


@dataclass(frozen=True, slots=True)
class _Who:
    account_id: int
    person_id: int
    staff_no: str
    name: str


@dataclass(frozen=True, slots=True)
class _Known:
    """Who holds some posts at some agencies: each holding with the days it counts and the grants it has."""

    held: tuple[tuple[_Who, Holding, tuple[Covering, ...]], ...]


_kept: Memory[_Known] = Memory(32)


def who_can(session: Session, act: Act, *, without: Iterable[int] = ()) -> list[dict[str, Any]]:
    """Posts that may do the act and who holds them: ``{post, agency, staff: [{staff_no, name}]}``.

    Everybody named would be allowed by the same policy, if he were no party to the case: natural
    persons that signed another step are left out, and those of ``without``. A post of the act's own
    agency that nobody could fill stays in the list, empty.
    """
    rights = [r for r in policy.by_step().get(policy.step_word(act), ()) if r.is_for(act)]
    tree, today = agencies.tree(session), clock.today(session)
    wanted = tuple(dict.fromkeys(right.post for right in rights))
    places = tuple(_places(tree.lineage(act.agency), rights))
    by_grant = frozenset(right.post for right in rights if right.by == "grant")
    key = (*absences.moment(session), wanted, places, by_grant)
    known = _kept.recall(session, key, lambda: _read(session, wanted, places, by_grant))
    held_by = () if known is None else known.held
    barred = set(without)
    neutral = replace(act, own_case=False, relatives_case=False)
    staff: dict[tuple[str, str], list[dict[str, Any]]] = {
        (post, place): [] for post in wanted for place in places[:1]
    }
    for who, held, his in held_by:
        allowed = Enforcement(tree, [held], his).allowing(neutral, who.person_id, today)
        if allowed is not None and who.person_id not in barred:
            people = staff.setdefault((held.post, held.agency), [])
            named = {"staff_no": who.staff_no, "name": who.name}
            if named not in people:
                people.append(named)
    return [
        {"post": post, "agency": place, "staff": people[:SHOWN]}
        for (post, place), people in staff.items()
    ]


def _places(lineage: Sequence[str], rights: Sequence[Right]) -> Sequence[str]:
    """The agencies where somebody could hold a right that is good here."""
    reached = {right.reach for right in rights}
    return lineage if "tree" in reached else lineage[:2] if "next" in reached else lineage[:1]


def _read(
    session: Session, wanted: Collection[str], places: Collection[str], by_grant: Collection[str]
) -> _Known:
    rows = _holders(session, wanted, places)
    coverings = _coverings(session, by_grant, places, rows)
    persons = {who.person_id for who, _ in rows}
    shown = qualifications.of_persons(session, persons)
    away = absences.of_persons(session, persons, clock.today(session))
    held = []
    for who, holding in rows:
        his = tuple(c for c in coverings if c.account_id in (None, who.account_id))
        usable = away.there(who.person_id, shown.usable(who.person_id, holding.post))
        held.append((who, replace(holding, usable=usable), his))
    return _Known(tuple(held))


def _holders(
    session: Session, wanted: Collection[str], places: Collection[str]
) -> Sequence[tuple[_Who, Holding]]:
    """Who holds these posts, then who does them for an absent colleague or was named for them."""
    own = [
        (_who(row), Holding(row.post, row.agency_code, row.section, row.valid_from, row.valid_to))
        for row in _own(session, wanted, places)
    ]
    today = clock.today(session)
    stood_in = session.execute(
        stand_in_record.in_force(today, absences.paused(session))
        .add_columns(Account.account_id, Account.person_id, Account.staff_no, Account.name)
        .join(Account, Account.account_id == StandIn.deputy_id)
        .where(StandIn.agency_code.in_(places), StandIn.post.in_(wanted), Account.active)
    )
    standing_by = session.execute(
        stand_in_record.standing_by(today, widening.POST)
        .add_columns(Account.account_id, Account.person_id, Account.staff_no, Account.name)
        .join(Account, Account.account_id == StandIn.deputy_id)
        .where(StandIn.agency_code.in_(places), StandIn.post.in_(wanted), Account.active)
    )
    named = session.execute(
        select(NamedSigner, Account.account_id, Account.person_id, Account.staff_no, Account.name)
        .join(Account, Account.account_id == NamedSigner.deputy_id)
        .where(
            NamedSigner.agency_code.in_(places),
            NamedSigner.post.in_(wanted),
            named_signer_record.holds(today),
            Account.active,
        )
        .order_by(NamedSigner.naming_id)
    )
    return [
        *own,
        *((_who(row), standing.holding(row[0], row[1], row[2])) for row in stood_in),
        *((_who(row), standing.named_holding(row[0])) for row in named),
        *((_who(row), standing.standby_holding(row[0], row[1], row[2])) for row in standing_by),
    ]


def _who(row: Any) -> _Who:
    return _Who(row.account_id, row.person_id, row.staff_no, row.name)


def _own(session: Session, wanted: Collection[str], places: Collection[str]) -> Sequence[Any]:
    return session.execute(
        select(
            Account.account_id,
            Account.person_id,
            Account.staff_no,
            Account.name,
            PostHolding.post,
            PostHolding.agency_code,
            PostHolding.section,
            PostHolding.valid_from,
            PostHolding.valid_to,
        )
        .join(Account, Account.account_id == PostHolding.account_id)
        .where(
            PostHolding.agency_code.in_(places),
            PostHolding.post.in_(wanted),
            posts.in_force(clock.today(session)),
            Account.active,
        )
        .order_by(Account.staff_no)
    ).all()


def _coverings(
    session: Session,
    by_grant: Collection[str],
    places: Collection[str],
    rows: Sequence[tuple[_Who, Holding]],
) -> list[Covering]:
    if not by_grant:
        return []
    grants = grant_record.in_force(
        session,
        agencies=places,
        posts=by_grant,
        accounts={who.account_id for who, holding in rows if holding.post in by_grant},
        on=clock.today(session),
    )
    return [Covering.of(grant) for grant in grants]
