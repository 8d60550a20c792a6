"""A form signed by hand: its scan joins the case as evidence, and changes nothing that was signed."""

from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.databases import Database
from tests.people import Hall, new_key

SCAN = b"%PDF-1.7 scanned in "


def upload(hall: Hall, staff_no: str, content: bytes = SCAN) -> str:
    answer = hall.client.post(
        "/api/files",
        files={"file": ("审批表.pdf", content, "application/pdf")},
        headers={**getattr(hall, staff_no).headers, "Idempotency-Key": new_key()},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["file"])


def add(hall: Hall, staff_no: str, case_no: str, file: str, status: int = 201) -> Any:
    path = f"/api/cases/{case_no}/signed-scans"
    return getattr(hall, staff_no).post(path, {"file": file}, status=status)


@pytest.fixture
def case_no(hall: Hall) -> str:
    """A level-1 case with two signatures."""
    number: str = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    hall.R101.sign(number)
    return number


def test_a_scan_joins_an_open_and_a_finished_case(hall: Hall, case_no: str) -> None:
    seen = hall.D101.case(case_no)["seen"]
    add(hall, "T101", case_no, upload(hall, "T101"))
    assert hall.D101.case(case_no)["seen"] == seen, "a scan changes nothing that is signed"
    hall.D101.sign(case_no)
    hall.Z101.sign(case_no)
    listed = add(hall, "B101", case_no, upload(hall, "B101", SCAN + b"2"))["items"]

    assert [(s["seq"], s["sign_offs"], s["added_by"]) for s in listed] == [
        (1, 2, "T101"),
        (2, 4, "B101"),
    ]
    assert hall.A101.get(f"/api/cases/{case_no}/signed-scans")["items"] == listed
    told = [e for e in hall.A101.history(case_no)["journal"] if e["action"] == "scan_added"]
    assert [entry["detail"]["file"] for entry in told] == [scan["file"] for scan in listed]
    assert [entry["post"] for entry in told] == ["teller", "handler"]
    assert hall.A101.findings(case_no) == []


def test_only_the_agencys_tellers_and_handlers_add_one(hall: Hall, case_no: str) -> None:
    file = upload(hall, "R101")

    refused = add(hall, "R101", case_no, file, 403)
    assert refused["rule"] == "post.missing"
    assert {who["post"] for who in refused["who_can"]} == {"teller", "handler"}
    assert add(hall, "T201", case_no, upload(hall, "T201"), 404)["rule"] == "case.not_found"


def test_what_is_no_scan_of_this_case_is_refused(hall: Hall, case_no: str) -> None:
    file = upload(hall, "T101")
    unknown = add(hall, "T101", case_no, "0" * 64, 422)
    assert (unknown["rule"], unknown["errors"][0]["field"]) == ("file.unknown", "file")
    # What another agency stored is unknown here.
    foreign = upload(hall, "T201", SCAN + b"elsewhere")
    assert add(hall, "T101", case_no, foreign, 422)["rule"] == "file.unknown"

    add(hall, "T101", case_no, file)

    assert add(hall, "T101", case_no, file, 409)["rule"] == "scan.there"
    example = hall.example("payment_account_change", 2)
    unsigned = hall.T101.accept({**example, "materials": []})["case_no"]
    assert add(hall, "T101", unsigned, file, 409)["rule"] == "scan.nothing_signed"


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        ("UPDATE signed_scans SET cycle = 2", "scan.told_otherwise"),
        ("DELETE FROM signed_scans", "scan.missing"),
        (
            (
                "INSERT INTO signed_scans"
                " (case_id, seq, file, cycle, sign_offs, agency_code, added_by, added_at)"
                " SELECT case_id, 2, f.digest, cycle, sign_offs, s.agency_code, added_by, added_at"
                " FROM signed_scans s JOIN files f"
                " ON f.digest <> s.file AND f.agency_code = s.agency_code"
            ),
            "scan.not_journalled",
        ),
    ],
)
def test_verification_compares_the_scans(
    hall: Hall, case_no: str, database: Database, edit: str, rule: str
) -> None:
    add(hall, "T101", case_no, upload(hall, "T101"))
    upload(hall, "T101", SCAN + b"of something else")

    engine = create_engine(database.owner_url)
    triggers = (
        ["signed_scans_no_update", "signed_scans_no_delete"]
        if database.kind == "sqlite"
        else ["append_only ON signed_scans"]
    )
    with engine.begin() as opened:
        for trigger in triggers:
            opened.execute(text(f"DROP TRIGGER {trigger}"))
        opened.execute(text(edit))
    engine.dispose()

    assert {finding["rule"] for finding in hall.A101.findings(case_no)} == {rule}
