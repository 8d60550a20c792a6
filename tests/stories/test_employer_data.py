"""An employer's data change: contact at once, key data with a reviewer, and no other's credit code."""

from typing import Any

from tests.people import Hall

NEW_NAME = "青山县天水纺织科技有限公司"


def employer(hall: Hall, uscc: str) -> Any:
    """The employer's record, as the register answers it."""
    found = hall.T101.post("/api/register/search", {"uscc": uscc})
    return hall.T101.get(f"/api/register/employers/{found['employer_id']}")


def test_contact_details_are_posted_at_once(hall: Hall) -> None:
    body = hall.example("employer_info_change_general", 3)
    case = hall.T101.accept(body)

    assert case["status"] == "completed"
    said = employer(hall, body["applicant"]["id_no"])
    assert said["contact"]["address"] == body["form"]["address"]
    assert said["contact"]["contact_name"] == "张**"
    assert case["case_no"] in str(said["versions"])
    assert hall.A101.findings(case["case_no"]) == []

    again = hall.T101.accept(body, status=422)
    assert again["rule"] == "employer_contact.unchanged"


def test_a_name_changes_with_a_reviewer_and_the_former_one_is_still_known(hall: Hall) -> None:
    body = hall.example("employer_info_change_key", 2)
    case = hall.T101.accept(body)
    number = case["case_no"]
    assert [waiting["post"] for waiting in case["waiting"]] == ["reviewer"]
    assert employer(hall, body["applicant"]["id_no"])["name"] == body["applicant"]["name"]
    hall.T101.sign(number, status=403)

    assert hall.R101.sign(number)["status"] == "completed"

    assert employer(hall, body["applicant"]["id_no"])["name"] == NEW_NAME
    assert hall.A101.findings(number) == []
    assert hall.T101.accept(body, status=422)["rule"] == "employer_key.unchanged"
    # Papers may carry the former name for years; a name it never had is refused as ever.
    former = hall.example("employer_info_change_general", 3, nth=1)
    assert former["applicant"]["name"] == body["applicant"]["name"]
    other = {**former, "applicant": {**former["applicant"], "name": "青山县天水印染有限公司"}}
    refused = hall.T101.accept(other, status=422)
    assert refused["errors"][0]["rule"] == "applicant.name_differs"
    assert hall.T101.accept(former)["status"] == "completed"
    named = {**other, "applicant": {**former["applicant"], "name": NEW_NAME}}
    named["form"] = {"contact_name": "刘敏"}
    assert hall.T101.accept(named)["status"] == "completed"


def test_a_credit_code_changes_and_finds_the_employer_from_then_on(hall: Hall) -> None:
    body = hall.example("employer_info_change_key", 2, nth=2)
    old, new = body["applicant"]["id_no"], body["form"]["uscc"]
    number = hall.T101.accept(body)["case_no"]
    hall.R101.sign(number)

    said = employer(hall, new)
    assert (said["uscc"], said["name"]) == (new, body["applicant"]["name"])
    hall.T101.post("/api/register/search", {"uscc": old}, status=404)
    assert hall.A101.findings(number) == []


def test_another_employers_code_is_refused_when_accepted_and_when_signed(hall: Hall) -> None:
    first = hall.example("employer_info_change_key", 2, nth=2)
    taken = hall.example("employer_info_change_key", 2, nth=1)
    theirs = {"uscc": first["applicant"]["id_no"], "registration_evidence": "change_notice"}
    refused = hall.T101.accept({**taken, "form": theirs}, status=422)
    assert refused["rule"] == "register.uscc_taken"

    # Free when accepted, another's when signed: the case goes back, nothing is written.
    wanted = {"uscc": first["form"]["uscc"], "registration_evidence": "change_notice"}
    later = hall.T101.accept({**taken, "form": wanted})["case_no"]
    hall.R101.sign(hall.T101.accept(first)["case_no"])
    returned = hall.R101.sign(later)
    assert (returned["status"], returned["decided"]["reasons"]) == (
        "returned",
        ["register_changed"],
    )
    assert employer(hall, taken["applicant"]["id_no"])["uscc"] == taken["applicant"]["id_no"]


def test_a_bank_account_is_shown_masked(hall: Hall) -> None:
    body = hall.example("employer_info_change_key", 2, nth=1)
    number = hall.T101.accept(body)["case_no"]
    case = hall.R101.sign(number)

    assert body["form"]["bank_account"] not in str(case)
    said = employer(hall, body["applicant"]["id_no"])
    assert said["bank_name"] == body["form"]["bank_name"]
    assert said["bank_account"] == "*" * 11 + "6001"
    assert hall.A101.findings(number) == []
