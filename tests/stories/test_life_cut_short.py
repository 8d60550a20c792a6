"""A short life that a case begins: hired at 22, in another province, back again, dead, the heir paid."""

from typing import Any

import pytest

from database.clock import FixedClock
from tests.lives import COUNTY, Life
from tests.people import Hall

NAME, ID_NO, HEIR = "纪望", "610099200402119533", "纪远"
EMPLOYER = {"kind": "employer", "id_no": "91610099MA6U1LW04Y", "name": "青山县北河运输有限公司"}
WAGE = 600_000
HIRED: dict[str, Any] = {
    "nation": "汉族",
    "hukou_type": "urban",
    "post_kind": "M",
    "employ_start": "2026-07-06",
    "insured_from": 202607,
    "wage_cents": WAGE,
    "mobile": "13800003033",
}
LETTER = {"letter_no": "转入联〔2027〕2号", "sent_on": "2027-01-12"}
TABLE = {
    "table_no": "信〔2027〕9号",
    "issued_on": "2027-01-12",
    "segments": [{"from_month": 202611, "to_month": 202612, "base_cents": 500_000}],
    "principal_cents": 80_000,
    "interest_cents": 200,
}
# 80 000 + 200, and 12 % of two months on 5 000 yuan.
MONEY = {"received_on": "2027-01-12", "amount_cents": 200_200, "bank_reference": "YH-9"}


@pytest.fixture
def life(hall: Hall, clock: FixedClock) -> Life:
    return Life(hall, clock, ID_NO, NAME)


def _hired(life: Life) -> None:
    """On the register by his employer's list; the months since July are assessed and paid back."""
    person = life.listed("employee_enrollment", EMPLOYER, HIRED, ("R101",))
    (relation,) = person["relations"]
    assert (relation["status"], relation["from_month"]) == ("ACTIVE", 202607)
    assert int(HIRED["employ_start"][:4]) - int(person["birth"][:4]) == 22
    assert person["months"]["paid"] == person["account"]["balance_cents"] == 0

    life.on("2026-11-03")
    since = {"from_month": 202607, "to_month": 202610, "wage_cents": WAGE}
    person = life.listed(
        "arrears_assessment",
        EMPLOYER,
        since,
        COUNTY,
        evidence="contract",
        tax_notice_no="税社〔2026〕333号",
    )
    (claim,) = person["claims"]
    life.on("2026-11-04")
    person = life.listed(
        "arrears_payment",
        EMPLOYER,
        {},
        ("R101",),
        receipt_no="税票2026-3303",
        received_on="2026-11-03",
        amount_cents=claim["principal_cents"] + claim["late_fee_cents"],
    )
    assert person["months"]["paid"] == 4
    # 8 % of 6 000 yuan, four times.
    assert person["account"]["balance_cents"] == 4 * 48_000


def _away_and_back(life: Life) -> None:
    """Suspended in November; the two months of another province move in after him; resumed."""
    life.on("2026-11-05")
    person = life.listed("contribution_suspend", EMPLOYER, {"reason": "transferred"})
    assert person["relations"][0]["status"] == "INTERRUPTED"

    life.on("2027-01-12")
    person = life.step(
        "transfer_in_interprovince",
        messages=(("contact_letter", LETTER), ("info_table", TABLE), ("money", MONEY)),
        from_agency="邻省示例市社会保险中心",
        origin_area="880001",
        voucher_no="凭〔2027〕2号",
        to_household=True,
    )
    assert person["months"]["paid"] == 6
    assert person["account"]["balance_cents"] == 4 * 48_000 + 80_200

    life.on("2027-01-13")
    person = life.listed("contribution_resume", EMPLOYER, {"reason": "rehired"})
    (relation,) = person["relations"]
    assert (relation["status"], relation["from_month"]) == ("ACTIVE", 202701)


def _dead(life: Life) -> None:
    """The account and the grants are due to his heir; finance releases them, and the bank pays."""
    life.on("2027-01-20")
    person = life.step(
        "survivor_benefit",
        died_on="2027-01-16",
        heir_relation="parent",
        holder=HEIR,
        bank_name="示范农村商业银行",
        bank_account="6217000020000333",
    )
    assert (person["status"], person["account"]["balance_cents"]) == ("ENDED", 0)
    assert person["owed"]["payable"] > 4 * 48_000 + 80_200
    life.on("2027-01-21")
    person = life.paid("HP-333")
    assert {one["status"] for one in person["payables"]} == {"paid"}
    assert {one["case_no"] for one in person["payables"]} <= set(life.cases)


def lived(life: Life) -> None:
    """Everything that happens to him, in its order."""
    _hired(life)
    _away_and_back(life)
    _dead(life)


def test_a_life_that_cases_began_knows_of_nothing_else(life: Life) -> None:
    lived(life)

    life.check_ways_back()
    assert life.written() <= set(life.cases)


def test_a_short_life_is_read_as_it_stood_after_each_of_its_days(life: Life) -> None:
    lived(life)

    life.check_as_it_stood(days=8)
