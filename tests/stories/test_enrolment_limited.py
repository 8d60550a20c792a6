"""Employers, and people past the statutory age, come on the register by four signatures."""

from typing import Any

from oversight import verification
from tests.people import Hall

COUNTY = ("R101", "D101", "Z101")


def signed(hall: Hall, case_no: str) -> Any:
    case: Any = None
    for name in COUNTY:
        case = getattr(hall, name).sign(case_no)
    return case


def everywhere(hall: Hall) -> list[str]:
    state = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.reading() as session:
        return [str(found) for found in verification.verify_office(session, state.office)]


def test_an_employer_comes_on_the_register(hall: Hall) -> None:
    body = hall.example("employer_enrollment", 1, "county")
    sought = {"uscc": body["applicant"]["id_no"]}
    case = hall.T101.accept(body)
    assert case["employer_id"] is None
    hall.T101.post("/api/register/search", sought, status=404)
    for secret in ("610099197107305099", "何志明", "610099000031001"):
        assert secret not in str(case)

    case = signed(hall, case["case_no"])

    assert case["status"] == "completed"
    found = hall.T101.post("/api/register/search", sought)["employer_id"]
    assert case["employer_id"] == found
    record = hall.T101.get(f"/api/register/employers/{found}")
    assert (record["status"], record["agency"], record["version"]) == ("ACTIVE", "990101", 1)
    assert (record["unit_type"], record["insured_since"]) == ("enterprise", "2026-10-15")
    assert record["legal_person_id_no"] == "610***********5099"
    assert hall.A101.findings(case["case_no"]) == []
    page = hall.client.get(f"/register/employers/{found}", headers=hall.T101.headers)
    assert "养老、失业、工伤" in page.text
    hall.T201.post("/api/register/search", sought, status=404)

    # What follows is a change, not another enrolment.
    assert hall.T101.accept(body, status=422)["rule"] == "employer_enrollment.registered"
    renamed = {"name": "青山县晨光智造有限公司", "registration_evidence": "change_notice"}
    key = hall.example("employer_info_change_key", 2)
    changed = hall.T101.accept({**key, "applicant": body["applicant"], "form": renamed})
    assert hall.R101.sign(changed["case_no"])["status"] == "completed"
    assert hall.A101.findings(case["case_no"]) == hall.A101.findings(changed["case_no"]) == []
    assert everywhere(hall) == []


def test_of_two_cases_of_one_employer_one_posts(hall: Hall) -> None:
    body = hall.example("employer_enrollment", 1, "county", nth=1)
    first, second = hall.T101.accept(body), hall.T102.accept(body)
    assert signed(hall, first["case_no"])["status"] == "completed"

    returned = hall.R101.sign(second["case_no"])

    assert returned["status"] == "returned"
    assert returned["decided"]["reasons"] == ["register_changed"]
    assert everywhere(hall) == []


def test_another_agencys_employer_is_not_enrolled_here(hall: Hall) -> None:
    theirs = next(one for one in hall.demo["employers"] if "990102" in one["good_for"])
    body = hall.example("employer_enrollment", 1, "county")
    applicant = {"kind": "employer", "id_no": theirs["uscc"], "name": "另一单位"}

    refused = hall.T101.accept({**body, "applicant": applicant}, status=422)

    assert refused["rule"] == "applicant.registered_elsewhere"
    assert theirs["name"] not in str(refused)


def test_nobody_enrols_the_firm_he_speaks_for(hall: Hall) -> None:
    body = hall.example("employer_enrollment", 1, "county")
    form = {**body["form"], "legal_person": "王芳", "legal_person_id_no": "610099199003141025"}

    assert hall.T101.accept({**body, "form": form}, status=403)["rule"] == "duties.own_case"
    taken = hall.T102.accept({**body, "form": form})
    assert taken["status"] == "in_progress"


def test_past_the_age_somebody_goes_on_and_gets_no_pension_by_the_usual_way(hall: Hall) -> None:
    body = hall.example("overage_enrollment", 1, "county")
    case = hall.T101.accept(body)
    verified = {used["name"]: used["verified"] for used in case["parameters"]}
    assert verified["overage_policies[extension]"] is False
    case = signed(hall, case["case_no"])

    assert case["status"] == "completed"
    record = hall.T101.get(f"/api/register/persons/{case['person_id']}")
    held = {one["kind"]: (one["status"], one["policy_code"]) for one in record["relations"]}
    assert held == {"EMPLOYEE": ("ENDED", None), "OVERAGE": ("ACTIVE", "extension")}
    assert hall.A101.findings(case["case_no"]) == []
    page = hall.client.get(f"/register/persons/{case['person_id']}", headers=hall.T101.headers)
    assert "延长缴费" in page.text

    form = {"kind": "NORMAL", "post_kind": "M", "retire_month": 202610}
    asked = {**hall.example("retirement_approval", 1, "county"), "form": form}
    refused = hall.T101.accept({**asked, "applicant": body["applicant"]}, status=422)
    assert refused["rule"] == "retirement.overage"


def test_past_the_age_somebody_new_comes_on_the_register(hall: Hall) -> None:
    body = hall.example("overage_enrollment", 1, "county", nth=1)
    case = hall.T101.accept(body)
    assert case["person_id"] is None
    case = signed(hall, case["case_no"])

    record = hall.T101.get(f"/api/register/persons/{case['person_id']}")
    (relation,) = record["relations"]
    assert (relation["kind"], relation["policy_code"]) == ("OVERAGE", "land_requisition")
    assert hall.A101.findings(case["case_no"]) == []
    assert everywhere(hall) == []
