"""Whoever is new to the register comes on it by a case: once, signed, and not before the last signature."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from oversight import verification
from tests.people import PASSWORD, Hall, Person

NOT_FOUND = 404


def flexible(hall: Hall, nth: int = 0) -> dict[str, Any]:
    body: dict[str, Any] = hall.example("flexible_enrollment", 2, nth=nth)
    return body


def search(person: Person, body: dict[str, Any], status: int = 200) -> Any:
    return person.post("/api/register/search", {"id_no": body["applicant"]["id_no"]}, status=status)


def everywhere(hall: Hall) -> list[str]:
    """What verification finds in the whole office."""
    state = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.reading() as session:
        return [str(found) for found in verification.verify_office(session, state.office)]


def test_a_flexible_worker_comes_on_the_register(hall: Hall) -> None:
    body = flexible(hall)
    search(hall.T101, body, NOT_FOUND)

    case = hall.T101.accept(body)
    search(hall.T101, body, NOT_FOUND)
    assert (case["person_id"], case["employer_id"]) == (None, None)
    kinds = ["person_key", "person_contact", "relation", "declared_base"]
    assert [change["kind"] for change in case["posting"]] == kinds
    assert body["applicant"]["id_no"] not in str(case)

    case = hall.R101.sign(case["case_no"])
    assert case["status"] == "completed"
    person_id = search(hall.T101, body)["person_id"]
    assert case["person_id"] == person_id
    record = hall.T101.get(f"/api/register/persons/{person_id}")
    (relation,) = record["relations"]
    assert (relation["kind"], relation["agency"]) == ("FLEX", "990101")
    assert (record["status"], record["version"]) == ("ACTIVE", 1)
    assert record["account"]["balance_cents"] == 0
    assert record["declared_base"]["base_cents"] > 0
    assert {said["case_no"] for said in record["versions"]} == {case["case_no"]}
    assert hall.A101.findings(case["case_no"]) == []
    assert everywhere(hall) == []

    # Now there is somebody whom other business can be for, and whom nobody enrols again.
    told = hall.T101.accept(body, status=422)
    assert told["rule"] == "flexible_enrollment.insured"
    purpose = {"purpose": "employment", "scope": "status"}
    certificate = {**body, "process": "enrollment_certificate", "form": purpose}
    assert hall.T101.accept(certificate)["status"] == "completed"
    search(hall.T201, body, NOT_FOUND)


def test_an_interrupted_employee_goes_on_by_himself(hall: Hall) -> None:
    body = flexible(hall, nth=2)
    case = hall.T101.accept(body)
    assert case["person_id"] == search(hall.T101, body)["person_id"]
    hall.R101.sign(case["case_no"])

    record = hall.T101.get(f"/api/register/persons/{case['person_id']}")
    held = {relation["kind"]: relation["status"] for relation in record["relations"]}
    assert held == {"EMPLOYEE": "ENDED", "FLEX": "ACTIVE"}
    assert record["months"]["paid"] > 0
    assert hall.A101.findings(case["case_no"]) == []


def test_of_two_cases_of_one_newcomer_one_posts(hall: Hall) -> None:
    first, second = hall.T101.accept(flexible(hall)), hall.T102.accept(flexible(hall))
    hall.R101.sign(first["case_no"])

    returned = hall.R102.sign(second["case_no"])

    assert returned["status"] == "returned"
    assert returned["decided"]["reasons"] == ["register_changed"]
    corrected = hall.T102.post(
        f"/api/cases/{second['case_no']}/correction", {"materials": []}, status=422
    )
    assert corrected["rule"] == "register.id_no_taken"
    hall.T102.post(f"/api/cases/{second['case_no']}/withdrawal", {"reason": "已在另一窗口办结"})
    assert hall.A101.findings(first["case_no"]) == hall.A101.findings(second["case_no"]) == []


def test_two_windows_sign_one_newcomer_at_once(start_office: Callable[[], TestClient]) -> None:
    one, other = start_office(), start_office()
    hall = Hall(one)
    cases = [hall.T101.accept(flexible(hall)), hall.T102.accept(flexible(hall))]
    signers = [Person(one, "R101"), Person(other, "R102")]

    def signing(nth: int) -> Any:
        case, signer = cases[nth], signers[nth]
        body = {"decision": "approve", "opinion": "", "password": PASSWORD, "seen": case["seen"]}
        path = f"/api/tasks/{case['waiting'][0]['task_id']}/sign"
        headers = {**signer.headers, "Idempotency-Key": f"at-once-{nth}"}
        return signer.client.post(path, json=body, headers=headers)

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(signing, range(2)))

    ends = {hall.A101.case(case["case_no"])["status"] for case in cases}
    lost = [answer.json() for answer in answers if answer.json().get("status") != "completed"]
    assert "completed" in ends
    assert len(lost) == 1
    assert lost[0].get("rule") == "register.id_no_taken" or lost[0]["status"] == "returned"
    for case in cases:
        assert hall.A101.findings(case["case_no"]) == []
    assert everywhere(hall) == []


def test_a_corrected_enrolment_keeps_its_register_id(hall: Hall) -> None:
    body = flexible(hall)
    case_no = hall.T101.accept(body)["case_no"]
    hall.R101.sign(case_no, "return", reasons=["other"])
    form = {**body["form"], "ratio_percent": 100}
    hall.T101.post(f"/api/cases/{case_no}/correction", {"form": form, "materials": []})
    case = hall.R101.sign(case_no)

    assert case["status"] == "completed"
    record = hall.T101.get(f"/api/register/persons/{case['person_id']}")
    assert record["declared_base"]["base_cents"] == case["posting"][3]["after"]["base_cents"]
    assert hall.A101.findings(case_no) == []


def test_a_withdrawn_enrolment_leaves_nobody(hall: Hall) -> None:
    body = flexible(hall)
    case_no = hall.T101.accept(body)["case_no"]
    hall.T101.post(f"/api/cases/{case_no}/withdrawal", {"reason": "申请人改期办理"})

    search(hall.T101, body, NOT_FOUND)
    assert hall.A101.findings(case_no) == []
    assert hall.R101.sign(hall.T101.accept(body)["case_no"])["status"] == "completed"


def test_nobody_enrols_himself(hall: Hall) -> None:
    body = flexible(hall, nth=1)
    applicant = {"kind": "person", "id_no": "610099199003141025", "name": "王芳"}
    form = {**body["form"], "birth": "1990-03-14"}
    mine = {**body, "applicant": applicant, "form": form}

    assert hall.T101.accept(mine, status=403)["rule"] == "duties.own_case"
    assert hall.T102.accept(mine)["status"] == "in_progress"


@pytest.mark.parametrize("name", [None, "另一人"])
def test_of_another_agencys_insured_only_that_is_told(hall: Hall, name: str | None) -> None:
    theirs = [one for one in hall.demo["persons"] if "990102" in one["good_for"]]
    assert theirs
    for one in theirs:
        applicant = {"kind": "person", "id_no": one["id_no"], "name": name or one["name"]}

        refused = hall.T101.accept({**flexible(hall), "applicant": applicant}, status=422)

        assert refused["rule"] == "applicant.registered_elsewhere"
        assert [error["field"] for error in refused["errors"]] == ["applicant.id_no"]
        assert "990102" not in str(refused)
        assert one["name"] not in str(refused)
