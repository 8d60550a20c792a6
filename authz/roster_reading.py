"""Reads the roster of some agencies from the registers: what counts on any day from a first one on."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from authz import standing, widening
from authz.absence import absence_record, named_signer_record
from authz.absence.named_signer_record import NamedSigner
from authz.absence.stand_in_record import Principal, StandIn, StandInEnd
from authz.granting.grant_record import Grant, GrantRevocation
from authz.offices import agencies
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from authz.placement import Covering, Holding
from authz.qualifying import qualifications
from authz.roster import Absence, Member, Roster


def read(session: Session, places: Collection[str], since: date) -> Roster:
    """Everybody with an open account at these agencies, or who will do a post there, from ``since`` on.

    Who left his desk for a while isn't away in it: he is back before anybody looks at another day.
    """
    held: dict[int, list[Holding]] = {}
    for row in session.execute(_holdings(places, since)):
        held.setdefault(row[0], []).append(Holding(*row[1:]))
    absences = []
    for stand_in, own, staff_no, person_id in session.execute(_stood_in(places, since)):
        done = standing.holding(stand_in, own, staff_no)
        if stand_in.on_absence:
            done = replace(done, only_without=person_id)
            if stand_in.post == widening.POST:
                reviewing = standing.standby_holding(stand_in, own, staff_no)
                held.setdefault(stand_in.deputy_id, []).append(reviewing)
        else:
            absences.append(
                Absence(person_id, stand_in.valid_from, stand_in.valid_to, stood_in=True)
            )
        held.setdefault(stand_in.deputy_id, []).append(done)
    for named in session.execute(_named(places, since)).scalars():
        held.setdefault(named.deputy_id, []).append(standing.named_holding(named))
    for person_id, days in absence_record.days_of(session, None, since).items():
        absences += [Absence(person_id, *one) for one in days]
    return Roster(
        tree=agencies.tree(session),
        members=_members(session, places, held),
        coverings=[Covering.of(grant) for grant in _grants(session, places, since)],
        absences=absences,
    )


def _holdings(places: Collection[str], since: date) -> Any:
    return (
        select(
            PostHolding.account_id,
            PostHolding.post,
            PostHolding.agency_code,
            PostHolding.section,
            PostHolding.valid_from,
            PostHolding.valid_to,
        )
        .where(
            PostHolding.agency_code.in_(places),
            PostHolding.revoked_at.is_(None),
            or_(PostHolding.valid_to.is_(None), PostHolding.valid_to >= since),
        )
        .order_by(PostHolding.holding_id)
    )


def _stood_in(places: Collection[str], since: date) -> Any:
    ended = exists().where(StandInEnd.stand_in_id == StandIn.stand_in_id)
    return (
        select(StandIn, PostHolding, Principal.staff_no, Principal.person_id)
        .join(Principal, Principal.account_id == StandIn.absent_id)
        .join(
            PostHolding,
            and_(
                PostHolding.account_id == StandIn.absent_id,
                PostHolding.post == StandIn.post,
                PostHolding.agency_code == StandIn.agency_code,
            ),
        )
        .where(
            StandIn.agency_code.in_(places),
            StandIn.valid_to >= since,
            ~ended,
            Principal.active,
            PostHolding.revoked_at.is_(None),
            or_(PostHolding.valid_to.is_(None), PostHolding.valid_to >= since),
        )
        .order_by(StandIn.stand_in_id, PostHolding.holding_id)
    )


def _named(places: Collection[str], since: date) -> Any:
    asked = select(NamedSigner).where(
        NamedSigner.agency_code.in_(places), named_signer_record.not_over(since)
    )
    return asked.order_by(NamedSigner.naming_id)


def _members(
    session: Session, places: Collection[str], held: dict[int, list[Holding]]
) -> dict[int, Member]:
    rows = session.execute(
        select(
            Account.account_id,
            Account.person_id,
            Account.staff_no,
            Account.name,
            Account.agency_code,
        ).where(
            or_(Account.agency_code.in_(places), Account.account_id.in_(list(held))),
            Account.active,
        )
    ).all()
    shown = qualifications.of_persons(session, {row.person_id for row in rows})

    def holdings(row: Any) -> tuple[Holding, ...]:
        return tuple(
            replace(one, usable=shown.usable(row.person_id, one.post))
            for one in held.get(row.account_id, ())
        )

    return {row[0]: Member(*row, holdings=holdings(row)) for row in rows}


def _grants(session: Session, places: Collection[str], since: date) -> Sequence[Grant]:
    revoked = exists().where(GrantRevocation.grant_id == Grant.grant_id)
    found = select(Grant).where(
        Grant.agency_code.in_(places),
        or_(Grant.valid_to.is_(None), Grant.valid_to >= since),
        ~revoked,
    )
    return session.execute(found.order_by(Grant.grant_id)).scalars().all()
