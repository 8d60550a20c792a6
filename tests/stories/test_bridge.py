"""The bridge between two schemes: accepted, the residents' agency answers, four sign, on the register."""

from typing import Any

from tests.people import Hall

JOINS = {
    "letter_no": "居衔〔2026〕6号",
    "letter_on": "2026-11-20",
    "principal_cents": 300_000,
    "interest_cents": 60_000,
    "overlaps": [{"from_month": 201001, "to_month": 201012}],
    "refund_cents": 20_000,
    "received_cents": 380_000,
}
LEAVES = {
    "letter_no": "居衔〔2026〕7号",
    "letter_on": "2026-11-20",
    "receiving_bank": "示例银行",
    "receiving_account": "9900000000007777",
}


def accepted(hall: Hall, nth: int) -> tuple[Any, str]:
    """A case that waits for the answer, and where that is delivered."""
    case = hall.T101.accept(hall.example("urban_rural_bridge", 1, "county", nth=nth))
    assert (case["status"], case["waiting"]) == ("in_progress", [])
    assert case["posting"] == []
    return case, f"/api/cases/{case['case_no']}/messages/resident_answer"


def signed(hall: Hall, case: Any) -> Any:
    """The person's record once the four have signed; verified without findings."""
    for signer in ("R101", "D101", "Z101"):
        case = getattr(hall, signer).sign(case["case_no"])
    assert case["status"] == "completed"
    assert hall.A101.findings(case["case_no"]) == []
    return hall.T101.get(f"/api/register/persons/{case['person_id']}")


def test_a_residents_account_joins_and_months_paid_in_both_are_refunded(hall: Hall) -> None:
    case, answer = accepted(hall, 0)
    before = hall.T101.get(f"/api/register/persons/{case['person_id']}")

    case = hall.T101.post(answer, {"data": JOINS})
    person = signed(hall, case)

    parts = {name: cents - before["account"]["parts"][name] for name, cents in _parts(person)}
    assert (parts["principal"], parts["interest"]) == (300_000, 60_000)
    assert person["owed"]["payable"] == 20_000
    # Months of the other scheme are no months here.
    assert person["months"] == before["months"]


def test_an_account_goes_to_the_residents_scheme(hall: Hall) -> None:
    _, answer = accepted(hall, 1)

    person = signed(hall, hall.T101.post(answer, {"data": LEAVES}))

    assert person["account"]["balance_cents"] == 0
    assert {one["status"] for one in person["relations"]} == {"ENDED"}
    assert person["owed"]["payable"] == 0


def test_an_answer_that_does_not_fit_is_not_taken(hall: Hall) -> None:
    _, answer = accepted(hall, 0)

    for said, rule in (
        ({**JOINS, "received_cents": 379_999}, "bridge.sum"),
        (
            {**JOINS, "overlaps": [{"from_month": 199001, "to_month": 199001}]},
            "bridge.not_overlapping",
        ),
        (LEAVES, "bridge.incomplete"),
    ):
        assert hall.T101.post(answer, {"data": said}, status=422)["rule"] == rule
    wrong = {**JOINS, "overlaps": [{"from_month": 201012, "to_month": 201001}]}
    hall.T101.post(answer, {"data": wrong}, status=422)
    hall.T201.post(answer, {"data": JOINS}, status=404)
    assert hall.T101.post(answer, {"data": JOINS})["waiting"] != []


def _parts(person: Any) -> list[tuple[str, int]]:
    return list(person["account"]["parts"].items())
