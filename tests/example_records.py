"""Builds the record an example starts from: one ordinary insured person, and what the example changes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

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
)

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
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

    With ``employer: {name, uscc, …}`` the case is about an employer. Unknown keys are refused.
    """
    said = changes.get("employer")
    return Records(
        person=None if said else person(changes),
        employer=EmployerRecord(
            **{
                "employer_id": "E1",
                "agency_code": "990101",
                "status": "ACTIVE",
                "version": 3,
                **said,
            }
        )
        if said
        else None,
        accepted_on=accepted_on,
        parameters=Parameters(),
        agencies=AGENCIES,
    )


def person(changes: Mapping[str, Any]) -> PersonRecord:
    """The ordinary person with these changes."""
    unknown = set(changes) - set(ORDINARY) - {"id_no", "post_kind"}
    if unknown:
        raise ValueError(f"an example's record knows no {sorted(unknown)}")
    said = {**ORDINARY, **changes}
    birth = date.fromisoformat(said["birth"])
    sex = said["sex"]
    return PersonRecord(
        person_id="P1",
        id_no=said.get("id_no") or id_number(birth, sex),
        name=said["name"],
        sex=sex,
        birth=birth,
        first_work_on=date.fromisoformat(said["first_work_on"]) if said["first_work_on"] else None,
        post_kind=said.get("post_kind") or ("M" if sex == "M" else "F55"),
        contact=dict(said["contact"]),
        payment_account=said["payment_account"],
        relations=[_relation(said["relation"], said["months"]["from"])],
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
        holds=[
            Hold(one["document_no"], one["court"], date.fromisoformat(one["until"]))
            for one in said["holds"]
        ],
    )


def _relation(said: Mapping[str, Any], first_paid: int) -> Relation:
    """With the agency of 青山县; the employer's only where it is one of an employee."""
    kind, since = said["kind"], said.get("from_month", first_paid)
    employer = "E1" if kind == "EMPLOYEE" else None
    return Relation("R1", "990101", kind, said["status"], since, employer)


def _months(paid: Mapping[str, int], deemed: int) -> list[ContributionMonth]:
    """``deemed`` months without a base, and then the paid ones."""
    first = paid["from"] // 100 * 12 + paid["from"] % 100 - 1
    listed = [(first - deemed + n, "DEEMED", 0) for n in range(deemed)]
    listed += [(first + n, "PAID", paid["base_cents"]) for n in range(paid["count"])]
    return [
        ContributionMonth(n // 12 * 100 + n % 12 + 1, base, origin)  # type: ignore[arg-type]
        for n, origin, base in listed
    ]
