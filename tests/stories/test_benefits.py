"""Benefits from the first payment to the last, each business from acceptance to what the register says."""

from typing import Any

import pytest

from tests.people import Hall

LEVEL_1 = ("R101", "D101", "Z101")
LEVEL_2 = ("R101",)


def done(hall: Hall, process: str, level: int, *, nth: int = 0) -> tuple[dict[str, Any], Any]:
    """The completed case of a demo example, verified without findings, and the person's record after it."""
    body = hall.example(process, level, "county" if level == 1 else None, nth=nth)
    case = hall.T101.accept(body)
    for name in LEVEL_1 if level == 1 else LEVEL_2:
        assert case["status"] == "in_progress"
        case = getattr(hall, name).sign(case["case_no"])
    assert case["status"] == "completed"
    assert case["derivation"]
    assert hall.A101.findings(case["case_no"]) == []
    return case, hall.T101.get(f"/api/register/persons/{case['person_id']}")


def pension(record: Any) -> tuple[str, int]:
    """The pension's status and the month since which it has it."""
    (held,) = record["entitlements"]
    return held["status"], held["from_month"]


@pytest.mark.slow
@pytest.mark.parametrize("nth", [0, 1])
def test_a_pension_is_suspended_from_next_month(hall: Hall, nth: int) -> None:
    _, record = done(hall, "benefit_suspend", 2, nth=nth)

    assert pension(record) == ("SUSPENDED", 202612)
    assert record["status"] == "RETIRED"
    assert record["owed"] == {"payable": 0, "receivable": 0}


def test_after_a_sentence_only_the_months_since_are_paid_back(hall: Hall) -> None:
    case, record = done(hall, "benefit_resume", 2)

    assert pension(record) == ("PAYING", 202611)
    assert record["owed"] == {"payable": 328760, "receivable": 0}
    assert case["case_no"] in {entry["case_no"] for entry in record["entries"]}


def test_after_a_certification_every_suspended_month_is_paid_back(hall: Hall) -> None:
    _, record = done(hall, "benefit_resume", 1)

    assert pension(record) == ("PAYING", 202506)
    assert record["owed"]["payable"] == 18 * 281530


def test_an_approved_pension_is_paid_from_its_start(hall: Hall) -> None:
    _, record = done(hall, "benefit_calculation_payment", 1)

    assert pension(record) == ("PAYING", 202610)
    assert record["owed"]["payable"] == 2 * 412600
    assert {v["kind"] for v in record["versions"] if not v["case_no"].startswith("OPENING")} == {
        "entitlement"
    }


def test_the_first_payment_registers_another_account(hall: Hall) -> None:
    _, record = done(hall, "benefit_calculation_payment", 1, nth=1)

    assert record["payment_account"]["bank_account"].endswith("5604")
    assert pension(record) == ("PAYING", 202610)


def test_a_pensioners_death_ends_everything_and_takes_off_what_was_paid_since(hall: Hall) -> None:
    _, record = done(hall, "survivor_benefit", 1)

    assert pension(record) == ("ENDED", 202610)
    assert (record["status"], record["account"]["balance_cents"]) == ("ENDED", 0)
    # 140 months of pension took more out of the account than was in it.
    # 22 years paid, 11 drawn: the least, nine months of income, and two for the funeral.
    assert record["owed"] == {"payable": (2 + 9) * 281850 - 334120, "receivable": 0}


def test_a_death_in_service_pays_out_the_account_too(hall: Hall) -> None:
    body = hall.example("survivor_benefit", 1, "county", nth=1)
    before = hall.T101.accept(body)
    balance = hall.T101.get(f"/api/register/persons/{before['person_id']}")["account"]
    _, record = done(hall, "survivor_benefit", 1, nth=1)

    assert balance["balance_cents"] > 0
    assert record["account"]["balance_cents"] == 0
    # 21 years and 10 months: 15.8333 months of income.
    assert record["owed"]["payable"] == 2 * 281850 + 4462625 + balance["balance_cents"]
    assert record["status"] == "ENDED"
    assert {(one["status"], one["from_month"]) for one in record["relations"]} == {
        ("ENDED", 202611)
    }
    # The other case of the same death, accepted before, posts nothing any more.
    other = hall.R101.sign(before["case_no"])
    assert (other["status"], other["decided"]["reasons"]) == ("returned", ["register_changed"])
    hall.T101.accept(body, status=422)


def test_the_account_is_paid_out_once(hall: Hall) -> None:
    _, record = done(hall, "account_lump_sum", 1)

    booked = {"credit": 0, "debit": 0}
    for entry in record["entries"]:
        if entry["account"].startswith("personal_account:"):
            booked[entry["side"]] += entry["amount_cents"]
    assert record["account"]["balance_cents"] == 0
    assert record["owed"]["payable"] == booked["credit"] == booked["debit"] > 0
    assert record["status"] == "ENDED"
    assert record["months"]["paid"] == 72
    hall.T101.accept(hall.example("account_lump_sum", 1, "county"), status=422)


def test_what_was_overpaid_is_owed(hall: Hall) -> None:
    _, record = done(hall, "overpayment_recovery", 1)

    assert record["owed"] == {"payable": 0, "receivable": 4 * 256310}
    assert pension(record) == ("PAYING", 202009)


def test_a_month_before_a_suspension_stays_claimable(hall: Hall) -> None:
    """What was drawn is read from every version of the pension, not from the last."""
    body = hall.example("benefit_suspend", 2, nth=1)
    done(hall, "benefit_suspend", 2, nth=1)
    recovery = hall.example("overpayment_recovery", 1, "county")
    form = {"from_month": 202609, "to_month": 202612, "report": "核查报告9号", "mode": "FULL"}
    case = hall.T101.accept({**recovery, "applicant": body["applicant"], "form": form})

    # 2026-12 is suspended, and 2026-11 is the month of acceptance.
    assert {line["amount_cents"] for line in case["posting"]} == {3 * 352480}
