"""One life on the register, from the first job at 22 to what the survivors get, and the way back from it all.

Every step is a case through HTTP, signed by all it needs and verified without findings. What stood before the
first case is the demo's: that 骆平 began to work in July 1988, at 22, and his months from 1989 on.
"""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from database.clock import FixedClock
from tests.people import Hall

NAME, NEW_NAME, HEIR = "骆平", "骆平安", "骆小安"
COUNTY = ("R101", "D101", "Z101")
CITY = (*COUNTY, "P001")
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
STEPS = {"R101": "review", "D101": "endorse", "Z101": "conclude", "P001": "city_approve"}


class Life:
    """One person's cases, one after the other, each on a day of its own; what was recorded after each."""

    def __init__(self, hall: Hall, clock: FixedClock) -> None:
        self.hall, self.clock, self.name = hall, clock, NAME
        row = next(one for one in hall.demo["persons"] if one["name"] == NAME)
        self.id_no = row["id_no"]
        found = hall.T101.post("/api/register/search", {"id_no": self.id_no})
        self.path = f"/api/register/persons/{found['person_id']}"
        self.cases: dict[str, Any] = {}
        self.stood: dict[str, Any] = {self.today(): self.record()}

    def record(self, day: str | None = None) -> Any:
        """The person as the register has him, or had him at the end of a day."""
        return self.hall.T101.get(self.path + (f"?as_of={day}" if day else ""))

    def today(self) -> str:
        return self.clock.moment.date().isoformat()

    def on(self, day: str) -> None:
        """Another morning: whoever was signed in signs in again."""
        self.clock.moment = datetime.fromisoformat(f"{day}T01:30:00").replace(tzinfo=UTC)
        self.hall.people.clear()

    def step(
        self, process: str, signers: tuple[str, ...] = COUNTY, messages: Any = (), **form: Any
    ) -> Any:
        """A case to its end; the record after it, which balances and is kept for the day."""
        definition = self.hall.client.get(f"/api/processes/{process}").json()
        materials = [{"code": one["code"]} for one in definition["materials"] if one["required"]]
        applicant = {"kind": "person", "id_no": self.id_no, "name": self.name}
        body = {"process": process, "applicant": applicant, "form": form, "materials": materials}
        case = self.hall.T101.accept(body)
        for name, data in messages:
            where = f"/api/cases/{case['case_no']}/messages/{name}"
            case = self.hall.T101.post(where, {"data": data})
        for signer in signers:
            case = getattr(self.hall, signer).sign(case["case_no"])
        assert case["status"] == "completed", case
        self.cases[case["case_no"]] = (case, signers)
        person = self.record()
        sums: Counter[str] = Counter()
        for entry in person["entries"]:
            kind, _, part = entry["account"].partition(":")
            if kind == "personal_account":
                cents = entry["amount_cents"]
                sums[part] += cents if entry["side"] == "credit" else -cents
        there = {part: cents for part, cents in sums.items() if cents}
        assert there == {p: c for p, c in person["account"]["parts"].items() if c}
        assert person["account"]["balance_cents"] == sums.total()
        self.stood[self.today()] = person
        return person


@pytest.fixture
def life(hall: Hall, clock: FixedClock) -> Life:
    return Life(hall, clock)


def lived(life: Life) -> None:
    """Everything that happens to him, in its order; the register after each step."""
    began = life.record()
    assert (began["status"], began["first_work_on"]) == ("ACTIVE", "1988-07-01")
    assert int(began["first_work_on"][:4]) - int(began["birth"][:4]) == 22
    _grow(life, began)
    _retire(life)
    _die(life)


def _grow(life: Life, began: Any) -> None:
    """Old months with their evidence, months of another province, a corrected name, an employer's part."""
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
    assert person["account"]["balance_cents"] == account + 480_000 + 36_000


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


def test_every_value_of_a_life_leads_back_to_its_case(life: Life) -> None:
    lived(life)
    hall, person = life.hall, life.record()

    written = {
        row["case_no"]
        for listed in ("relations", "entries", "entitlements", "versions")
        for row in person[listed]
    } | {month["case_no"] for month in person["months"]["items"]}
    opening = {number for number in written if number.startswith("OPENING-")}
    assert len(opening) == 1
    assert written - opening == set(life.cases)
    for number, (case, signers) in life.cases.items():
        assert hall.A101.findings(number) == []
        shown = hall.A101.case(number)
        assert life.path.endswith(shown["person_id"]), "and back from the case to the person"
        assert shown["materials"]
        history = hall.A101.history(number)
        signed = [one["step"] for one in history["sign_offs"] if one["decision"] == "approve"]
        assert [step for step in signed if step != "handle"] == [STEPS[s] for s in signers]
        assert {"accepted", "posted"} <= {one["action"] for one in history["journal"]}
        assert case["parameters"] == shown["parameters"]
    reckoned = next(c for c, _ in life.cases.values() if c["process"] == "retirement_approval")
    assert {"name", "effective_from", "value", "verified"} <= set(reckoned["parameters"][0])


def test_a_life_is_read_as_it_stood_after_each_of_its_days(life: Life) -> None:
    lived(life)

    assert len(life.stood) == 11
    for day, stood in life.stood.items():
        again = life.record(day)
        for part in ("status", "months", "account", "owed", "entries", "entitlements", "relations"):
            assert again[part] == stood[part], (day, part)
        assert again["versions"] == stood["versions"]
