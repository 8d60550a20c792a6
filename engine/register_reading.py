"""Who may look at which record of the register: found by number, read masked.

A record belongs to whoever may read the register of an agency it is, or was, with; to all others there is
no such record, so that nobody learns from a refusal who is registered where.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from database import clock
from engine import payables
from register import employer_view, identity, person_view, reading
from register.reading import EmployerNotFound, PersonNotFound


def find_person(session: Session, actor: Actor, id_no: str) -> str:
    """The register id of the person with this id number.

    Raises Forbidden, IdNumberRefused, PersonNotFound.
    """
    require(session, actor)
    identity.check_id_no(id_no, clock.today(session))
    found = reading.find_person(session, id_no)
    if found is None or not visible(session, actor, reading.agencies_of(session, found)):
        raise PersonNotFound
    return found


def find_employer(session: Session, actor: Actor, uscc: str) -> str:
    """The register id of the employer with this credit code.

    Raises Forbidden, CreditCodeRefused, EmployerNotFound.
    """
    require(session, actor)
    identity.check_uscc(uscc)
    found = reading.find_employer(session, uscc)
    if found is None or not visible(session, actor, reading.agencies_of_employer(session, found)):
        raise EmployerNotFound
    return found


def person(session: Session, actor: Actor, person_id: str) -> dict[str, Any]:
    """A person's masked record (``register.person_view``). Raises Forbidden, PersonNotFound."""
    require(session, actor)
    if not visible(session, actor, reading.agencies_of(session, person_id)):
        raise PersonNotFound
    shown = person_view.masked_person(session, person_id)
    return {**shown, "payables": payables.of_person(session, person_id)}


def employer(session: Session, actor: Actor, employer_id: str) -> dict[str, Any]:
    """An employer's record (``register.employer_view``). Raises Forbidden, EmployerNotFound."""
    require(session, actor)
    if not visible(session, actor, reading.agencies_of_employer(session, employer_id)):
        raise EmployerNotFound
    return employer_view.shown_employer(session, employer_id)


def visible(session: Session, actor: Actor, places: Collection[str]) -> bool:
    """Whether the register of one of these agencies is his to read."""
    acts = (Act("read_register", agency=place) for place in sorted(places))
    return any(decisions.may(session, actor, act) for act in acts)


def require(session: Session, actor: Actor) -> None:
    """Raise Forbidden unless the register is his to read at all."""
    decisions.require(session, actor, Act("read_register", agency=actor.agency))
