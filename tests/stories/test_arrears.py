"""Past months of an employee: assessed by four people, owed by the employer, counting once they are paid."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from database import connection
from database.clock import FixedClock
from oversight import verification
from register.claims import ClaimVersion
from tests import book
from tests.databases import Database
from tests.people import Hall

CHAIN = ("R101", "D101", "Z101")
BEIHE = "91610099MA6U1LW04Y"


def person(hall: Hall, body: Any) -> Any:
    """The record of whom a list names first, as the register answers it."""
    found = hall.T101.post("/api/register/search", {"id_no": body["form"]["rows"][0]["id_no"]})
    return hall.T101.get(f"/api/register/persons/{found['person_id']}")


def employer(hall: Hall, uscc: str = BEIHE) -> Any:
    found = hall.T101.post("/api/register/search", {"uscc": uscc})
    return hall.T101.get(f"/api/register/employers/{found['employer_id']}")


def signed(hall: Hall, case_no: str, *signers: str) -> Any:
    for staff_no in signers:
        case = getattr(hall, staff_no).sign(case_no)
    return case


def assessed(hall: Hall) -> tuple[Any, str]:
    """The demo's three months of 2025, assessed by the four of the county: body and case number."""
    body = hall.example("arrears_assessment", 1, "county")
    case_no = hall.T101.accept(body)["case_no"]
    assert signed(hall, case_no, *CHAIN)["status"] == "completed"
    return body, case_no


def payment(hall: Hall, body: Any, received_on: str, cents: int, receipt_no: str = "税票-1") -> Any:
    """The body that books a payment for those an assessment lists."""
    form = {
        "rows": [{"id_no": row["id_no"], "name": row["name"]} for row in body["form"]["rows"]],
        "receipt_no": receipt_no,
        "received_on": received_on,
        "amount_cents": cents,
    }
    return {**hall.example("arrears_payment", 2), "form": form}


def test_assessed_months_are_owed_and_do_not_count_yet(hall: Hall) -> None:
    body, case_no = assessed(hall)

    said = person(hall, body)
    (claim,) = said["claims"]
    # 600.00 a month on the base of 6 000.00, 24 %: 1 440.00; the late fee runs to 2026-11-02.
    assert (claim["principal_cents"], claim["late_fee_cents"]) == (432_000, 131_976)
    assert (claim["status"], claim["case_no"]) == ("ASSESSED", case_no)
    assert 202501 not in {month["month"] for month in said["months"]["items"]}
    assert claim in employer(hall)["claims"]
    assert hall.A101.findings(case_no) == []
    again = hall.T101.accept(body, status=422)
    assert (again["rule"], again["rows"]) == ("arrears.assessed", ["1: arrears.assessed"])


def test_arrears_keep_an_employer_on_the_register(hall: Hall) -> None:
    """The demo's employer owes from before the first case, and its people stay: the debt is named first."""
    _, case_no = assessed(hall)
    leaving = hall.example("employer_deregistration", 2)
    name = employer(hall)["name"]
    leaving["applicant"] = {"kind": "employer", "id_no": BEIHE, "name": name}

    refused = hall.T101.accept(leaving, status=422)

    assert refused["rule"] == "deregistration.arrears"
    assert case_no in refused["rows"]
    assert len(refused["rows"]) == 2


def test_a_payment_settles_them_and_they_count(hall: Hall) -> None:
    body, assessment = assessed(hall)
    before = person(hall, body)
    case_no = hall.T101.accept(payment(hall, body, "2026-11-02", 563_976))["case_no"]
    hall.T101.sign(case_no, status=403)
    assert signed(hall, case_no, "R101")["status"] == "completed"

    said = person(hall, body)
    counted = {month["month"]: month for month in said["months"]["items"]}
    for month in (202501, 202502, 202503):
        assert (counted[month]["origin"], counted[month]["base_cents"]) == ("BACK_PAID", 600_000)
        assert counted[month]["case_no"] == case_no
    gained = said["account"]["balance_cents"] - before["account"]["balance_cents"]
    assert gained == 3 * 48_000
    (claim,) = said["claims"]
    assert (claim["status"], claim["receipt_no"], claim["case_no"]) == (
        "SETTLED",
        "税票-1",
        case_no,
    )
    assert hall.A101.findings(case_no) == hall.A101.findings(assessment) == []
    again = hall.T101.accept(payment(hall, body, "2026-11-02", 563_976), status=422)
    assert again["rule"] == "arrears_payment.nothing"


def test_who_pays_later_pays_the_days(hall: Hall, clock: FixedClock) -> None:
    body, _ = assessed(hall)
    clock.moment += timedelta(days=10)
    hall.people.clear()
    again = hall.T101.accept(payment(hall, body, "2026-11-12", 563_976), status=422)
    assert again["rule"] == "arrears_payment.amount"
    # Ten days more for three months of 1 440.00 at 0.05 % a day: 21.60.
    case_no = hall.T101.accept(payment(hall, body, "2026-11-12", 566_136))["case_no"]
    assert signed(hall, case_no, "R101")["status"] == "completed"

    (claim,) = person(hall, body)["claims"]
    assert claim["late_fee_cents"] == 131_976 + 2_160
    assert hall.A101.findings(case_no) == []


def test_a_list_is_paid_by_one_receipt(hall: Hall) -> None:
    """Three months from before the first case and three assessed now, of two people: one payment."""
    body, assessment = assessed(hall)
    demo = hall.example("arrears_payment", 2)
    both = {"form": {"rows": [*body["form"]["rows"], *demo["form"]["rows"]]}}
    case = hall.T101.accept(payment(hall, both, "2026-11-02", 2 * 563_976))
    assert case["status"] == "in_progress"
    assert body["form"]["rows"][0]["id_no"] not in str(case)
    assert signed(hall, case["case_no"], "R101")["status"] == "completed"

    assert {claim["status"] for claim in employer(hall)["claims"]} == {"SETTLED"}
    for one in (body, demo):
        said = person(hall, one)
        assert [m["month"] for m in said["months"]["items"]][-3:] == [202501, 202502, 202503]
    assert hall.A101.findings(case["case_no"]) == hall.A101.findings(assessment) == []


def test_one_receipt_is_booked_once(hall: Hall) -> None:
    demo = hall.example("arrears_payment", 2)
    signed(hall, hall.T101.accept(demo)["case_no"], "R101")
    body, _ = assessed(hall)
    taken = demo["form"]["receipt_no"]
    again = payment(hall, body, "2026-11-02", 563_976, taken)

    assert hall.T101.accept(again, status=422)["rule"] == "arrears_payment.receipt"
    assert person(hall, body)["claims"][0]["status"] == "ASSESSED"


def test_thirty_six_months_take_a_document_and_the_city(hall: Hall) -> None:
    body = hall.example("arrears_assessment", 1, "city_approval")
    bare = {name: value for name, value in body["form"].items() if not name.startswith("document_")}
    assert hall.T101.accept({**body, "form": bare}, status=422)["rule"] == "arrears.document"

    case = hall.T101.accept(body)
    assert case["route"] == "city_approval"
    done = signed(hall, case["case_no"], *CHAIN, "P001")
    assert done["status"] == "completed"
    assert hall.A101.findings(case["case_no"]) == []


@pytest.mark.slow
def test_a_returned_assessment_is_corrected_and_signed_anew(hall: Hall) -> None:
    body = hall.example("arrears_assessment", 1, "county")
    case_no = hall.T101.accept(body)["case_no"]
    hall.R101.sign(case_no, "return", reasons=["materials_unclear"])
    row = {**body["form"]["rows"][0], "to_month": 202502, "wage_cents": 1}
    form = {**body["form"], "rows": [row]}
    hall.T101.post(f"/api/cases/{case_no}/correction", {"form": form})
    assert signed(hall, case_no, *CHAIN)["status"] == "completed"

    (claim,) = person(hall, body)["claims"]
    # Below the floor of 2025: 60 % of 7 140.00.
    assert (claim["to_month"], claim["base_cents"]) == (202502, 428_400)
    assert hall.A101.findings(case_no) == []


@pytest.mark.parametrize("edit", ["lowered", "settled", "deleted", "opened"])
def test_an_edited_claim_is_found(hall: Hall, database: Database, edit: str) -> None:
    _, case_no = assessed(hall)
    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    mine = ClaimVersion.case_no == case_no
    with engine.begin() as opened:
        if edit == "lowered":
            opened.execute(update(ClaimVersion).where(mine).values(late_fee_cents=0))
        elif edit == "settled":
            paid = {"status": "SETTLED", "receipt_no": "税票-9"}
            opened.execute(update(ClaimVersion).where(mine).values(paid))
        elif edit == "deleted":
            opened.execute(delete(ClaimVersion).where(mine))
        else:
            theirs = ClaimVersion.case_no.startswith("OPENING-")
            opened.execute(update(ClaimVersion).where(theirs).values(pooled_cents=1))
    engine.dispose()

    if edit == "opened":
        office = hall.client.app.state.office  # type: ignore[attr-defined]
        sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
        with sessions.command() as session:
            found = {one.rule for one in verification.verify_office(session, office)}
        assert {"holding.differs", "office.altered"} <= found
    else:
        wanted = "holding.missing" if edit == "deleted" else "holding.differs"
        assert {one["rule"] for one in hall.A101.findings(case_no)} == {wanted}
