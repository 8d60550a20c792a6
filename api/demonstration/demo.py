"""The demo office: its agencies, staff, insured persons and examples, from two YAML files.

Its accounts work on loopback only; it goes into an empty database and is loaded once.
"""

import copy
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from authz import actors
from authz.granting import grants
from authz.granting.grant_entry import GrantEntry
from authz.keys import signing_keys
from authz.offices import accounts, agencies, people
from authz.offices.accounts import Account
from authz.offices.agencies import Agency
from authz.personnel import appointments
from authz.signing_in import passwords
from database import clock
from database.refusals import Conflict
from engine import office_record
from engine.defining.definitions import Catalogue
from engine.people import key_register, qualifications
from engine.process import Correcting
from engine.windows import window_register
from register import months, opening
from register.opening import ClaimOpening, PensionOpening, PersonOpening, RelationOpening
from register.parameters import Parameters
from register.records import ContributionMonth

PASSWORD = "tongban-demo"  # noqa: S105 - the demo's, and it works on this machine only
FOLDER = Path(__file__).parent
WAGES = "average_wage_cents"
# The demo's people came trained, so that they serve from the first day.
TRAINED_BEFORE = timedelta(days=14)
GRANTED_AGENCIES = ("990101", "990102", "990100")


class OtherData(Conflict):
    """The database already holds another office: the demo goes into an empty one."""

    rule = "demo.other_data"


def load(session: Session) -> bool:
    """Load the demo office; False where it is there already. Raises OtherData."""
    if session.execute(select(func.count()).select_from(Agency)).scalar_one():
        if session.execute(select(Account.account_id).where(Account.demo).limit(1)).first():
            return False
        raise OtherData
    said = _read("demo_office.yaml")
    for row in said["agencies"]:
        agencies.add(
            session,
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            parent_code=row.get("parent"),
            sections=row.get("sections"),
            phone=row.get("phone"),
        )
    session.flush()
    for agency in session.execute(select(Agency).order_by(Agency.code)).scalars().all():
        office_record.note(session, agency.code, "agency_added", [agency])
    qualifications.take_effect(session, said["agencies"][0]["code"])
    _staff(session, said["staff"])
    trained_on = clock.today(session) - TRAINED_BEFORE
    for row in said["agencies"]:
        qualifications.enter_first(session, row["code"], trained_on, "岗前培训")
        windows = [
            (one["number"], one["name"], one["purpose"])
            for one in said["windows"]
            if one["agency"] == row["code"]
        ]
        if windows:
            window_register.enter_first(session, row["code"], trained_on, windows)
    employers = {
        row["key"]: opening.open_employer(
            session, uscc=row["uscc"], name=row["name"], agency=row["agency"]
        )
        for row in said["employers"]
    }
    for row in said["employers"]:
        office_record.note_opening(session, row["agency"], employers[row["key"]])
    for row in said["persons"]:
        person_id = opening.open_person(session, _person(row, employers), agency=row["agency"])
        office_record.note_opening(session, row["agency"], person_id)
    return True


def is_loaded(session: Session) -> bool:
    """Whether this is a demo office."""
    found = session.execute(select(Account.account_id).where(Account.demo).limit(1))
    return found.first() is not None


def shown(catalogue: Catalogue) -> dict[str, Any]:
    """What ``GET /api/demo`` answers: invented persons and employers, and bodies that are accepted."""
    said = _read("demo_office.yaml")
    persons = [{key: row[key] for key in ("id_no", "name", "good_for")} for row in said["persons"]]
    employers = [
        {key: row[key] for key in ("uscc", "name", "good_for")} for row in said["employers"]
    ]
    return {
        "persons": persons,
        "employers": employers,
        "newcomers": [
            {
                "kind": _kind(row),
                "id_no": row.get("id_no") or row["uscc"],
                **{key: row[key] for key in ("name", "good_for")},
            }
            for row in said["newcomers"]
        ],
        "examples": examples(catalogue),
    }


def examples(catalogue: Catalogue) -> dict[str, list[dict[str, Any]]]:
    """Bodies by process; a process without any of its own gets one for an ordinary person."""
    said = _read("demo_office.yaml")
    by_key = {row["key"]: row for row in (*said["persons"], *said["employers"], *said["newcomers"])}
    listed: Mapping[str, list[dict[str, Any]]] = _read("demo_examples.yaml")
    found = {}
    for definition in catalogue.all():
        if issubclass(definition.form, Correcting):
            # In a fresh office nothing is completed that could be corrected.
            continue
        materials = [{"code": m.code} for m in definition.guide.materials if m.required]
        found[definition.code] = [
            {
                "process": definition.code,
                "applicant": _applicant(by_key, example),
                # A copy: who asks may change it.
                "form": copy.deepcopy(example["form"]),
                "materials": materials,
                "expect": {"route": None, **example["expect"]},
            }
            for example in listed.get(definition.code) or _ordinary(definition.examples)
        ]
    return found


def _ordinary(folder_examples: Any) -> list[dict[str, Any]]:
    """For a process the demo doesn't know: its folder's own first accepted form."""
    accepted = (example for example in folder_examples if example.expect.refused is None)
    return [
        {
            "person": "yang_fan",
            "form": example.form,
            "expect": {"risk_level": example.expect.level, "route": example.expect.route or None},
        }
        for example in list(accepted)[:1]
    ]


def _applicant(by_key: Mapping[str, Any], example: Mapping[str, Any]) -> dict[str, Any]:
    row = by_key[
        next(example[said] for said in ("person", "employer", "newcomer") if said in example)
    ]
    kind = _kind(row)
    return {
        "kind": kind,
        "id_no": row["id_no" if kind == "person" else "uscc"],
        "name": row["name"],
    }


def _kind(row: Mapping[str, Any]) -> str:
    return "person" if "id_no" in row else "employer"


def _staff(session: Session, rows: list[dict[str, Any]]) -> None:
    hashed = passwords.hash_password(PASSWORD)
    for row in rows:
        person_id = people.find_or_add(session, id_no=row["id_no"], name=row["name"])
        account_id = accounts.open_account(
            session,
            staff_no=row["staff_no"],
            person_id=person_id,
            agency=row["agency"],
            password_hash=hashed,
            section=row.get("section"),
            demo=True,
        )
        signer = actors.load(session, account_id)
        key_register.replace(session, signer, signing_keys.make(PASSWORD), "replaced")
        for post in row["posts"]:
            appointments.appoint(
                session, account_id, post, agency=row["agency"], section=row.get("section")
            )
        office_record.note_account(session, account_id, "account_opened")
    session.flush()
    supervisor = session.execute(
        select(Account.account_id).where(Account.staff_no == "S000")
    ).scalar_one()
    actor = actors.load(session, supervisor)
    for agency in GRANTED_AGENCIES:
        entry = GrantEntry(
            post="teller",
            agency=agency,
            handling="limited",
            valid_from=clock.today(session),
            basis="陕社保发〔2016〕27号第十条",
        )
        grant = grants.found(session, actor, entry)
        office_record.note(
            session, agency, "granted", [grant], actor=actor, detail={"grant": grant.grant_id}
        )


def _person(row: Mapping[str, Any], employers: Mapping[str, str]) -> PersonOpening:
    paid = _months(row["months"])
    credited = sum(month.base_cents for month in paid) * 8 // 100
    relation, pension = row["relation"], row.get("pension")
    return PersonOpening(
        id_no=row["id_no"],
        name=row["name"],
        post_kind=row["post_kind"],
        first_work_on=date.fromisoformat(row["first_work_on"]),
        relations=[
            RelationOpening(
                agency_code=row["agency"],
                from_month=row["months"]["from"],
                kind=relation["kind"],
                status=relation["status"],
                employer_id=employers.get(row.get("employer", "")),
            )
        ],
        months=paid,
        principal_cents=credited,
        interest_cents=credited * 3 // 10,
        contact=row["contact"],
        payment_account=row.get("payment_account"),
        pension=_pension(pension) if pension else None,
        payable_cents=row.get("payable_cents", 0),
        claims=[
            ClaimOpening(
                **{
                    **claim,
                    "employer_id": employers[claim["employer_id"]],
                    "assessed_on": date.fromisoformat(claim["assessed_on"]),
                }
            )
            for claim in row.get("claims", ())
        ],
    )


def _pension(said: Mapping[str, Any]) -> PensionOpening:
    """An invented pension, split as if determined: 70 % basic, the rest from the account."""
    basic = said["monthly_cents"] * 7 // 10
    return PensionOpening(
        from_month=said["from_month"],
        components={"basic": basic, "account": said["monthly_cents"] - basic, "transition": 0},
        status=said.get("status", "PAYING"),
    )


def _months(said: Mapping[str, Any]) -> list[ContributionMonth]:
    first, last = said.get("gap", (0, 0))
    count = months.between(said["from"], said["to"]) + 1
    every = (months.shifted(said["from"], step) for step in range(count))
    # The base of today at the wage level of the month's own year: nobody earned today's wage in 1992.
    known = Parameters()
    level = {
        year: known.integer(WAGES, date(year, 1, 1))
        for year in range(said["from"] // 100, said["to"] // 100 + 1)
    }
    return [
        ContributionMonth(
            month, said["base_cents"] * level[month // 100] // level[said["to"] // 100], "PAID"
        )
        for month in every
        if not first <= month <= last
    ]


@cache
def _read(name: str) -> Any:
    # Files of the program's own: by libyaml, and once.
    return yaml.load((FOLDER / name).read_text("utf-8"), yaml.CSafeLoader)
