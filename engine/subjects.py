"""Whose business a case is: found on the register, and never the acting person's own or his relatives'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from database import keys
from database.clock import office_date
from database.direct_slots import set_directly
from database.refusals import Invalid, InvariantBroken
from engine import open_business, own_registers
from engine.applications import Applicant
from engine.record import AGENCY, Case, CaseContent
from register import changes, reading
from register.records import Records


class NotRegistered(Invalid):
    """Nobody of this number is on your agency's register: check the number, or enrol first."""

    rule = "applicant.not_registered"


class NameDiffers(Invalid):
    """The name does not belong to this number."""

    rule = "applicant.name_differs"


@set_directly
@dataclass(frozen=True, slots=True)
class Concern:
    """Whether a business is the acting person's own, or a relative's whom he declared; an act says both."""

    own_case: bool = False
    relatives_case: bool = False

    def of(self, act: Act) -> Act:
        """The act, as one on such a business."""
        if (act.own_case, act.relatives_case) == (self.own_case, self.relatives_case):
            return act
        return replace(act, own_case=self.own_case, relatives_case=self.relatives_case)

    def __bool__(self) -> bool:
        """Whether it is either."""
        return self.own_case or self.relatives_case


_NEITHER = Concern()
_CONCERNS = "concerns"


def asked_for(session: Session, actor: Actor, applicant: Applicant) -> Concern:
    """Whether the actor, or a relative of his, asks for the business or is the agent who does."""
    agent = [applicant.agent.id_no] if applicant.agent else []
    return _concern(session, actor, [applicant.id_no, *agent])


def concern(session: Session, actor: Actor, content: CaseContent) -> Concern:
    """Whether the case is about the acting person or his relatives, whichever of his accounts he uses.

    So is one whose list names them, one that would put them on the register, and a grant he would gain by.
    """
    if content.applicant["kind"] == AGENCY:
        return Concern(own_registers.concerns(session, actor.person_id, content))
    # Its own row was checked as it was made: here nothing of it counts but the numbers.
    agent = content.applicant.get("agent")
    asking = [content.applicant["id_no"], *([agent["id_no"]] if agent else [])]
    return _concern(session, actor, [*asking, *_founded(content.posting), *_listed(content.form)])


def listing(session: Session, actor: Actor, form: Mapping[str, Any]) -> Concern:
    """Whether a form (JSON) has a row about the acting person or a relative of his."""
    return _concern(session, actor, _listed(form))


def founding(session: Session, actor: Actor, posting: Mapping[str, Any]) -> Concern:
    """Whether a posting (JSON) would put one of them on the register, or a firm of theirs."""
    return _concern(session, actor, _founded(posting))


def _listed(form: Mapping[str, Any]) -> list[str]:
    rows = form.get("rows")
    return [row["id_no"] for row in rows if row.get("id_no")] if isinstance(rows, list) else []


def _founded(posting: Mapping[str, Any]) -> list[str]:
    numbers = (
        change["after"].get(field)
        for change in posting["changes"]
        if changes.founds_json(change)
        for field in ("id_no", "legal_person_id_no")
    )
    return [number for number in numbers if number]


def _concern(session: Session, actor: Actor, numbers: Sequence[str]) -> Concern:
    """Worked out once a command for the same numbers: each costs a MAC, and several steps ask."""
    if not numbers:
        return _NEITHER
    asked = (actor.id_no_index, actor.relatives, *numbers)
    known: dict[tuple[object, ...], Concern] = session.info.setdefault(_CONCERNS, {})
    found = known.get(asked)
    if found is None:
        found = known[asked] = _matching(actor, numbers)
    return found


def _matching(actor: Actor, numbers: Sequence[str]) -> Concern:
    known = {actor.id_no_index, *actor.relatives}
    # By whichever version of the key each was read, so that none escapes while indexes move.
    found = keys.current().matching("id_no", known, numbers)
    return Concern(actor.id_no_index in found, not actor.relatives.isdisjoint(found))


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
    records = numbered(session, applicant, accepted_on, locking=locking)
    if not sees(session, actor, records):
        message = NotRegistered.__doc__
        rule = NotRegistered.rule
        raise NotRegistered(errors=[{"field": "applicant.id_no", "message": message, "rule": rule}])
    require_name(applicant, records)
    return _with_business(session, records)


def _with_business(session: Session, records: Records, *, except_for: str | None = None) -> Records:
    """The records with an employer's open cases, which are read only when a process asks."""
    if records.employer is None:
        return records
    employer_id = records.employer.employer_id
    open_cases = open_business.now(session, employer_id, except_for=except_for)
    return replace(records, open_cases=open_cases)


def employer(session: Session, actor: Actor, uscc: str, on: date) -> Records:
    """An employer's record by its credit code alone, without a lock. Raises NotRegistered."""
    records = reading.employer_numbered(session, uscc, on, locking=False)
    found = records.employer
    if found is None or not decisions.sees(session, actor, found.agency_code):
        message, rule = NotRegistered.__doc__, NotRegistered.rule
        raise NotRegistered(errors=[{"field": "uscc", "message": message, "rule": rule}])
    return records


def numbered(
    session: Session, applicant: Applicant, accepted_on: date, *, locking: bool
) -> Records:
    """The record of whoever has the applicant's number, of any agency; nobody's where none has it."""
    if applicant.kind == "person":
        return reading.person_numbered(session, applicant.id_no, accepted_on, locking=locking)
    return reading.employer_numbered(session, applicant.id_no, accepted_on, locking=locking)


def sees(session: Session, actor: Actor, records: Records) -> bool:
    """Whether the records are of somebody on a register that the actor may see."""
    places: set[str] = set()
    if records.person is not None:
        places = {relation.agency_code for relation in records.person.relations}
    elif records.employer is not None:
        places = {records.employer.agency_code}
    return any(decisions.sees(session, actor, place) for place in places)


def require_name(applicant: Applicant, records: Records) -> None:
    """Raise NameDiffers unless the applicant is called as the register calls, or called, him.

    A document may still carry a name the register knew the person by: the number decides who it is.
    """
    known = records.person or records.employer
    if known is None or applicant.name not in {known.name, *known.former_names}:
        message = "is not the name on the register for this number: compare with the document"
        rule = NameDiffers.rule
        raise NameDiffers(errors=[{"field": "applicant.name", "message": message, "rule": rule}])


def identifier(records: Records) -> tuple[str, str]:
    """(kind, register id) of whom the records are about, or of whom the case enrols."""
    if records.person is not None:
        return "person", records.person.person_id
    if records.employer is not None:
        return "employer", records.employer.employer_id
    if records.enrolment is not None:
        return records.enrolment.kind, records.enrolment.subject_id
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
