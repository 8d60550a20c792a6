"""An auditor's first day: each fixed list finds the case planted for it, on screen and in its files."""

import csv
import hashlib
import io
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from database import connection
from database.connection import OfficeSession
from engine.paying.payment_record import BankBatch
from oversight.auditing.lists import catalogue
from register.ledger import RegisterPosting
from register.payables import Payable, PayableEvent
from register.rights import EntitlementVersion
from tests import book, paying_office
from tests.databases import Database
from tests.people import Hall

FORMULA = '=HYPERLINK("http://example.invalid")'


def rows(hall: Hall, code: str, asked: str = "", by: str = "A101") -> list[dict[str, str]]:
    """The rows of a list on its first page, each by the columns' codes."""
    page = getattr(hall, by).get(f"/api/audit/lists/{code}{asked}")
    names = [column["code"] for column in page["columns"]]
    return [dict(zip(names, row, strict=True)) for row in page["rows"]]


@pytest.fixture
def owner(database: Database) -> Iterator[Session]:
    """What a database's administrator can write, once the triggers are gone."""
    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    with OfficeSession(engine) as session, session.begin():
        yield session
    engine.dispose()


def test_rights_on_a_date(hall: Hall) -> None:
    found = rows(hall, "rights", "?on=2026-11-02")
    mine = [row for row in found if row["staff_no"] == "T101"]
    assert [row["right"] for row in mine] == ["随岗 by post", "grant:1"]
    assert {row["agency"] for row in found} == {"990101"}
    assert rows(hall, "rights", "?on=2026-11-01") == []
    whole = {row["agency"] for row in rows(hall, "rights", by="A001")}
    assert whole == {"990100", "990101", "990102"}


def test_posts_done_for_others_are_rights_too(hall: Hall, clock: Any) -> None:
    said = {
        "absent": "R101", "deputy": "T102", "post": "reviewer",
        "from": "2026-11-02", "to": "2026-11-06", "reason": "年休假",
    }  # fmt: skip
    made = hall.S101.post("/api/stand-ins", said, status=201)
    found = rows(hall, "rights", "?on=2026-11-06")
    (done,) = [row for row in found if "R101" in row["right"]]
    told = (done["staff_no"], done["post"].split()[-1], done["right"], done["granted_by"])
    assert told == ("T102", "reviewer", "代岗 stand-in for R101", "S101")
    assert (done["basis"], done["valid_to"]) == ("年休假", "2026-11-06")
    clock.moment = clock.moment.replace(day=4)
    hall.S000.post(f"/api/stand-ins/{made['stand_in_id']}/end")
    for day, there in (("03", True), ("04", False), ("07", False)):
        found = rows(hall, "rights", f"?on=2026-11-{day}", by="A001")
        assert any("R101" in row["right"] for row in found) is there


def test_a_revoked_grant_counts_until_its_day(hall: Hall, clock: Any) -> None:
    clock.moment = clock.moment.replace(day=4)
    hall.S000.post("/api/grants/1/revocation", {"reason": "调岗"})
    assert "grant:1" in {row["right"] for row in rows(hall, "rights", "?on=2026-11-03")}
    assert "grant:1" not in {row["right"] for row in rows(hall, "rights", "?on=2026-11-04")}
    (last,) = rows(hall, "rule_changes", "?from=2026-11-04&to=2026-11-04", by="A000")
    assert (last["action"], last["staff_no"]) == ("grant_revoked", "S000")
    changed = rows(hall, "rule_changes", by="A000")
    assert {"risk_table_took_effect", "proved"} <= {row["action"] for row in changed}


def approved(hall: Hall, body: dict[str, Any], *signers: str) -> str:
    case_no = str(hall.T101.accept(body)["case_no"])
    for staff_no in signers:
        getattr(hall, staff_no).sign(case_no)
    return case_no


def test_reversals_and_pairs(hall: Hall) -> None:
    taken = approved(
        hall, hall.example("account_adjustment", 1, "county", nth=1), "R101", "D101", "Z101"
    )
    approved(hall, hall.example("account_adjustment", 1, "county"), "R101", "D101", "Z101")
    approved(hall, hall.example("person_info_change_key", 2), "R102")
    found = rows(hall, "reversals")
    assert [(row["case_no"], row["amount"]) for row in found] == [(taken, "56.00")]
    assert rows(hall, "reversals", "?to=2026-11-01") == []
    pairs = {(row["maker"], row["reviewer"]): row for row in rows(hall, "same_pair")}
    assert {pair: row["count"] for pair, row in pairs.items()} == {
        ("T101", "R101"): "2",
        ("T101", "R102"): "1",
    }
    assert pairs["T101", "R101"]["of_maker"] == "66.7%"


def test_one_account_of_two_payees(hall: Hall) -> None:
    for nth in range(2):
        body = hall.example("payment_account_change", 2, nth=nth)
        body["form"]["bank_account"] = "6217000012345601"
        approved(hall, body, "R101")
    found = rows(hall, "shared_accounts")
    assert [row["payees"] for row in found] == ["2", "2"]
    assert {row["account"] for row in found} == {"************5601"}
    assert all("*" in row["name"] and "*" in row["id_no"] for row in found)
    assert rows(hall, "shared_accounts", by="A201") == []
    assert len(rows(hall, "shared_accounts", by="A001")) == 2


def test_amounts_split_below_a_threshold(hall: Hall) -> None:
    numbers = []
    for cents in (600_000, 500_000):
        body = hall.example("account_adjustment", 1, "county")
        body["form"]["amount_cents"] = cents
        numbers.append(hall.T101.accept(body)["case_no"])
    (found,) = rows(hall, "split_amounts")
    assert (found["total"], found["bound"]) == ("11000.00", "10000.00")
    assert found["cases"].split() == numbers
    # One large case is raised by its amount, and no split.
    hall.T101.accept(hall.example("account_adjustment", 1, "city_approval"))
    assert len(rows(hall, "split_amounts")) == 1


def test_a_benefit_twice(hall: Hall, owner: Session) -> None:
    before = {
        row["person_id"] for row in rows(hall, "benefits_twice") if row["why"].endswith("twice")
    }
    assert before == set()
    row = owner.execute(
        select(EntitlementVersion.__table__).where(EntitlementVersion.kind == "pension").limit(1)
    ).one()
    again = {**row._mapping, "entitlement_id": "0" * 32}
    again.pop("row_id")
    owner.execute(insert(EntitlementVersion), [again])
    owner.commit()
    found = rows(hall, "benefits_twice", by="A000")
    assert {one["person_id"] for one in found if one["why"].endswith("twice")} == {row.person_id}


def test_a_posting_that_does_not_agree(hall: Hall, owner: Session) -> None:
    case_no = approved(
        hall, hall.example("account_adjustment", 1, "county"), "R101", "D101", "Z101"
    )
    assert rows(hall, "register_check") == []
    mine = RegisterPosting.case_no == case_no
    owner.execute(update(RegisterPosting).where(mine).values(line_count=7))
    owner.commit()
    (found,) = rows(hall, "register_check")
    assert (found["case_no"], found["stored"], found["found"]) == (case_no, "7", "2")
    assert rows(hall, "register_check", by="A201") == []


def test_payments_after_death_or_twice(hall: Hall) -> None:
    """Both of one person: a refund released, then the death reported, then the same refund once more."""
    assert rows(hall, "paid_twice") == []
    example = hall.example("contribution_refund", 1, "county")
    made = []
    for month in (202003, 202004):
        periods = [{"from_month": month, "to_month": month}]
        body = {**example, "form": {**example["form"], "periods": periods}}
        case_no = approved(hall, body, "R101", "D101", "Z101")
        made += [one for one in paying_office.listed(hall) if one["case_no"] == case_no]
    paying_office.release(hall, made)
    paying_office.report(hall, [paying_office.reported(made[0])])
    assert made[0]["amount_cents"] == made[1]["amount_cents"]
    found = rows(hall, "paid_twice")
    assert [(row["why"][-5:], row["status"]) for row in found] == [
        ("twice", "paid"),
        ("twice", "released"),
    ]
    assert {row["case_no"] for row in found} == {one["case_no"] for one in made}
    assert all("*" in row["holder"] and row["account"].startswith("*") for row in found)

    dead = hall.example("survivor_benefit", 1, "county", nth=1)
    form = {**dead["form"], "died_on": "2026-11-01"}
    approved(
        hall, {**dead, "applicant": example["applicant"], "form": form}, "R101", "D101", "Z101"
    )
    why = [row["why"] for row in rows(hall, "paid_twice", "?from=2026-11-02") if row["died_on"]]
    assert sum(one.endswith("death") for one in why) == len(made)
    assert rows(hall, "paid_twice", by="A201") == []


def test_payables_against_ledger_and_bank(hall: Hall, owner: Session) -> None:
    (one,) = paying_office.owed(hall)
    assert rows(hall, "payables_check") == []
    paying_office.release(hall, [one])
    (found,) = rows(hall, "payables_check")
    assert (found["payable"], found["what"][-3:]) == (str(one["payable_id"]), "yet")
    paying_office.report(hall, [paying_office.reported(one)])
    assert rows(hall, "payables_check") == []

    (other,) = paying_office.owed(hall, "multi_relation_refund")
    this = Payable.payable_id == one["payable_id"]
    owner.execute(update(Payable).where(this).values(amount_cents=1))
    owner.execute(update(BankBatch).values(paid_cents=7))
    paid = PayableEvent.kind == "paid"
    owner.execute(update(PayableEvent).where(paid).values(posting="PAY-0-0"))
    owner.execute(delete(Payable).where(Payable.payable_id == other["payable_id"]))
    owner.commit()
    what = [row["what"].rpartition(" ")[2] for row in rows(hall, "payables_check")]
    assert what == ["payable", "amount", "posted", "step", "report"]
    assert rows(hall, "payables_check", by="A201") == []


def test_late_entries_and_files_without_formulas(hall: Hall) -> None:
    """The reason somebody typed is a formula: neither file computes it, and giving it out is told."""
    body = hall.example("enrollment_certificate", 3)
    late = {"reason": FORMULA, "paper_no": "+P-0001"}
    hall.T101.accept({**body, "received_at": "2026-10-30T02:00:00Z", "late_entry": late})
    (found,) = rows(hall, "late_entries")
    assert (found["days"], found["reason"]) == ("3", FORMULA)

    digests = set()
    for form in ("xlsx", "csv"):
        answer = hall.client.get(f"/api/audit/lists/late_entries.{form}", headers=hall.A101.headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"].startswith("attachment")
        digests.add(hashlib.sha256(answer.content).hexdigest())
        if form == "csv":
            told = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1]
            assert (told[6], told[7]) == ("'+P-0001", f"'{FORMULA}")
        else:
            sheet = load_workbook(io.BytesIO(answer.content))["补录清单"]
            assert (sheet["H2"].value, sheet["H2"].data_type) == (FORMULA, "s")
    given = rows(hall, "given_out")
    assert {row["digest"] for row in given} == digests
    assert {(row["staff_no"], row["list"], row["rows"]) for row in given} == {
        ("A101", "late_entries", "1")
    }


def test_every_list_is_there_for_auditors_only(hall: Hall) -> None:
    listed = [one["code"] for one in hall.A101.get("/api/audit/lists")["items"]]
    assert listed == list(catalogue.PAGES)
    for code in listed:
        hall.A000.get(f"/api/audit/lists/{code}")
        hall.T101.get(f"/api/audit/lists/{code}", 403)
        for form in ("xlsx", "csv", "dictionary.csv"):
            path = f"/api/audit/lists/{code}.{form}"
            assert hall.client.get(path, headers=hall.A000.headers).status_code == 200, path
            assert hall.client.get(path, headers=hall.S101.headers).status_code == 403, path
    hall.A101.get("/api/audit/lists/nothing", 404)
    hall.A101.get("/api/audit/lists/nothing.xlsx", 404)
    wrong = hall.A101.get("/api/audit/lists/reversals?from=2026-11-03&to=2026-11-02", 422)
    assert wrong["rule"] == "audit.days"


def test_a_list_goes_on_where_its_page_ended(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "PAGE", 3)
    for code in ("rights", "rule_changes"):
        seen: list[list[str]] = []
        cursor = ""
        while True:
            page = hall.A001.get(f"/api/audit/lists/{code}{cursor}")
            seen += page["rows"]
            if page["next_cursor"] is None:
                break
            cursor = f"?cursor={page['next_cursor']}"
        monkeypatch.setattr(catalogue, "PAGE", 10_000)
        assert seen == hall.A001.get(f"/api/audit/lists/{code}")["rows"]
        monkeypatch.setattr(catalogue, "PAGE", 3)
