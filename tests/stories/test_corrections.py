"""A completed case is corrected by another: at its level, once, by reversal; and all can see that it was."""

from tests import corrections
from tests.corrections import SIGNERS, completed
from tests.people import Hall


def test_an_error_of_level_3_is_corrected_at_once_and_its_receipt_is_recalled(hall: Hall) -> None:
    original = hall.example("person_info_change_general", 3)
    person = None
    first = completed(hall, original)
    person = hall.T101.get(f"/api/register/persons/{first['person_id']}")
    wrong = {**original, "form": {**original["form"], "mobile": "13700137000"}}
    second = completed(hall, wrong)
    number, receipt = second["case_no"], second["receipt"]

    # The later of two about the same field is corrected first.
    refused = hall.T101.accept(corrections.body(original, first["case_no"]), 422)
    assert (refused["rule"], refused["rows"]) == ("correction.later", [number])

    said = corrections.body(original, number, [receipt["number"]])
    correction = hall.T101.accept(said)
    assert (correction["status"], correction["risk_level"]) == ("completed", 3)
    assert correction["corrects"]["case_no"] == number
    now = hall.T101.get(f"/api/register/persons/{first['person_id']}")
    assert now["contact"] == person["contact"]

    old = hall.A101.case(number)
    assert old["status"] == "completed"
    assert old["corrected_by"]["case_no"] == correction["case_no"]
    assert old["corrected_by"]["papers"] == [receipt["number"]]
    twice = hall.T101.accept(said, 422)
    assert (twice["rule"], twice["rows"]) == ("correction.twice", [correction["case_no"]])
    told = [entry["action"] for entry in hall.A101.history(number)["journal"]]
    assert told[-1] == "corrected"
    for case_no in (first["case_no"], number, correction["case_no"]):
        assert hall.A101.findings(case_no) == []


def test_what_moves_money_takes_four_signatures_again(hall: Hall) -> None:
    original = hall.example("account_adjustment", 1, "county")
    case = completed(hall, original, SIGNERS)
    person = f"/api/register/persons/{case['person_id']}"
    wrong = hall.T101.get(person)["account"]

    correction = hall.T101.accept(corrections.body(original, case["case_no"]))
    assert (correction["risk_level"], correction["route"]) == (1, "county")
    was = [entry for entry in case["posting"] if entry["type"] == "line"]
    turned = [entry for entry in correction["posting"] if entry["type"] == "line"]
    sides = {"debit": "credit", "credit": "debit"}
    assert [(one["account"], sides[one["side"]], one["amount_cents"]) for one in was] == [
        (one["account"], one["side"], one["amount_cents"]) for one in turned
    ]
    for name in SIGNERS:
        correction = getattr(hall, name).sign(correction["case_no"])
    assert correction["status"] == "completed"
    again = hall.T101.get(person)["account"]
    assert again["balance_cents"] != wrong["balance_cents"]

    # The correction is corrected: what it reversed counts again.
    other = hall.T101.accept(corrections.body(original, correction["case_no"]))
    for name in SIGNERS:
        other = getattr(hall, name).sign(other["case_no"])
    assert hall.T101.get(person)["account"] == wrong
    for case_no in (case["case_no"], correction["case_no"], other["case_no"]):
        assert hall.A101.findings(case_no) == []
