"""The whole picture of whom a business is for, before it is chosen: status, open cases, warnings.

Masked as every screen is. What is typed by hand stays as typed beside it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from api.dependencies import Reading
from authz import decisions
from authz.acts import Act
from database import clock, keys
from database.refusals import Invalid
from engine.defining.definitions import Definition
from engine.queueing import queues
from engine.record import OPEN_STATUSES
from engine.subjects import NotRegistered
from register import employer_view, identity, person_view, reading, retirement
from register.parameters import Parameters
from web.counter import looked_up
from web.counter.typed import Typed
from web.texts import mark

STATUSES: Mapping[str, str] = {
    "ACTIVE": mark("Insured, paying"),
    "INTERRUPTED": mark("Insured, payments interrupted"),
    "RETIRED": mark("Retired"),
    "ENDED": mark("Relation ended"),
    "CLOSED": mark("Deregistered"),
    "ERASED": mark("Erased by law"),
    "PAYING": mark("being paid"),
    "SUSPENDED": mark("suspended"),
    "APPROVED": mark("approved"),
}
RELATIONS: Mapping[str, str] = {
    "EMPLOYEE": mark("Employee"),
    "FLEX": mark("Flexible worker"),
    "OVERAGE": mark("Past the statutory age"),
}
SEXES: Mapping[str, str] = {"M": mark("male"), "F": mark("female")}
OWN_CASE = mark("This is yourself: a colleague has to do it.")
NAME_DIFFERS = mark("The name typed is not the one on the register: compare with the document.")
OPEN_CASES = mark("There are open cases: see whether one of them is what the client comes for.")
CORRECTIONS = mark("A case waits for materials or a correction: bring it to an end first.")
AGE_REACHED = mark("The statutory age is reached, no retirement has been approved.")
NEAR_RETIREMENT = mark("Near retirement: a change of key data is signed at level 1.")
INTERRUPTED = mark("Payments are interrupted.")
SUSPENDED = mark("A benefit is suspended.")
CLOSED = mark("The employer is deregistered.")
NEWCOMER = mark(
    "Not on your register: this business enrols. Compare number and name with the document."
)


def picture(
    reader: Reading, typed: Typed, definition: Definition | None = None
) -> dict[str, Any] | None:
    """What the register says, None while no number is typed; ``refused`` where it says nothing.

    ``newcomer`` is there instead where the chosen business enrols whoever the register doesn't have. Raises
    Forbidden where the actor may not read the register.
    """
    number = typed.applicant.get("id_no", "").strip().upper()
    if not number:
        return None
    actor = reader.actor
    decisions.require(reader.session, actor, Act("read_register", agency=actor.agency))
    kind = "employer" if typed.applicant.get("kind") == "employer" else "person"
    try:
        found = (_employer if kind == "employer" else _person)(reader, number, typed)
    except Invalid as refused:
        return {"refused": {"rule": refused.rule, "message": refused.detail}}
    if "refused" in found and definition is not None and kind in definition.enrols:
        return {"newcomer": NEWCOMER}
    return found


def _person(reader: Reading, number: str, typed: Typed) -> dict[str, Any]:
    name = typed.applicant.get("name", "")
    today = clock.today(reader.session)
    identity.check_id_no(number, today)
    person_id = reading.find_person(reader.session, number)
    if person_id is None or not _seen(reader, reading.agencies_of(reader.session, person_id)):
        return _unknown()
    looked_up.note(reader, person_id)
    record = reading.person(reader.session, person_id, today)
    shown = person_view.masked_person(reader.session, person_id)
    names = {record.name, *record.former_names}
    cases = _open_cases(reader, person_id, typed.case_no)
    warnings = _warnings(reader, number, name, names, cases)
    parameters = Parameters()
    if record.status != "RETIRED":
        left = retirement.months_to_retirement(record, today, parameters)
        if left <= 0:
            warnings.append(AGE_REACHED)
        elif retirement.near_retirement(record, today, parameters):
            warnings.append(NEAR_RETIREMENT)
    if record.status == "INTERRUPTED":
        warnings.append(INTERRUPTED)
    if any(held.status == "SUSPENDED" for held in record.entitlements):
        warnings.append(SUSPENDED)
    return {
        "kind": "person",
        "shown": shown,
        "age": today.year
        - record.birth.year
        - ((today.month, today.day) < (record.birth.month, record.birth.day)),
        "name_fits": name in names if name else None,
        "cases": cases,
        "warnings": warnings,
        "record": record,
    }


def _employer(reader: Reading, number: str, typed: Typed) -> dict[str, Any]:
    name = typed.applicant.get("name", "")
    identity.check_uscc(number)
    found = reading.find_employer(reader.session, number)
    if found is None or not _seen(reader, reading.agencies_of_employer(reader.session, found)):
        return _unknown()
    record = reading.employer(reader.session, found)
    cases = _open_cases(reader, found, typed.case_no)
    names = {record.name, *record.former_names}
    warnings = _warnings(reader, number, name, names, cases)
    if record.status == "CLOSED":
        warnings.append(CLOSED)
    return {
        "kind": "employer",
        "shown": employer_view.described(record),
        "record": record,
        "name_fits": name in names if name else None,
        "cases": cases,
        "warnings": warnings,
    }


def _unknown() -> dict[str, Any]:
    return {
        "refused": {
            "rule": NotRegistered.rule,
            "message": NotRegistered.__doc__ or "",
        }
    }


def _warnings(
    reader: Reading, number: str, name: str, names: set[str], cases: Sequence[Mapping[str, Any]]
) -> list[str]:
    found = []
    if keys.current().matching("id_no", [reader.actor.id_no_index], [number]):
        found.append(OWN_CASE)
    if name and name not in names:
        found.append(NAME_DIFFERS)
    if any(case["status"] != "in_progress" for case in cases):
        found.append(CORRECTIONS)
    elif cases:
        found.append(OPEN_CASES)
    return found


def _open_cases(reader: Reading, subject_id: str, corrected: str) -> list[dict[str, Any]]:
    """The client's open cases, but for the one that is being corrected."""
    listed = queues.cases(reader.session, reader.actor, person_id=subject_id)["items"]
    return [
        case for case in listed if case["status"] in OPEN_STATUSES and case["case_no"] != corrected
    ]


def _seen(reader: Reading, places: set[str]) -> bool:
    acts = (Act("read_register", agency=place) for place in sorted(places))
    return any(decisions.may(reader.session, reader.actor, act) for act in acts)
