"""Whoever signs what has changed since he read it is told what happened in between."""

from tests.people import Hall


def test_the_refusal_says_who_did_what(hall: Hall) -> None:
    case = hall.T101.accept(hall.example("payment_account_change", 2))
    number, seen = case["case_no"], hall.R102.case(case["case_no"])["seen"]
    hall.R101.sign(number, "return", reasons=["materials_unclear"])
    hall.T101.post(f"/api/cases/{number}/correction", {})

    refused = hall.R102.sign(number, seen=seen, status=409)

    assert refused["rule"] == "case.changed"
    assert "(review R101 2026-11-02" in refused["detail"]
    assert "correct T101" in refused["detail"]
    assert hall.R102.sign(number)["status"] == "completed"


def test_what_was_never_a_state_of_the_case_is_refused_without_a_story(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    other = hall.T101.accept(hall.example("payment_account_change", 2))["seen"]

    for seen in ("0" * 64, other):
        refused = hall.R101.sign(number, seen=seen, status=409)
        assert refused["detail"] == (
            "The case changed since you read it: read it again before you sign."
        )


def test_an_escalation_is_told(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    hall.R101.sign(number)
    seen = hall.P001.case(number)["seen"]
    hall.D101.sign(number)
    hall.Z101.sign(number, "escalate")

    detail = hall.P001.sign(number, seen=seen, status=409)["detail"]

    assert "endorse D101" in detail
    assert "conclude Z101" in detail
