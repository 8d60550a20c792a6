"""Begins a case of one of the office's own registers: about an agency, without materials or a window."""

from typing import Any

from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.decisions import Permit
from authz.offices import agencies
from database import clock
from engine import cases, contents
from engine.defining import verdicts
from engine.handling import Handling
from engine.intake import Intake
from engine.office import Office
from engine.record import AGENCY
from engine.timing.clocks import Terms
from register.parameters import Parameters
from register.records import Records


def begin(
    session: Session,
    office: Office,
    actor: Actor,
    permit: Permit,
    said: tuple[str, dict[str, Any]],
    about: str,
) -> Handling:
    """Begin it; who applies signs the first step in the same request.

    ``said`` is the process's code and its form, ``about`` the agency. The callers have held the epoch and
    required the right to apply. Raises UnknownProcess, NotProven.
    """
    now = clock.now(session)
    code, given = said
    definition = office.catalogue.deployed_at(code)
    verdicts.require_proven(office, definition)
    agency = agencies.known(session, actor.agency)
    form = definition.form.model_validate(given)
    records = Records(None, None, clock.today(session), Parameters())
    taken = Intake(
        applicant=applicant(agencies.get(session, about)),
        late_entry=None,
        faults=(),
        contact=None,
        definition=definition,
        agency=agency,
        permit=permit,
        form=form,
        received_at=now,
        records=records,
        computed=contents.compute(session, definition, office.risk, agency, records, form),
        materials=[],
        missing=[],
        deadline=Terms(
            received_at=now, accepted_at=now, instant=False, limit=definition.guide.time_limit
        ).deadline(),
    )
    return cases.begin(session, office, actor, taken, (AGENCY, about), now)


def applicant(agency: agencies.Agency) -> dict[str, Any]:
    """The agency that it is about, in the place of an applicant; nothing personal."""
    return {
        "kind": AGENCY,
        "id_type": None,
        "id_no": agency.code,
        "name": agency.name,
        "agent": None,
    }
