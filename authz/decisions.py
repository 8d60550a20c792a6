"""May this person do this? Every use case asks here, inside its own transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from authz import holders, reasons, standing
from authz.actors import Actor
from authz.acts import Act
from database.direct_slots import set_directly
from database.refusals import Forbidden


@set_directly
@dataclass(frozen=True, slots=True)
class Permit:
    """What allowed an act: the collective entry or grant, the post it is done in, the policy epoch.

    ``on_behalf_of`` is the staff number of the absent colleague whose post it is (代), None for one's own.
    """

    grant: str
    post: str
    epoch: int
    on_behalf_of: str | None = None


class AccountInactive(Forbidden):
    """This account is closed: it may do nothing any more."""

    rule = "account.inactive"


def require(session: Session, actor: Actor, act: Act) -> Permit:
    """The permit for an act.

    Raises Forbidden, naming the first rule that stands in the way and who could act instead.
    """
    permit = may(session, actor, act)
    if permit is None:
        raise _refusal(session, actor, act)
    return permit


def may(session: Session, actor: Actor, act: Act) -> Permit | None:
    """The permit for an act, None where there is none."""
    stands = standing.of(session, actor.account_id)
    if stands is None:
        return None
    allowed = stands.enforcement.allowing(act, stands.person_id, stands.today)
    if allowed is None:
        return None
    return Permit(allowed.entry, allowed.post, stands.epoch, allowed.on_behalf_of or None)


def why_not(session: Session, actor: Actor, act: Act) -> Forbidden | None:
    """The refusal that ``require`` would raise, None where the act is allowed."""
    return None if may(session, actor, act) else _refusal(session, actor, act)


def who_can(session: Session, act: Act, *, without: Iterable[int] = ()) -> list[dict[str, Any]]:
    """Posts that may do the act, with their holders who may: ``{post, agency, staff}``.

    The natural persons of ``without`` aren't named: whom a rule keeps out of it.
    """
    return holders.who_can(session, act, without=without)


def sees(session: Session, actor: Actor, agency: str) -> bool:
    """Whether the actor may see cases of an agency: his own or a subordinate one, by his post."""
    stands = standing.of(session, actor.account_id)
    if stands is None:
        return False
    return stands.enforcement.allowing(_seeing(agency), stands.person_id, stands.today) is not None


@lru_cache(maxsize=1024)
def _seeing(agency: str) -> Act:
    return Act("see", agency=agency)


def _refusal(session: Session, actor: Actor, act: Act) -> Forbidden:
    stands = standing.of(session, actor.account_id)
    if stands is None:
        return AccountInactive()
    refusal = reasons.first(session, stands, act)
    refusal.who_can = list(holders.who_can(session, act, without=[stands.person_id]))
    return refusal
