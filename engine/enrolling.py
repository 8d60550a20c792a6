"""Cases that open their subject: the applicant may be new to the register, and gets his register id here.

Ids are given at acceptance. The applicant's own stands in the case; those of further persons, named in a
form, are derived from the case and their id numbers under a key: every signing and every later check finds
the same ones, and nothing of a number can be read off an id.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from authz.actors import Actor
from database import digest, identifiers, keys
from database.clock import moment_text, office_date
from database.refusals import Invalid
from engine import subjects
from engine.applications import Applicant
from engine.defining.definitions import Definition
from engine.record import Case, CaseContent
from register.enrolment import Enrolment
from register.parameters import Parameters
from register.reading import EmployerNotFound, PersonNotFound
from register.records import Records

PURPOSE = "enrolment"
_ID_BYTES = 16


class RegisteredElsewhere(Invalid):
    """This number has an insured relation that must be moved or ended first: ask for its transfer."""

    rule = "applicant.registered_elsewhere"


def find(
    session: Session,
    actor: Actor,
    applicant: Applicant,
    definition: Definition,
    now: datetime,
    *,
    locking: bool = True,
) -> Records:
    """The applicant's record as ``subjects.find`` reads it, or nobody's where the process enrols him.

    Of somebody on another agency's register a process learns only where all his relations have ended.
    Raises NotRegistered, RegisteredElsewhere, NameDiffers.
    """
    on = office_date(now)
    if not definition.enrols:
        return subjects.find(session, actor, applicant, on, locking=locking)
    if applicant.kind not in definition.enrols:
        records = subjects.find(session, actor, applicant, on, locking=locking)
    else:
        records = subjects.numbered(session, applicant, on, locking=locking)
        if not subjects.sees(session, actor, records) and _held(records):
            message, rule = RegisteredElsewhere.__doc__, RegisteredElsewhere.rule
            error = {"field": "applicant.id_no", "message": message, "rule": rule}
            raise RegisteredElsewhere(errors=[error])
        if records.person or records.employer:
            subjects.require_name(applicant, records)
    known = bool(records.person or records.employer)
    subject_id = subjects.identifier(records)[1] if known else identifiers.new_id()
    return replace(records, enrolment=_enrolment(applicant, subject_id, actor.agency, now))


def again(
    session: Session,
    case: Case,
    content: CaseContent,
    definition: Definition,
    *,
    locking: bool = True,
) -> Records:
    """The record of a case's applicant on the register as it stands now; nobody's, where he is new to it."""
    if not definition.enrols:
        return subjects.again(session, case, locking=locking)
    try:
        records = subjects.again(session, case, locking=locking)
    except (PersonNotFound, EmployerNotFound):
        records = Records(None, None, office_date(case.accepted_at), Parameters())
    return replace(records, enrolment=of_case(case, content, definition))


def ahead(session: Session, case: Case, content: CaseContent, definition: Definition) -> None:
    """As ``subjects.ahead``; of somebody new to the register nothing will be asked."""
    if not definition.enrols:
        subjects.ahead(session, case, content)


def of_case(case: Case, content: CaseContent, definition: Definition) -> Enrolment | None:
    """Whom a case enrols, or None where its process enrols nobody."""
    if not definition.enrols:
        return None
    applicant = Applicant.model_validate(content.applicant)
    return _enrolment(applicant, case.subject_id, case.agency_code, case.accepted_at)


def _held(records: Records) -> bool:
    """Whether somebody is insured or draws a pension, or is registered, as things stand."""
    person = records.person
    if person is not None:
        return person.retired or any(held.status != "ENDED" for held in person.relations)
    return records.employer is not None and records.employer.status != "CLOSED"


def _enrolment(
    applicant: Applicant, subject_id: str, agency_code: str, accepted_at: datetime
) -> Enrolment:
    def new_id(id_no: str) -> str:
        said = digest.canonical([subject_id, moment_text(accepted_at), id_no])
        return keys.current().mac(PURPOSE, said)[:_ID_BYTES].hex()

    return Enrolment(
        kind=applicant.kind,
        subject_id=subject_id,
        number=applicant.id_no,
        name=applicant.name,
        agency_code=agency_code,
        new_id=new_id,
    )
