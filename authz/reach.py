"""Which agencies' rows a person's transaction may touch at all, whatever he may do with them.

His own agency and the offices at which he holds a post or does it for somebody, each with its subordinates:
no right of the policy reaches further. The database holds it as a second wall (``database.wall``).
"""

from sqlalchemy.orm import Session

from authz import standing
from authz.absence import absences
from authz.actors import Actor
from authz.epoch import Memory
from authz.offices import agencies
from database import wall

_kept: Memory[tuple[str, ...]] = Memory(2048)


def of(session: Session, actor: Actor) -> tuple[str, ...]:
    """The agencies, in the order of their codes. Kept as standings are."""
    key = (*absences.moment(session), actor.account_id)
    return _kept.recall(session, key, lambda: _read(session, actor)) or (actor.agency,)


def narrow(session: Session, actor: Actor) -> None:
    """Let the rest of this transaction touch nothing else."""
    wall.narrow(session, of(session, actor))


def _read(session: Session, actor: Actor) -> tuple[str, ...]:
    tree, stands = agencies.tree(session), standing.of(session, actor.account_id)
    held = () if stands is None else stands.holdings
    places = {actor.agency, *(holding.agency for holding in held)}
    return tuple(sorted({code for place in places for code in tree.within(place)}))
