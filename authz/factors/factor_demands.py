"""Which posts sign in with a second factor only: an agency says so for itself and those below it.

What is entered holds from the next sign-in on, and what the office above demands nobody below lifts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.factors.factor_record import FactorDemand
from authz.offices import agencies
from authz.offices.accounts import Account
from authz.offices.agencies import AgencyNotFound
from authz.offices.posts import POSTS
from database import clock
from database.refusals import Conflict, Invalid

DEMAND = "demand_factor"


class DemandEntry(BaseModel):
    """What is entered: the agency, the post, whether a second factor is demanded, and the basis of that."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, str_strip_whitespace=True)

    agency: str = Field(min_length=1, max_length=6)
    post: str = Field(min_length=1, max_length=32)
    demanded: bool
    basis: str = Field(min_length=1, max_length=400)


class DemandInvalid(Invalid):
    """There is no such post."""

    rule = "factor.post"


class DemandSame(Conflict):
    """That is how it is already: nothing was changed."""

    rule = "factor.demand_same"


@dataclass(frozen=True, slots=True)
class DemandLine:
    """What an agency says last of a post, and who entered it."""

    demand: FactorDemand
    entered_by: str


def enter(session: Session, actor: Actor, entry: DemandEntry) -> FactorDemand:
    """Demand a second factor of a post, or no longer.

    Raises AgencyNotFound, Forbidden, DemandInvalid, DemandSame.
    """
    if entry.agency not in agencies.below(session, actor.agency):
        raise AgencyNotFound
    decisions.require(session, actor, Act(DEMAND, agency=entry.agency))
    if entry.post not in POSTS:
        raise DemandInvalid
    said = _last(session, [entry.agency]).get((entry.agency, entry.post))
    if (said.demanded if said else False) == entry.demanded:
        raise DemandSame
    demand = FactorDemand(
        agency_code=entry.agency,
        post=entry.post,
        demanded=entry.demanded,
        basis=entry.basis,
        entered_by=actor.account_id,
        entered_at=clock.now(session),
    )
    session.add(demand)
    session.flush()
    return demand


def listing(session: Session, actor: Actor) -> Sequence[DemandLine]:
    """What the agencies in one's care say last of each post. Raises Forbidden without the right to enter."""
    decisions.require(session, actor, Act(DEMAND, agency=actor.agency))
    last = _last(session, agencies.below(session, actor.agency))
    people = {one.entered_by for one in last.values()}
    numbers = session.execute(
        select(Account.account_id, Account.staff_no).where(Account.account_id.in_(people))
    )
    by = {row.account_id: row.staff_no for row in numbers}
    return [DemandLine(said, by[said.entered_by]) for _, said in sorted(last.items())]


def bind(session: Session, actor: Actor) -> bool:
    """Whether a post of somebody's own, or one he stands in for, signs in with a second factor only."""
    places = {actor.agency, *(done.agency for done in actor.stood_in)}
    above = {code for place in places for code in agencies.lineage(session, place)}
    return any(
        said.demanded and post in actor.works_as
        for (_, post), said in _last(session, above).items()
    )


def _last(session: Session, codes: Sequence[str] | set[str]) -> dict[tuple[str, str], FactorDemand]:
    newest = (
        select(func.max(FactorDemand.demand_id))
        .where(FactorDemand.agency_code.in_(codes))
        .group_by(FactorDemand.agency_code, FactorDemand.post)
    )
    found = session.execute(select(FactorDemand).where(FactorDemand.demand_id.in_(newest)))
    return {(said.agency_code, said.post): said for said in found.scalars()}
