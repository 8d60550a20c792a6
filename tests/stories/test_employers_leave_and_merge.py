"""An employer leaves the register when nothing stands open; its people move when it merges."""

from typing import Any

import pytest
from sqlalchemy import update

from database import connection
from register.rights import RelationVersion
from tests import book
from tests.databases import Database
from tests.people import Hall

CHAIN = ("R101", "D101", "Z101")
NANSHAN = "91610099MA6U1LW03U"


def employer(hall: Hall, uscc: str) -> Any:
    """The employer's record, as the register answers it."""
    found = hall.T101.post("/api/register/search", {"uscc": uscc})
    return hall.T101.get(f"/api/register/employers/{found['employer_id']}")


def person(hall: Hall, id_no: str) -> Any:
    found = hall.T101.post("/api/register/search", {"id_no": id_no})
    return hall.T101.get(f"/api/register/persons/{found['person_id']}")


def signed(hall: Hall, case_no: str, *signers: str) -> Any:
    """What the case says after these have signed it."""
    for staff_no in signers:
        case = getattr(hall, staff_no).sign(case_no)
    return case


def leaving(hall: Hall, key: str) -> Any:
    """The demo's deregistration, of another of its employers."""
    body = hall.example("employer_deregistration", 2)
    row = next(row for row in hall.demo["employers"] if row["uscc"] == key)
    return {**body, "applicant": {"kind": "employer", "id_no": row["uscc"], "name": row["name"]}}


def test_an_employer_leaves_with_a_reviewer(hall: Hall) -> None:
    body = hall.example("employer_deregistration", 2)
    case_no = hall.T101.accept(body)["case_no"]
    assert employer(hall, body["applicant"]["id_no"])["status"] == "ACTIVE"
    hall.T101.sign(case_no, status=403)

    assert signed(hall, case_no, "R101")["status"] == "completed"

    assert employer(hall, body["applicant"]["id_no"])["status"] == "CLOSED"
    assert hall.A101.findings(case_no) == []
    assert hall.T101.accept(body, status=422)["rule"] == "deregistration.closed"


def test_open_business_keeps_it_and_is_named(hall: Hall) -> None:
    body = hall.example("employer_deregistration", 2)
    renamed = {
        **hall.example("employer_info_change_key", 2),
        "applicant": body["applicant"],
        "form": {"name": "青山县云台贸易有限公司", "registration_evidence": "change_notice"},
    }
    open_case = hall.T101.accept(renamed)["case_no"]
    refused = hall.T101.accept(body, status=422)
    assert (refused["rule"], refused["rows"]) == ("deregistration.open_cases", [open_case])

    hall.T101.post(f"/api/cases/{open_case}/withdrawal", {"reason": "单位申请撤回"})
    case_no = hall.T101.accept(body)["case_no"]
    # Business that begins before the review sends it back, without the signature.
    begun = hall.T102.accept(renamed)["case_no"]
    returned = hall.R101.sign(case_no)
    assert (returned["status"], returned["decided"]["reasons"]) == (
        "returned",
        ["register_changed"],
    )
    assert employer(hall, body["applicant"]["id_no"])["status"] == "ACTIVE"
    signed(hall, begun, "R101")
    hall.T101.post(f"/api/cases/{case_no}/correction", {"materials": []})
    assert signed(hall, case_no, "R101")["status"] == "completed"
    assert hall.A101.findings(case_no) == hall.A101.findings(begun) == []


def test_insured_people_keep_it_until_they_moved(hall: Hall) -> None:
    body = hall.example("employer_merger", 1, "county")
    old, new = body["applicant"]["id_no"], body["form"]["receiving_uscc"]
    refused = hall.T101.accept(leaving(hall, old), status=422)
    assert refused["rule"] == "deregistration.staff"
    assert len(refused["rows"]) == employer(hall, old)["staff"]["active"] == 2

    case = hall.T101.accept(body)
    assert [line["kind"] for line in case["posting"]] == ["relation", "relation"]
    case_no = case["case_no"]
    assert hall.T101.accept(leaving(hall, old), status=422)["rule"] == "deregistration.staff"
    assert signed(hall, case_no, *CHAIN)["status"] == "completed"

    moved = employer(hall, new)
    assert (employer(hall, old)["staff"]["active"], moved["staff"]["active"]) == (0, 2)
    (kong,) = (row for row in hall.demo["persons"] if row["name"] == "孔亮")
    (relation,) = person(hall, kong["id_no"])["relations"]
    assert (relation["employer_id"], relation["case_no"]) == (moved["employer_id"], case_no)
    assert (relation["status"], relation["from_month"]) == ("ACTIVE", 201007)
    assert hall.T101.accept(body, status=422)["rule"] == "merger.nobody"

    gone = hall.T101.accept(leaving(hall, old))["case_no"]
    assert signed(hall, gone, "R101")["status"] == "completed"
    # What came later is no finding: verification reads both employers as they stood.
    hall.T101.accept(
        {
            **hall.example("employer_info_change_general", 3),
            "applicant": {"kind": "employer", "id_no": new, "name": moved["name"]},
        }
    )
    assert hall.A101.findings(case_no) == hall.A101.findings(gone) == []


def test_a_division_moves_those_it_names(hall: Hall) -> None:
    body = hall.example("employer_merger", 1, "county")
    numbers = {row["name"]: row["id_no"] for row in hall.demo["persons"]}
    form = {**body["form"], "kind": "division", "persons": numbers["白雪"]}
    case = hall.T101.accept({**body, "form": form})
    assert numbers["白雪"] not in str(case)
    assert signed(hall, case["case_no"], *CHAIN)["status"] == "completed"

    old = employer(hall, body["applicant"]["id_no"])
    (relation,) = person(hall, numbers["孔亮"])["relations"]
    assert (old["staff"]["active"], relation["employer_id"]) == (1, old["employer_id"])
    assert hall.A101.findings(case["case_no"]) == []
    wrong = {**form, "persons": f"{numbers['孔亮']} {numbers['白雪']}"}
    refused = hall.T101.accept({**body, "form": wrong}, status=422)
    assert (refused["rule"], refused["rows"]) == ("merger.not_staff", [2])
    assert numbers["白雪"] not in str(refused)


def test_who_left_meanwhile_sends_a_merger_back(hall: Hall) -> None:
    body = hall.example("employer_merger", 1, "county")
    numbers = {row["name"]: row["id_no"] for row in hall.demo["persons"]}
    form = {**body["form"], "kind": "division", "persons": numbers["白雪"]}
    first = hall.T101.accept({**body, "form": form})["case_no"]
    second = hall.T102.accept(body)["case_no"]
    signed(hall, first, *CHAIN)

    assert hall.R102.sign(second)["status"] == "returned"
    hall.T102.post(f"/api/cases/{second}/correction", {"materials": []})
    assert signed(hall, second, "R102", "D101", "Z101")["status"] == "completed"
    assert hall.A101.findings(first) == hall.A101.findings(second) == []


@pytest.mark.slow
def test_an_edited_relation_of_a_merger_is_found(hall: Hall, database: Database) -> None:
    case_no = hall.T101.accept(hall.example("employer_merger", 1, "county"))["case_no"]
    signed(hall, case_no, *CHAIN)
    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    with engine.begin() as opened:
        mine = RelationVersion.case_no == case_no
        opened.execute(update(RelationVersion).where(mine).values(status="INTERRUPTED"))
    engine.dispose()

    assert {one["rule"] for one in hall.A101.findings(case_no)} == {"holding.differs"}


def test_a_deferral_is_registered_once(hall: Hall) -> None:
    body = hall.example("deferral_request", 1, "county")
    case_no = hall.T101.accept(body)["case_no"]
    assert signed(hall, case_no, *CHAIN)["status"] == "completed"

    assert employer(hall, NANSHAN)["deferrals"] == [
        {"kind": "hardship", "from_month": 202701, "to_month": 202706}
    ]
    assert hall.A101.findings(case_no) == []
    refused = hall.T101.accept(body, status=422)
    assert (refused["rule"], refused["rows"]) == ("deferral.overlap", [202701])
