"""The three risk paths, each from the window to a signed, posted, verifiable case."""

import io

import pypdf
import pytest

from tests.people import Hall

COUNTY = [
    ("handle", "teller"),
    ("review", "reviewer"),
    ("endorse", "deputy_director"),
    ("conclude", "director"),
]


def signed(hall: Hall, case_no: str) -> list[tuple[str, str, str]]:
    rows = hall.A101.history(case_no)["sign_offs"]
    return [(row["step"], row["signer"], row["decision"]) for row in rows if not row["void"]]


def test_level_3_completes_in_one_request(hall: Hall) -> None:
    case = hall.T101.accept(hall.example("person_info_change_general", 3))

    assert case["status"] == "completed"
    assert (case["risk_level"], case["route"], case["waiting"]) == (3, None, [])
    assert case["posting"]
    assert signed(hall, case["case_no"]) == [("handle", "T101", "approve")]
    receipt = hall.client.get(case["receipt"]["pdf"], headers=hall.T101.headers)
    assert receipt.headers["content-type"] == "application/pdf"
    text = "".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(receipt.content)).pages
    )
    assert case["case_no"] in text.replace(" ", "")
    assert hall.A101.findings(case["case_no"]) == []


def test_a_certificate_is_a_document_without_posting(hall: Hall) -> None:
    case = hall.T101.accept(hall.example("enrollment_certificate", 3))

    assert case["status"] == "completed"
    assert case["posting"] == []
    printed = hall.client.get(case["document"]["pdf"], headers=hall.T101.headers)
    assert printed.content.startswith(b"%PDF")


@pytest.mark.parametrize("process", ["payment_account_change", "person_info_change_key"])
def test_level_2_posts_on_the_reviewers_sign_off(hall: Hall, process: str) -> None:
    case = hall.T101.accept(hall.example(process, 2))
    number = case["case_no"]

    assert case["status"] == "in_progress"
    assert [(w["step"], w["post"]) for w in case["waiting"]] == [("review", "reviewer")]
    assert number in [item["case_no"] for item in hall.R101.get("/api/tasks")["items"]]

    done = hall.R101.sign(number, password=None)

    assert done["status"] == "completed"
    assert done["receipt"]["number"]
    assert signed(hall, number) == [("handle", "T101", "approve"), ("review", "R101", "approve")]
    assert hall.A101.findings(number) == []


def test_level_1_posts_only_with_the_last_of_four_signatures(hall: Hall) -> None:
    case = hall.T101.accept(hall.example("retirement_approval", 1, "county"))
    number, person = case["case_no"], case["person_id"]

    for name, post in (("R101", "reviewer"), ("D101", "deputy_director"), ("Z101", "director")):
        assert case["status"] == "in_progress"
        assert [w["post"] for w in case["waiting"]] == [post]
        record = hall.T101.get(f"/api/register/persons/{person}")
        # The slip of the acceptance is a paper about the person, and nothing that was registered.
        papers = record.pop("documents")
        assert number not in str(record)
        assert [paper["case_no"] for paper in papers] == [number]
        case = getattr(hall, name).sign(number)

    assert case["status"] == "completed"
    assert [row[:2] for row in signed(hall, number)] == [
        ("handle", "T101"),
        ("review", "R101"),
        ("endorse", "D101"),
        ("conclude", "Z101"),
    ]
    record = hall.T101.get(f"/api/register/persons/{person}")
    assert number in str(record["entitlements"])
    assert case["derivation"]
    assert hall.A101.findings(number) == []


def test_an_amount_takes_the_case_on_to_the_city(hall: Hall) -> None:
    case = hall.T101.accept(hall.example("account_adjustment", 1, "city_approval"))
    number = case["case_no"]

    for name in ("R101", "D101", "Z101"):
        case = getattr(hall, name).sign(number)
    assert [(w["post"]) for w in case["waiting"]] == ["city_approver"]
    assert number in [item["case_no"] for item in hall.P001.get("/api/tasks")["items"]]
    hall.Z101.sign(number, status=403)
    case = hall.P001.sign(number)

    assert case["status"] == "completed"
    assert signed(hall, number)[-1] == ("city_approve", "P001", "approve")
    assert hall.A001.findings(number) == []


def test_the_director_escalates_and_that_is_his_approval(hall: Hall) -> None:
    case = hall.T101.accept(hall.example("account_adjustment", 1, "county"))
    number = case["case_no"]
    hall.R101.sign(number)
    hall.D101.sign(number, "escalate", status=403)
    hall.D101.sign(number)

    case = hall.Z101.sign(number, "escalate")

    assert (case["route"], case["status"]) == ("city_approval", "in_progress")
    assert [w["post"] for w in case["waiting"]] == ["city_approver"]
    assert hall.P001.sign(number)["status"] == "completed"
    assert signed(hall, number)[-2:] == [
        ("conclude", "Z101", "escalate"),
        ("city_approve", "P001", "approve"),
    ]
    assert hall.A101.findings(number) == []


def test_what_the_city_meeting_decided_its_head_signs(hall: Hall) -> None:
    case = hall.T101.accept(hall.example("benefit_adjustment", 1, "city_meeting"))
    number = case["case_no"]
    for name in ("R101", "D101", "Z101"):
        case = getattr(hall, name).sign(number)
    assert [w["post"] for w in case["waiting"]] == ["city_head"]

    refused = hall.H001.sign(number, status=422)
    assert [error["field"] for error in refused["errors"]] == ["resolution"]
    resolution = {
        "minutes_no": "处务会议〔2026〕12号",
        "date": case["accepted_at"][:10],
        "attendees": ["华振国", "严峻"],
        "decision": "同意",
    }
    case = hall.H001.sign(number, resolution=resolution)

    assert case["status"] == "completed"
    last = hall.A001.history(number)["sign_offs"][-1]
    assert (last["signer"], last["resolution"]["minutes_no"]) == ("H001", resolution["minutes_no"])
    assert hall.A001.findings(number) == []


def test_a_city_section_signs_its_own_cases_itself(hall: Hall) -> None:
    case = hall.T001.accept(hall.example("retirement_approval", 1, "county"))
    number = case["case_no"]

    assert case["route"] == "city"
    for name in ("R001", "P001", "H001"):
        assert case["status"] == "in_progress"
        case = getattr(hall, name).sign(number)

    assert case["status"] == "completed"
    assert [row[1] for row in signed_at_city(hall, number)] == ["T001", "R001", "P001", "H001"]


def signed_at_city(hall: Hall, number: str) -> list[tuple[str, str]]:
    return [(row["step"], row["signer"]) for row in hall.A001.history(number)["sign_offs"]]


def test_without_the_grant_the_back_office_handles(hall: Hall) -> None:
    grants = hall.S101.get("/api/grants")["items"]
    tellers = next(g for g in grants if g["post"] == "teller" and g["class"] == "limited")
    hall.S101.post(f"/api/grants/{tellers['grant_id']}/revocation", {"reason": "季度调整"})

    case = hall.T101.accept(hall.example("retirement_approval", 1, "county", nth=1))
    number = case["case_no"]
    assert [(w["step"], w["post"]) for w in case["waiting"]] == [("handle", "handler")]
    refused = hall.T101.sign(number, status=403)
    assert refused["rule"].startswith("grant.")
    assert "B101" in str(refused["who_can"])

    for name in ("B101", "R101", "D101", "Z101"):
        case = getattr(hall, name).sign(number)

    assert case["status"] == "completed"
    assert signed(hall, number)[0] == ("handle", "B101", "approve")
    assert hall.A101.findings(number) == []
