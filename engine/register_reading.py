"""Who may look at which record of the register: found by number, read masked.

A record belongs to whoever may read the register of an agency it is, or was, with; to all others there is
no such record, so that nobody learns from a refusal who is registered where.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from database import clock
from database.refusals import Invalid
from engine.paperwork import documents_about
from engine.paying import payables
from register import employer_view, identity, person_view, reading
from register.reading import EmployerNotFound, PersonNotFound


class DayAhead(Invalid):
    """The register can be asked for today and for days before, not for a day that has not come."""

    rule = "register.day_ahead"


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


def person(
    session: Session, actor: Actor, person_id: str, on: date | None = None
) -> dict[str, Any]:
    """A person's masked record (``register.person_view``), now or at the end of a day.

    Raises Forbidden, PersonNotFound, also where nothing was on record then, and DayAhead.
    """
    require(session, actor)
    _refuse_ahead(session, on)
    if not visible(session, actor, reading.agencies_of(session, person_id)):
        raise PersonNotFound
    shown = person_view.masked_person(session, person_id, on)
    return {
        **shown,
        "payables": payables.of_person(session, person_id),
        "documents": documents_about.issued(session, person_id, on),
    }


def employer(
    session: Session, actor: Actor, employer_id: str, on: date | None = None
) -> dict[str, Any]:
    """An employer's record (``register.employer_view``), as ``person``. Raises EmployerNotFound."""
    require(session, actor)
    _refuse_ahead(session, on)
    if not visible(session, actor, reading.agencies_of_employer(session, employer_id)):
        raise EmployerNotFound
    shown = employer_view.shown_employer(session, employer_id, on)
    return {**shown, "documents": documents_about.issued(session, employer_id, on)}


def _refuse_ahead(session: Session, on: date | None) -> None:
    if on is not None and on > clock.today(session):
        raise DayAhead


def visible(session: Session, actor: Actor, places: Collection[str]) -> bool:
    """Whether the register of one of these agencies is his to read."""
    acts = (Act("read_register", agency=place) for place in sorted(places))
    return any(decisions.may(session, actor, act) for act in acts)


def require(session: Session, actor: Actor) -> None:
    """Raise Forbidden unless the register is his to read at all."""
    decisions.require(session, actor, Act("read_register", agency=actor.agency))
