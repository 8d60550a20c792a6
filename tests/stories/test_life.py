"""One life on the register, from the first job at 22 to what the survivors get, and the way back from it all.

Every step is a case through HTTP, signed by all it needs and verified without findings. What stood before the
first case is the demo's: that 骆平 began to work in July 1988, at 22, and his months from 1989 on.
"""

from typing import Any

import pytest

from database.clock import FixedClock
from tests.lives import COUNTY, Life
from tests.people import Hall

DAYS = 16
NAME, NEW_NAME, HEIR = "骆平", "骆平安", "骆小安"
EMPLOYER = {"kind": "employer", "id_no": "91440300708461136T", "name": "青山县秦川机械制造有限公司"}
OCTOBER = {"from_month": 202610, "to_month": 202610, "wage_cents": 680_000}
BANK: dict[str, Any] = {"bank_name": "示范农村商业银行", "bank_account": "6217000020000317"}
LETTER = {"letter_no": "转入联〔2026〕31号", "sent_on": "2026-11-04"}
TABLE = {
    "table_no": "信〔2026〕131号",
    "issued_on": "2026-11-10",
    "segments": [{"from_month": 200301, "to_month": 200412, "base_cents": 200_000}],
    "principal_cents": 384_000,
    "interest_cents": 96_000,
}
# 384 000 + 96 000, and 12 % of 24 months on 2 000 yuan.
MONEY = {"received_on": "2026-11-12", "amount_cents": 1_056_000, "bank_reference": "YH-31"}


@pytest.fixture
def life(hall: Hall, clock: FixedClock) -> Life:
    row = next(one for one in hall.demo["persons"] if one["name"] == NAME)
    life = Life(hall, clock, row["id_no"], NAME)
    life.keep()
    return life


def lived(life: Life) -> None:
    """Everything that happens to him, in its order; the register after each step."""
    began = life.record()
    assert (began["status"], began["first_work_on"]) == ("ACTIVE", "1988-07-01")
    assert int(began["first_work_on"][:4]) - int(began["birth"][:4]) == 22
    _grow(life, began)
    _retire(life)
    _die(life)


def _grow(life: Life, began: Any) -> None:
    """Old months with their evidence, months of another province, months unpaid, what was wrong put right."""
    months, account = began["months"]["paid"], began["account"]["balance_cents"]
    life.on("2026-11-03")
    old = {
        "from_month": 198807,
        "to_month": 198812,
        "base_cents": 12_000,
        "evidence": "缴费手册第1页",
    }
    person = life.step(
        "history_backfill", paid_as="EMPLOYEE", ledger_source="ledger", periods=[old]
    )
    assert person["months"]["paid"] == months + 6
    assert person["account"]["balance_cents"] == account

    life.on("2026-11-04")
    person = life.step(
        "transfer_in_interprovince",
        messages=(("contact_letter", LETTER), ("info_table", TABLE), ("money", MONEY)),
        from_agency="邻省示例市社会保险中心",
        origin_area="880001",
        voucher_no="凭〔2026〕31号",
        to_household=True,
    )
    assert person["months"]["paid"] == months + 6 + 24
    assert person["account"]["balance_cents"] == account + 480_000
    _at_work(life, person)
    _put_right(life)


def _at_work(life: Life, before: Any) -> None:
    """His employer's lists: suspended and resumed, and the October that was not paid is paid back."""
    life.on("2026-11-05")
    person = life.listed("contribution_suspend", EMPLOYER, {"reason": "unpaid_leave"})
    assert person["relations"][0]["status"] == "INTERRUPTED"
    life.on("2026-11-06")
    person = life.listed("contribution_resume", EMPLOYER, {"reason": "returned"})
    assert person["relations"][0]["status"] == "ACTIVE"

    life.on("2026-11-09")
    person = life.listed(
        "arrears_assessment",
        EMPLOYER,
        OCTOBER,
        COUNTY,
        evidence="wage_record",
        tax_notice_no="税社〔2026〕331号",
    )
    (claim,) = person["claims"]
    assert claim["status"] == "ASSESSED"
    assert person["months"]["paid"] == before["months"]["paid"]

    life.on("2026-11-10")
    person = life.listed(
        "arrears_payment",
        EMPLOYER,
        {},
        ("R101",),
        receipt_no="税票2026-3301",
        received_on="2026-11-09",
        amount_cents=claim["principal_cents"] + claim["late_fee_cents"],
    )
    assert person["claims"][0]["status"] == "SETTLED"
    assert person["months"]["paid"] == before["months"]["paid"] + 1
    # 8 % of 6 800 yuan.
    gained = person["account"]["balance_cents"] - before["account"]["balance_cents"]
    assert gained == 54_400


def _put_right(life: Life) -> None:
    """A corrected name, and an employer's part of 1997 that nobody had recorded."""
    account = life.record()["account"]["balance_cents"]
    life.on("2026-11-16")
    person = life.step("person_info_change_key", name=NEW_NAME, evidence_type="household_register")
    life.name = NEW_NAME
    assert len(person["name"]) == len(NEW_NAME)

    life.on("2026-11-17")
    person = life.step(
        "account_adjustment",
        item="employer_principal",
        direction="increase",
        amount_cents=36_000,
        reason_code="unrecorded_contribution",
        evidence="1997年缴费手册",
    )
    assert person["account"]["parts"]["employer_principal"] == 36_000
    assert person["account"]["balance_cents"] == account + 36_000


def _retire(life: Life) -> None:
    """Retired and paid, in prison for a month, set free, the pension put right."""
    account = life.record()["account"]["balance_cents"]
    life.on("2026-11-18")
    person = life.step("retirement_approval", kind="NORMAL", post_kind="M", retire_month=202610)
    (pension,) = person["entitlements"]
    assert (person["status"], pension["status"]) == ("RETIRED", "APPROVED")
    assert pension["monthly_cents"] == sum(pension["components"].values()) > 0
    monthly = pension["monthly_cents"]

    life.on("2026-11-19")
    person = life.step("benefit_calculation_payment", holder=NEW_NAME, **BANK)
    assert person["entitlements"][0]["status"] == "PAYING"
    payable = person["owed"]["payable"]
    assert payable % monthly == 0
    assert person["account"]["balance_cents"] == account

    life.on("2026-11-20")
    person = life.step("benefit_suspend", COUNTY[:1], reason="imprisoned")
    assert (person["entitlements"][0]["status"], person["entitlements"][0]["from_month"]) == (
        "SUSPENDED",
        202612,
    )
    life.on("2026-12-14")
    person = life.step("benefit_resume", COUNTY[:1], reason="imprisoned", ended_on="2026-12-10")
    assert (person["entitlements"][0]["status"], person["entitlements"][0]["from_month"]) == (
        "PAYING",
        202701,
    )
    assert person["owed"]["payable"] == payable

    life.on("2026-12-15")
    person = life.step(
        "benefit_adjustment",
        benefit="pension",
        monthly_delta_cents=12_350,
        reason_code="recalculation",
        effective_from=202701,
        policy_document="待遇复核表2026年第77号",
    )
    assert person["entitlements"][0]["monthly_cents"] == monthly + 12_350


def _die(life: Life) -> None:
    """What is left becomes payable to the survivors, and everything ends."""
    before = life.record()
    life.on("2026-12-21")
    person = life.step(
        "survivor_benefit",
        died_on="2026-12-18",
        paid_through=202611,
        heir_relation="child",
        holder=HEIR,
        **BANK,
    )
    assert person["status"] == "ENDED"
    assert person["account"]["balance_cents"] == 0
    assert {one["status"] for one in (*person["relations"], *person["entitlements"])} == {"ENDED"}
    assert person["owed"]["payable"] > before["owed"]["payable"]

    life.on("2026-12-22")
    person = life.paid("HP-331")
    assert {one["status"] for one in person["payables"]} == {"paid"}
    assert {one["case_no"] for one in person["payables"]} <= set(life.cases)


@pytest.mark.slow
def test_every_value_of_a_life_leads_back_to_its_case(life: Life) -> None:
    lived(life)

    life.check_ways_back()
    opening = {number for number in life.written() if number.startswith("OPENING-")}
    assert len(opening) == 1
    reckoned = next(c for c, _ in life.cases.values() if c["process"] == "retirement_approval")
    assert {"name", "effective_from", "value", "verified"} <= set(reckoned["parameters"][0])


def test_a_life_is_read_as_it_stood_after_each_of_its_days(life: Life) -> None:
    lived(life)

    life.check_as_it_stood(days=DAYS)
