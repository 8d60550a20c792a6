"""A case of an employer puts the persons its form names on the register, each under an id of the case."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from api.settings import Settings
from oversight import verification
from tests import hired_persons
from tests.people import Hall

COUNTY = ("R101", "D101", "Z101")
FIRST, SECOND, THIRD = "610099199804125033", "610099200102285046", "610099196909215066"
T101, R101 = "610099199003141025", "610099198305301413"
EMPLOYER = {
    "kind": "employer",
    "id_no": "91440300708461136T",
    "name": "青山县秦川机械制造有限公司",
}


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """The office also runs a business by which an employer enrols two persons."""
    return dataclasses.replace(settings, processes=hired_persons.write(tmp_path / "further"))


def form(first: str = FIRST, second: str = SECOND) -> dict[str, str]:
    return {"first_no": first, "first_name": "高翔", "second_no": second, "second_name": "高敏"}


def hiring(hall: Hall, **said: str) -> dict[str, Any]:
    example = hall.example("employer_enrollment", 1, "county")
    return {
        "process": hired_persons.CODE,
        "applicant": EMPLOYER,
        "form": form(**said),
        "materials": example["materials"],
    }


def found(hall: Hall, id_no: str, status: int = 200) -> Any:
    return hall.T101.post("/api/register/search", {"id_no": id_no}, status=status)


def signed(hall: Hall, case_no: str) -> Any:
    case: Any = None
    for name in COUNTY:
        case = getattr(hall, name).sign(case_no)
    return case


def everywhere(hall: Hall) -> list[str]:
    state = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.reading() as session:
        return [str(said) for said in verification.verify_office(session, state.office)]


def subjects(case: Any) -> list[str]:
    return [change["subject_id"] for change in case["posting"]]


def test_both_come_on_the_register_under_the_ids_that_were_signed(hall: Hall) -> None:
    case = hall.T101.accept(hiring(hall))
    given = subjects(case)
    assert given[0] == given[1] != given[2] == given[3]

    case = signed(hall, case["case_no"])

    assert case["status"] == "completed"
    assert subjects(case) == given
    assert [found(hall, number)["person_id"] for number in (FIRST, SECOND)] == given[::2]
    record = hall.T101.get(f"/api/register/persons/{given[0]}")
    (relation,) = record["relations"]
    assert (relation["kind"], relation["employer_id"]) == ("EMPLOYEE", case["employer_id"])
    assert hall.A101.findings(case["case_no"]) == []
    assert everywhere(hall) == []


def test_a_corrected_number_gets_an_id_of_its_own(hall: Hall) -> None:
    case = hall.T101.accept(hiring(hall))
    before = subjects(case)
    hall.R101.sign(case["case_no"], "return", reasons=["other"])
    path = f"/api/cases/{case['case_no']}/correction"
    corrected = hall.T101.post(path, {"form": form(second=THIRD), "materials": []})

    assert subjects(corrected)[:2] == before[:2]
    assert subjects(corrected)[2] not in before
    assert signed(hall, case["case_no"])["status"] == "completed"
    found(hall, SECOND, 404)
    assert found(hall, THIRD)["person_id"] == subjects(corrected)[2]
    assert everywhere(hall) == []


def test_of_two_cases_that_name_one_person_one_posts(hall: Hall) -> None:
    first = hall.T101.accept(hiring(hall))
    second = hall.T102.accept(hiring(hall, first=SECOND, second=THIRD))
    assert set(subjects(first)).isdisjoint(subjects(second))
    signed(hall, first["case_no"])

    assert hall.R101.sign(second["case_no"])["status"] == "returned"
    found(hall, THIRD, 404)
    assert everywhere(hall) == []


def test_nobody_enrols_himself_in_a_list(hall: Hall) -> None:
    mine = hiring(hall, second=T101)
    assert hall.T101.accept(mine, status=403)["rule"] == "duties.own_case"
    theirs = hall.T102.accept(hiring(hall, second=R101))
    assert hall.R101.sign(theirs["case_no"], status=403)["rule"] == "duties.own_case"
    hall.R102.sign(theirs["case_no"], "return", reasons=["other"])
    path = f"/api/cases/{theirs['case_no']}/correction"
    swapped = hall.T102.post(path, {"form": form(), "materials": []})
    assert swapped["status"] == "in_progress"
