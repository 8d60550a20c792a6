"""一次性告知: everything that lacks is told at once, and what could have been said is not asked for later."""

from sqlalchemy import create_engine, text

from tests import papers
from tests.databases import Database
from tests.papers import fault
from tests.people import Hall

CARD = fault("material", "id_card", "expired", "")
BANK = fault("field", "bank_name", "not_as_original", "开户行与银行卡不一致")


def test_missing_and_faulty_are_one_notice_and_the_case_waits(hall: Hall) -> None:
    body = hall.example(*papers.PROCESS)
    kept = [one for one in body["materials"] if one["code"] == "id_card"]
    case = hall.T101.accept({**body, "materials": kept, "faults": [CARD, BANK]})
    number = case["case_no"]

    assert case["status"] == "awaiting_materials"
    assert [one["name"] for one in case["notice"]["wrong"]]
    said = papers.printed(hall.T101, case["notice"]["pdf"])
    names = [one["name"]["zh"] for one in case["notice"]["missing"]]
    expected = [*names, "已过有效期", "与材料原件不一致", "开户行与银行卡不一致", "一次性告知"]
    assert [one for one in expected if one not in said] == []

    # He brings what was missing and a new card; his bank's name he had typed wrongly himself.
    brought = [one for one in body["materials"] if one["code"] != "id_card"]
    brought.append({"code": "id_card", "copies": 1, "file": papers.scan(hall.T101, b"new card")})
    form = {**body["form"], "bank_name": "中国农业银行青山支行"}
    case = hall.T101.post(f"/api/cases/{number}/correction", {"form": form, "materials": brought})
    assert [one["step"] for one in case["waiting"]] == ["review"]
    assert "受理通知书" in papers.printed(hall.T101, case["slip"]["pdf"])
    assert hall.R101.sign(number)["status"] == "completed"
    kinds = [one["kind"] for one in hall.T101.get(f"/api/cases/{number}/documents")["items"]]
    assert kinds == ["notice", "acceptance", "receipt"]
    assert hall.A101.findings(number) == []


def test_a_later_notice_of_what_was_so_before_takes_a_supervisors_signature(hall: Hall) -> None:
    number = papers.faulty(hall, BANK)

    refused = papers.tell(hall.T101, number, BANK, CARD, status=409)
    assert (refused["rule"], refused["items"]) == ("notice.second", ["material:id_card"])
    assert refused["who_can"][0]["post"] == "supervisor"
    assert papers.permit(hall.T101, number, ("material", "id_card"), status=403)["who_can"]
    papers.permit(hall.S101, number, ("material", "id_card"))
    case = papers.tell(hall.T101, number, BANK, CARD)

    assert case["status"] == "awaiting_materials"
    told = hall.A101.get(f"/api/cases/{number}/notices")
    assert [one["late"] for one in told["items"]] == [[], ["material:id_card"]]
    assert [one["number"][-3:] for one in told["items"]] == ["-N1", "-N2"]
    listed = hall.S101.get("/api/late-notices")
    assert [one["case_no"] for one in listed["items"]] == [number]
    (count,) = listed["counts"]
    assert (count["staff_no"], count["reason"]["code"]) == ("T101", "overlooked")
    assert (count["notices"], count["items"]) == (1, 1)
    # The signature is used up: another item that was kept back takes another.
    third = papers.tell(hall.T101, number, fault("field", "bank_account"), status=409)
    assert third["rule"] == "notice.second"
    assert hall.T101.get("/api/late-notices", 403)["rule"] == "post.missing"
    assert hall.A101.findings(number) == []


def test_what_changed_since_is_new_and_an_internal_return_is_no_notice(hall: Hall) -> None:
    number = papers.faulty(hall, CARD)
    brought = {"code": "id_card", "copies": 1, "file": papers.scan(hall.T101, b"another")}
    again = fault("material", "id_card", "illegible", "")
    # What he brought is wrong again: he is told so in the same visit.
    case = hall.T101.post(
        f"/api/cases/{number}/correction", {"materials": [brought], "faults": [again]}
    )
    assert case["status"] == "awaiting_materials"

    number = hall.T101.accept(hall.example(*papers.PROCESS))["case_no"]
    returned = hall.R101.sign(number, "return", reasons=["not_as_original"])
    assert returned["status"] == "returned"
    assert hall.A101.get(f"/api/cases/{number}/notices")["items"] == []
    assert papers.tell(hall.T101, number, status=409)["rule"] == "notice.nothing"
    assert papers.tell(hall.T101, number, CARD)["status"] == "awaiting_materials"
    assert hall.A101.findings(number) == []
    taken = papers.tell(hall.T102, number, CARD, status=403)
    assert taken["rule"] == "correction.another"


def test_a_fault_names_what_there_is(hall: Hall) -> None:
    body = hall.example(*papers.PROCESS)
    wrong = [
        fault("material", "no_such"),
        fault("field", "bank_name", "expired"),
        fault("field", "holder", "other", ""),
        fault("field", "holder", "unclear"),
        fault("material", "id_card"),
    ]
    refused = hall.T101.accept({**body, "materials": [], "faults": wrong}, 422)

    rules = {one["rule"] for one in refused["errors"]}
    assert rules == {
        *("fault.unknown", "fault.reason", "fault.text", "fault.twice", "fault.not_there"),
    }


def test_verification_works_the_guarantee_out_again(hall: Hall, database: Database) -> None:
    number = papers.leave_a_row_in_each(hall)
    assert hall.A101.findings(number) == []
    edits = {
        "UPDATE case_notices SET late = '[]', late_count = 0, permit_id = NULL": "notice.late",
        "UPDATE notice_permits SET reason = 'elsewhere'": "permit.altered",
        "UPDATE notice_permits SET signer = 'S000'": "permit.not_signed",
        "DELETE FROM document_deliveries": "paper.missing",
        "UPDATE case_notices SET number = 'x'": "paper.told_otherwise",
    }
    tables = ("case_notices", "notice_permits", "document_deliveries")
    engine = create_engine(database.owner_url)
    with engine.begin() as opened:
        for table in tables:
            if database.kind == "sqlite":
                opened.execute(text(f"DROP TRIGGER {table}_no_update"))
                opened.execute(text(f"DROP TRIGGER {table}_no_delete"))
            else:
                opened.execute(text(f"DROP TRIGGER append_only ON {table}"))
    for edit, rule in edits.items():
        with engine.begin() as opened:
            opened.execute(text(edit))
        assert rule in {finding["rule"] for finding in hall.A101.findings(number)}, edit
    engine.dispose()
