"""Level-3 business of persons: papers that post nothing, a chosen base and a proof that post at once."""

import re

import pytest

from tests.people import Hall
from tests.stories.test_documents_printed import pdf, printed


@pytest.mark.parametrize(
    ("process", "words"),
    [
        ("account_query", ["个人账户查询单", "本人核对", "个人账户本金", "个人账户利息"]),
        ("transfer_voucher", ["参保缴费凭证", "跨省转移接续", "统筹基金转移额", "2010", "2020"]),
    ],
)
def test_a_paper_is_printed_and_nothing_posted(hall: Hall, process: str, words: list[str]) -> None:
    body = hall.example(process, 3)
    before = hall.T101.post("/api/register/search", {"id_no": body["applicant"]["id_no"]})
    person = f"/api/register/persons/{before['person_id']}"
    before = hall.T101.get(person)
    case = hall.T101.accept(body)
    number = case["case_no"]

    assert case["status"] == "completed"
    said = printed(pdf(hall.T101, f"/api/cases/{number}/document.pdf"))
    told = [*words, body["applicant"]["id_no"], body["applicant"]["name"]]
    assert [word for word in told if word not in said] == []
    after = hall.T101.get(person)
    assert (after["account"], after["versions"]) == (before["account"], before["versions"])
    assert "issued" in {row["action"] for row in hall.A101.history(number)["journal"]}
    assert hall.A101.findings(number) == []


def test_the_voucher_says_what_the_calculation_says(hall: Hall) -> None:
    case = hall.T101.accept(hall.example("transfer_voucher", 3))

    total = case["derivation"][-1]["value"]
    assert re.fullmatch(r"\d+\.\d\d", total)
    assert total in printed(pdf(hall.T101, f"/api/cases/{case['case_no']}/document.pdf"))


def test_whoever_draws_a_pension_gets_no_voucher(hall: Hall) -> None:
    pensioner = hall.example("eligibility_certification", 3)["applicant"]
    body = {**hall.example("transfer_voucher", 3), "applicant": pensioner}
    assert hall.T101.accept(body, status=422)["rule"] == "transfer_voucher.pension"


def test_a_flexible_worker_chooses_a_base(hall: Hall) -> None:
    body = hall.example("flexible_base_choose", 3)
    case = hall.T101.accept(body)

    assert case["status"] == "completed"
    record = hall.T101.get(f"/api/register/persons/{case['person_id']}")
    assert record["declared_base"] == {"from_month": 202611, "base_cents": 750_000}
    assert case["case_no"] in str(record["versions"])
    assert hall.A101.findings(case["case_no"]) == []
    refused = hall.T101.accept({**body, "form": {"ratio_percent": 301}}, status=422)
    assert refused["rule"] == "flexible_base.share"


def test_a_proof_is_recorded_with_the_day_of_the_next(hall: Hall) -> None:
    body = hall.example("eligibility_certification", 3)
    case = hall.T101.accept(body)

    assert case["status"] == "completed"
    record = hall.T101.get(f"/api/register/persons/{case['person_id']}")
    assert record["certification"] == {
        "method": "FACE",
        "certified_on": "2026-10-28",
        "next_due_on": "2027-10-28",
    }
    assert hall.A101.findings(case["case_no"]) == []
