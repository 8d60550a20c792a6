"""Accounts, months and transfers through HTTP: accepted, signed by four, on the register, verified."""

from typing import Any

import pytest

from tests.people import Hall

SIGNERS = ("R101", "D101", "Z101")


def done(hall: Hall, process: str, nth: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
    """The completed case of a demo body, and the person as the register has him afterwards."""
    case = hall.T101.accept(hall.example(process, 1, "county", nth=nth))
    for signer in SIGNERS:
        case = getattr(hall, signer).sign(case["case_no"])
    assert case["status"] == "completed"
    assert hall.A101.findings(case["case_no"]) == []
    person = hall.T101.get(f"/api/register/persons/{case['person_id']}")
    return case, person


def entries(person: dict[str, Any], case: dict[str, Any]) -> list[tuple[str, str, int]]:
    """What the case booked on the person's own accounts."""
    return [
        (entry["account"], entry["side"], entry["amount_cents"])
        for entry in person["entries"]
        if entry["case_no"] == case["case_no"]
    ]


def months(person: dict[str, Any], case: dict[str, Any]) -> list[tuple[int, int, str]]:
    """The months that the case wrote and that count."""
    return [
        (month["month"], month["base_cents"], month["origin"])
        for month in person["months"]["items"]
        if month["case_no"] == case["case_no"]
    ]


def test_history_is_added_with_its_evidence(hall: Hall) -> None:
    case, person = done(hall, "history_backfill")

    written = months(person, case)
    assert written[0] == (200601, 120_000, "BACKFILLED")
    assert written[-1] == (200706, 135_000, "BACKFILLED")
    assert len(written) == 18
    assert entries(person, case) == [("personal_account:principal", "credit", 115_200)]


def test_service_before_the_account_counts_without_money(hall: Hall) -> None:
    case, person = done(hall, "deemed_years_recognition")

    assert person["months"]["deemed"] == 111
    assert {origin for _, _, origin in months(person, case)} == {"DEEMED"}
    assert entries(person, case) == []


def test_a_flexible_worker_gets_contributions_back(hall: Hall) -> None:
    case, person = done(hall, "contribution_refund")

    (account, payable) = entries(person, case)
    assert account[:2] == ("personal_account:principal", "debit")
    assert payable == ("person:payable", "credit", person["owed"]["payable"])
    # 8 of 20 hundredths stood on the account; each month is rounded by itself.
    assert abs(payable[2] * 8 - account[2] * 20) <= 3 * 20
    counting = {month["month"] for month in person["months"]["items"]}
    assert not counting & {202003, 202004, 202005}


def test_what_was_given_back_is_not_given_back_twice(hall: Hall) -> None:
    done(hall, "contribution_refund")

    again = hall.T101.accept(hall.example("contribution_refund", 1, "county"), status=422)
    assert again["rule"] == "refund.not_paid"
    assert again["rows"] == [202003, 202004, 202005]


def test_overlapping_months_are_cleared(hall: Hall) -> None:
    case, person = done(hall, "multi_relation_refund")

    booked = {account: cents for account, _, cents in entries(person, case)}
    assert booked["personal_account:principal"] > booked["personal_account:interest"] > 0
    assert booked["person:payable"] == person["owed"]["payable"] == sum(booked.values()) // 2
    assert not {m["month"] for m in person["months"]["items"]} & {202001, 202006}


@pytest.mark.parametrize("nth", [0, 1])
def test_a_relation_and_its_money_move_to_another_province(hall: Hall, nth: int) -> None:
    case, person = done(hall, "transfer_out_interprovince", nth)

    assert person["account"]["balance_cents"] == 0
    assert person["owed"] == {"payable": 0, "receivable": 0}
    (relation,) = person["relations"]
    assert (relation["status"], relation["case_no"]) == ("ENDED", case["case_no"])
    assert person["months"]["paid"] > 0
    again = hall.T101.accept(
        hall.example("transfer_out_interprovince", 1, "county", nth=nth), status=422
    )
    assert again["rule"] == "transfer.no_relation"


def test_errors_name_row_and_field(hall: Hall) -> None:
    body = hall.example("history_backfill", 1, "county")
    first, second = body["form"]["periods"]
    body["form"]["periods"] = [{**first, "to_month": 200513}, {**second, "evidence": ""}]

    refused = hall.T101.accept(body, status=422)

    assert {error["field"] for error in refused["errors"]} == {
        "form.periods.0.to_month",
        "form.periods.1.evidence",
    }
