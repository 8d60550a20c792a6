"""A completed case is corrected by another: at its level, once, by reversal; and all can see that it was."""

from dataclasses import replace
from pathlib import Path

import yaml
from starlette.testclient import TestClient

from api import app
from api.settings import Settings
from database.clock import FixedClock
from tests import corrections, paying_office
from tests.corrections import SIGNERS, completed
from tests.people import Hall
from tests.stories.test_desk_doors import HTML, token_in


def test_an_error_of_level_3_is_corrected_at_once_and_its_receipt_is_recalled(hall: Hall) -> None:
    original = hall.example("person_info_change_general", 3)
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
    assert told[-2:] == ["corrected", "archive_referred"]
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

    assert hall.A101.case(case["case_no"])["corrected_by"]["counts_again"] is False
    # The correction is corrected: what it reversed counts again.
    other = hall.T101.accept(corrections.body(original, correction["case_no"]))
    for name in SIGNERS:
        other = getattr(hall, name).sign(other["case_no"])
    assert hall.T101.get(person)["account"] == wrong
    assert hall.A101.case(case["case_no"])["corrected_by"]["counts_again"] is True
    code = case["receipt"]["verification_code"]
    assert hall.client.get(f"/api/documents/{code}").json()["counts_again"] is True
    numbers = {one["case_no"]: one["corrected_by"] for one in hall.T101.get("/api/cases")["items"]}
    assert numbers[case["case_no"]] == correction["case_no"]
    assert numbers[other["case_no"]] is None
    for case_no in (case["case_no"], correction["case_no"], other["case_no"]):
        assert hall.A101.findings(case_no) == []


def test_a_recalled_paper_is_no_longer_valid_for_anybody(hall: Hall) -> None:
    case, correction = corrections.leave_row(hall)
    receipt = case["receipt"]

    said = hall.client.get(f"/api/documents/{receipt['verification_code']}").json()
    assert (said["recalled"], said["corrected_by"]) == (True, correction["case_no"])
    token = token_in(hall.client.get("/document-check", headers=HTML).text)
    form = {"csrf": token, "verification_code": receipt["verification_code"]}
    page = hall.client.post("/document-check", data=form, headers=HTML).text
    assert "本文书已作废" in page
    assert correction["case_no"] in page
    number = f"{case['case_no']}/documents/{receipt['number']}"
    assert (
        hall.T101.post(f"/api/cases/{number}/printing", status=409)["rule"] == "document.recalled"
    )
    (listed,) = hall.T101.get(f"/api/cases/{case['case_no']}/documents")["items"]
    assert listed["recalled"] is True
    # The correction's own receipt is valid.
    own = hall.client.get(f"/api/documents/{correction['receipt']['verification_code']}").json()
    assert (own["recalled"], own["corrected_by"]) == (False, None)


def test_money_that_is_on_its_way_waits_for_the_bank_and_what_was_paid_is_owed(hall: Hall) -> None:
    original = hall.example("contribution_refund", 1, "county")
    (due,) = paying_office.owed(hall)
    case_no, person = due["case_no"], f"/api/register/persons/{due['person_id']}"
    paying_office.release(hall, [due])
    said = corrections.body(original, case_no)
    assert hall.T101.accept(said, 422)["rule"] == "correction.on_its_way"
    paying_office.report(hall, [paying_office.reported(due)])

    correction = corrections.signed(hall, hall.T101.accept(said))

    assert correction["status"] == "completed"
    assert hall.A101.get(person)["owed"] == {"payable": 0, "receivable": due["amount_cents"]}
    for number in (case_no, correction["case_no"]):
        assert hall.A101.findings(number) == []


def test_what_is_not_completed_or_not_ones_own_is_refused(hall: Hall) -> None:
    original = hall.example("payment_account_change", 2)
    waiting = hall.T101.accept(original)["case_no"]
    assert (
        hall.T101.accept(corrections.body(original, waiting), 422)["rule"]
        == "correction.not_completed"
    )
    hall.R101.sign(waiting)
    # A county beside it sees no such case.
    theirs = corrections.body(original, waiting)
    assert hall.T201.accept(theirs, 422)["rule"] == "applicant.not_registered"
    other = hall.example("person_info_change_general", 3, nth=1)
    assert (
        hall.T101.accept(corrections.body(other, waiting), 422)["rule"]
        == "correction.other_subject"
    )


def test_a_risk_table_that_forgets_the_rules_of_corrections_lets_none_post(
    settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    """The level that a correction takes at least is held by the guard as well."""
    table = yaml.safe_load((Path(__file__).parents[2] / "risk_levels.yaml").read_text("utf-8"))
    del table["processes"]["case_correction"]["raise"]
    own = tmp_path / "own.yaml"
    own.write_text(yaml.safe_dump(table, allow_unicode=True), encoding="utf-8")
    with TestClient(
        app.create_app(replace(settings, risk_levels=own), clock),
        "http://127.0.0.1:8000",
        client=("127.0.0.1", 50_000),
        raise_server_exceptions=False,
    ) as client:
        hall = Hall(client)
        original = hall.example("account_adjustment", 1, "county")
        case = corrections.completed(hall, original, corrections.SIGNERS)

        hall.T101.accept(corrections.body(original, case["case_no"]), status=500)

        assert hall.A101.case(case["case_no"])["corrected_by"] is None
        assert hall.A101.findings(case["case_no"]) == []
