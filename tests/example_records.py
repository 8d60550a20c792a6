"""Builds the record an example starts from: one ordinary insured person, and what the example changes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from register.enrolment import Enrolment
from register.entries import SubjectKind
from register.obligations import Claim, Deferral, StaffMember
from register.parameters import Parameters
from register.records import (
    ContributionMonth,
    EmployerRecord,
    Entitlement,
    Hold,
    PersonRecord,
    Records,
    Relation,
    Spell,
    UnpaidPayable,
)
from tests import corrected_examples

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
BESIDE = ("employer", "others", "open_cases", "corrected")
LISTED = ("staff", "claims", "deferrals")
ORDINARY: Mapping[str, Any] = {
    "name": "张卫国",
    "sex": "M",
    "birth": "1990-03-07",
    "first_work_on": "2010-07-01",
    "months": {"from": 201007, "count": 190, "base_cents": 500_000},
    "deemed": 0,
    "balances": {"principal": 5_000_000, "interest": 300_000},
    "contact": {},
    "payment_account": None,
    "entitlements": [],
    "relation": {"kind": "EMPLOYEE", "status": "ACTIVE"},
    "owed": {"payable": 0, "receivable": 0},
    "declared_base": None,
    "certification": None,
    "unpaid": [],
    "claims": [],
    "holds": [],
}
AGENCIES: Mapping[str, str] = {
    "990101": "青山县社会保险经办中心",
    "990102": "绿水县社会保险经办中心",
}


def id_number(birth: date, sex: str) -> str:
    """A well-formed fictional id number (GB 11643) of this birth date and sex."""
    body = f"610999{birth:%Y%m%d}99{1 if sex == 'M' else 2}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def records(changes: Mapping[str, Any], accepted_on: date) -> Records:
    """The records of an example: ``changes`` are its ``record`` block.

    With ``employer: {name, uscc, …}`` the case is about an employer, and ``persons`` are whom its list may
    name; with ``newcomer`` about somebody the register doesn't have: ``{name, birth, sex}`` or
    ``{name, uscc}``. ``corrected`` is the completed case that a correction names. Unknown keys are refused.
    """
    if "newcomer" in changes:
        return Records(None, None, accepted_on, Parameters(), newcomer(**changes["newcomer"]))
    said = changes.get("employer")
    others = [employer(other) for other in changes.get("others", ())]
    beside: dict[str, Any] = {
        "open_cases": tuple(changes.get("open_cases", ())),
        "others": Others({other.uscc: other for other in others}),
        "agencies": AGENCIES,
        "corrected": corrected_examples.corrected(changes.get("corrected")),
    }
    if said:
        whom = employer(said)
        enrols = enrolment("employer", whom.employer_id, whom.uscc, whom.name)
        listed = [person(one, number) for number, one in enumerate(changes.get("persons", ()), 1)]
        persons = {one.id_no: one for one in listed}
        return Records(None, whom, accepted_on, Parameters(), enrols, persons, **beside)
    insured = person({key: value for key, value in changes.items() if key not in BESIDE})
    enrols = enrolment("person", insured.person_id, insured.id_no, insured.name)
    return Records(insured, None, accepted_on, Parameters(), enrols, **beside)


class Others:
    """The employers that an example's ``others`` lists, by their numbers."""

    def __init__(self, known: Mapping[str, EmployerRecord]) -> None:
        self._known = known

    def employer_numbered(self, uscc: str) -> EmployerRecord | None:
        """The employer of this credit code."""
        return self._known.get(uscc.upper())


def employer(said: Mapping[str, Any]) -> EmployerRecord:
    """An employer of 青山县 as the example says it: ``staff`` are statuses by id number."""
    plain = {key: value for key, value in said.items() if key not in LISTED}
    return EmployerRecord(
        **{"employer_id": "E1", "agency_code": "990101", "status": "ACTIVE", "version": 3, **plain},
        staff=[
            StaffMember(f"P{place}", id_no, f"R{place}", "990101", status, 202001)
            for place, (id_no, status) in enumerate(said.get("staff", {}).items(), start=1)
        ],
        claims=[claim(place, one) for place, one in enumerate(said.get("claims", ()), start=1)],
        deferrals=[Deferral(**one) for one in said.get("deferrals", ())],
    )


def claim(place: int, said: Mapping[str, Any]) -> Claim:
    """A claim against the employer E1 for months of the person P1."""
    known = {"claim_id": f"C{place}", "person_id": "P1", "employer_id": "E1", "case_no": "CASE-1"}
    on = date.fromisoformat(said.get("assessed_on", "2026-11-02"))
    return Claim(**{**known, "status": "ASSESSED", **said, "assessed_on": on})


def newcomer(
    name: str, uscc: str | None = None, birth: str | None = None, sex: str = "M"
) -> Enrolment:
    """Somebody the register doesn't have yet, accepted in 青山县."""
    if uscc is not None:
        return enrolment("employer", "E9", uscc, name)
    return enrolment("person", "P9", id_number(date.fromisoformat(birth or ""), sex), name)


def enrolment(kind: SubjectKind, subject_id: str, number: str, name: str) -> Enrolment:
    """The applicant of an example; persons its form names are called by their numbers."""
    return Enrolment(kind, subject_id, number, name, "990101", lambda id_no: f"NEW-{id_no}")


def person(changes: Mapping[str, Any], number: int = 1) -> PersonRecord:
    """The ordinary person with these changes; ``also`` is a second relation."""
    unknown = set(changes) - set(ORDINARY) - {"id_no", "post_kind", "also"}
    if unknown:
        raise ValueError(f"an example's record knows no {sorted(unknown)}")
    said = {**ORDINARY, **changes}
    birth = date.fromisoformat(said["birth"])
    sex = said["sex"]
    return PersonRecord(
        person_id=f"P{number}",
        id_no=said.get("id_no") or id_number(birth, sex),
        name=said["name"],
        sex=sex,
        birth=birth,
        first_work_on=date.fromisoformat(said["first_work_on"]) if said["first_work_on"] else None,
        post_kind=said.get("post_kind") or ("M" if sex == "M" else "F55"),
        contact=dict(said["contact"]),
        payment_account=said["payment_account"],
        relations=[
            _relation(f"R{place}", held, said["months"]["from"])
            for place, held in enumerate((said["relation"], said.get("also")), number * 2 - 1)
            if held is not None
        ],
        months=_months(said["months"], said["deemed"]),
        balances=dict(said["balances"]),
        entitlements=[
            Entitlement(
                entitlement_id=f"B{index}",
                kind=held["kind"],
                monthly_cents=held["monthly_cents"],
                from_month=held["from_month"],
                status=held.get("status", "PAYING"),
                components=held.get("components", {}),
                earlier=[Spell(**{"components": {}, **past}) for past in held.get("earlier", ())],
            )
            for index, held in enumerate(said["entitlements"], start=1)
        ],
        version=7,
        owed=dict(said["owed"]),
        declared_base=said["declared_base"],
        certification=said["certification"],
        unpaid=[UnpaidPayable(**one) for one in said["unpaid"]],
        claims=[claim(place, one) for place, one in enumerate(said["claims"], start=1)],
        holds=[
            Hold(one["document_no"], one["court"], date.fromisoformat(one["until"]))
            for one in said["holds"]
        ],
    )


def _relation(relation_id: str, said: Mapping[str, Any], first_paid: int) -> Relation:
    """With 青山县, unless another agency is named; the employer's only where it is one of an employee."""
    kind, since = said["kind"], said.get("from_month", first_paid)
    employer = said.get("employer", "E1") if kind == "EMPLOYEE" else None
    agency = said.get("agency_code", "990101")
    return Relation(relation_id, agency, kind, said["status"], since, employer)


def _months(paid: Mapping[str, int], deemed: int) -> list[ContributionMonth]:
    """``deemed`` months without a base, and then the paid ones."""
    first = paid["from"] // 100 * 12 + paid["from"] % 100 - 1
    listed = [(first - deemed + n, "DEEMED", 0) for n in range(deemed)]
    listed += [(first + n, "PAID", paid["base_cents"]) for n in range(paid["count"])]
    return [
        ContributionMonth(n // 12 * 100 + n % 12 + 1, base, origin)  # type: ignore[arg-type]
        for n, origin, base in listed
    ]
