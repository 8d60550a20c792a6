"""Whose business a case is: found on the register, and never the acting person himself."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from database import keys
from database.clock import office_date
from database.refusals import Invalid, InvariantBroken
from engine import open_business
from engine.applications import Applicant
from engine.record import Case, CaseContent
from register import reading
from register.records import Records


class NotRegistered(Invalid):
    """Nobody of this number is on your agency's register: check the number, or enrol first."""

    rule = "applicant.not_registered"


class NameDiffers(Invalid):
    """The name does not belong to this number."""

    rule = "applicant.name_differs"


def is_actor(actor: Actor, applicant: Applicant) -> bool:
    """Whether somebody asks to accept his own business, or one he is the agent of."""
    numbers = [applicant.id_no, *([applicant.agent.id_no] if applicant.agent else [])]
    return any(keys.current().blind_index("id_no", no) == actor.id_no_index for no in numbers)


def is_own_case(actor: Actor, content: CaseContent) -> bool:
    """Whether the applicant is the acting person himself, whichever of his accounts he uses."""
    return is_actor(actor, Applicant.model_validate(content.applicant))


def find(
    session: Session,
    actor: Actor,
    applicant: Applicant,
    accepted_on: date,
    *,
    locking: bool = True,
) -> Records:
    """The applicant's record; raises NotRegistered, or NameDiffers.

    A person of another agency's register looks like nobody at all.
    """
    if applicant.kind == "person":
        records = reading.person_numbered(session, applicant.id_no, accepted_on, locking=locking)
        places = (
            {relation.agency_code for relation in records.person.relations}
            if records.person
            else set()
        )
        names = {records.person.name, *records.person.former_names} if records.person else set()
    else:
        records = reading.employer_numbered(session, applicant.id_no, accepted_on, locking=locking)
        places = {records.employer.agency_code} if records.employer else set()
        names = (
            {records.employer.name, *records.employer.former_names} if records.employer else set()
        )
    if not any(decisions.sees(session, actor, place) for place in places):
        message = NotRegistered.__doc__
        rule = NotRegistered.rule
        raise NotRegistered(errors=[{"field": "applicant.id_no", "message": message, "rule": rule}])
    # A document may still carry a name the register knew the person by: the number decides who it is.
    if applicant.name not in names:
        message = "is not the name on the register for this number: compare with the document"
        rule = NameDiffers.rule
        raise NameDiffers(errors=[{"field": "applicant.name", "message": message, "rule": rule}])
    return _with_business(session, records)


def _with_business(session: Session, records: Records, *, except_for: str | None = None) -> Records:
    """The records with an employer's open cases, which are read only when a process asks."""
    if records.employer is None:
        return records
    employer_id = records.employer.employer_id
    open_cases = open_business.now(session, employer_id, except_for=except_for)
    return replace(records, open_cases=open_cases)


def identifier(records: Records) -> tuple[str, str]:
    """(kind, register id) of whom the records are about."""
    if records.person is not None:
        return "person", records.person.person_id
    if records.employer is not None:
        return "employer", records.employer.employer_id
    raise InvariantBroken("records are about a person or an employer")


def ahead(session: Session, case: Case, content: CaseContent) -> None:
    """Announce that ``again`` will be asked for, and the balances where the case moves money."""
    if case.subject_kind == "person":
        reading.ahead(session, case.subject_id, sums=bool(content.posting["lines"]))


def again(session: Session, case: Case, *, locking: bool = True) -> Records:
    """The record of a case's applicant, on the register as it stands now, for the day of acceptance."""
    records = reading.load(
        session,
        person_id=case.subject_id if case.subject_kind == "person" else None,
        employer_id=case.subject_id if case.subject_kind == "employer" else None,
        accepted_on=office_date(case.accepted_at),
        locking=locking,
    )
    return _with_business(session, records, except_for=case.case_no)
