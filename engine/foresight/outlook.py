"""Who will sign a case that is being entered: the people to come, step by step, before it is accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices.agencies import Agency
from engine.defining.definitions import Definition
from engine.progress import CITY_POSTS
from engine.rules import risk
from engine.rules.risk_file import HIGH, RiskTable

MAKER = "handle"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature to come: its step and post, who could give it, and whether it is the asking person's."""

    step: str
    post: str
    mine: bool
    staff: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a case is going to be, as far as who signs depends on it."""

    table: RiskTable
    definition: Definition
    agency: Agency
    level: int
    route: str
    amount_cents: int = 0


def at_first(table: RiskTable, code: str) -> tuple[int, str]:
    """The level and route a process has in the table, before a case's facts may raise it."""
    entry = table.entries.get(code)
    return (HIGH, "county") if entry is None else (entry.level, entry.route)


def signatures(session: Session, actor: Actor, prospect: Prospect) -> list[Signature]:
    """The signatures of the shared chain, if this person accepts the case now.

    He handles it himself where he holds the right, and signs nothing later.
    """
    level, route = prospect.level, prospect.route
    posts = risk.posts(prospect.table, level, route)
    return [
        _signature(session, actor, prospect, step, post)
        for step, post in zip(risk.steps(prospect.table, level, route), posts, strict=True)
    ]


def _signature(
    session: Session, actor: Actor, prospect: Prospect, step: str, post: str
) -> Signature:
    act = _act(actor, prospect, step, post)
    permit = decisions.may(session, actor, act) if step == MAKER else None
    if permit is not None:
        return Signature(step, permit.post, mine=True, staff=())
    holders = [who for who in decisions.who_can(session, act) if who["staff"]]
    # A handler of the back office comes before a colleague at another window.
    first = min(holders, key=lambda who: who["post"] != post, default=None)
    if first is None:
        return Signature(step, post, mine=False, staff=())
    return Signature(step, first["post"], mine=False, staff=first["staff"])


def _act(actor: Actor, prospect: Prospect, step: str, post: str) -> Act:
    agency = prospect.agency
    above = agency.parent_code if post in CITY_POSTS and agency.kind == "county" else None
    return Act(
        step,
        agency=above or agency.code,
        process=prospect.definition.code,
        handling=risk.timing(prospect.level),
        category=prospect.definition.category,
        level=prospect.level,
        route=prospect.route,
        amount_cents=prospect.amount_cents if step == MAKER else 0,
        signed=() if step == MAKER else (("accept", actor.person_id),),
    )
