"""What is taken out as a file: numbered, marked, held to the day's limit, journalled, found when edited."""

import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from api.auditing import exports
from database import connection
from database.clock import FixedClock
from database.connection import OfficeSession
from engine.exports import deviation_sheet, export_limits, ledger_sheet
from engine.exports.export_limits import Limits
from engine.windows import daily_ledger
from engine.workbooks import sheet_cells
from oversight import verification
from tests import authority_bodies, book, exported_office, granting, listed_employees, windowed
from tests.databases import Database
from tests.exported_office import taken
from tests.listed_employees import workbook
from tests.people import Hall
from tests.stories.test_uploaded_lists import SUSPEND, upload

LIMIT = 2
EDITS = {
    "UPDATE exports SET personal_rows = 7": ["office.altered"],
    "DELETE FROM exports": ["office.missing"],
    "UPDATE export_permits SET more_rows = 9": ["office.altered"],
    "DELETE FROM export_permits": ["office.missing"],
}


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Auditors may take out two rows about people a day."""
    monkeypatch.setattr(export_limits, "shipped", lambda: Limits({"auditor": LIMIT}, 100))


def unmasked(hall: Hall, times: int) -> None:
    """So many rows about people in the list of what was shown unmasked."""
    for _ in range(times):
        case = hall.T101.accept(hall.example("payment_account_change", 2))
        said = {"fields": ["name"], "case_no": case["case_no"]}
        hall.T101.post(f"/api/register/persons/{case['person_id']}/unmasking", said)


def journalled(hall: Hall, action: str) -> list[dict[str, Any]]:
    page = hall.A001.get(f"/api/audit/journal?action={action}")
    return [
        {"staff_no": one["staff_no"], "rule": one["rule"], **one["detail"]} for one in page["items"]
    ]


@pytest.mark.usefixtures("held")
def test_the_days_limit(hall: Hall, clock: FixedClock) -> None:
    """Lists about nobody don't count; beyond the limit is said who could permit; a permit is for its day."""
    unmasked(hall, LIMIT)
    list_of_people = "/api/audit/lists/unmasked.csv"
    for _ in range(2):
        taken(hall, "A101", "/api/audit/lists/same_pair.csv")
    first = taken(hall, "A101", list_of_people)
    number = first.headers["content-disposition"].partition("unmasked-")[2].removesuffix('.csv"')
    assert number == "990101-20261102-0003"

    refused = taken(hall, "A101", list_of_people, 403).json()
    assert (refused["rule"], refused["limit"], refused["taken"]) == ("export.limit", LIMIT, LIMIT)
    assert {who["post"] for who in refused["who_can"]} == {"internal_control"}
    assert journalled(hall, "denied")[0]["rule"] == "export.limit"
    unhindered(hall)

    permitted(hall)
    taken(hall, "A101", list_of_people)
    taken(hall, "A101", list_of_people)
    taken(hall, "A101", list_of_people, 403)
    clock.moment += timedelta(days=1)
    hall = Hall(hall.client)
    taken(hall, "A101", "/api/audit/lists/unmasked.xlsx")
    taken(hall, "A101", "/api/audit/lists/unmasked.xlsx", 403)
    assert len({one["export"] for one in journalled(hall, "list_exported")}) == 6


def unhindered(hall: Hall) -> None:
    """The limit is each person's own, and the evidence of a case counts as one more."""
    case_no = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    taken(hall, "A001", f"/api/cases/{case_no}/evidence/whole")
    taken(hall, "A101", f"/api/cases/{case_no}/evidence")
    assert taken(hall, "A101", f"/api/cases/{case_no}/evidence/whole", 403).json()["rows"] == 1


def permitted(hall: Hall) -> None:
    """By internal control alone, for people it looks after, and never for oneself."""
    body = {**exported_office.PERMIT, "more_rows": LIMIT * 2}
    for who in ("A101", "S101", "Z101", "admin"):
        getattr(hall, who).post("/api/export-permits", body, status=403)
    own = hall.C001.post("/api/export-permits", {**body, "staff_no": "C001"}, status=403)
    assert own["rule"] == "export.to_self"
    assert "C001" not in str(own["who_can"])
    above = hall.C001.post("/api/export-permits", {**body, "staff_no": "A000"}, status=404)
    assert above["rule"] == "export.nobody"
    made = hall.C001.post("/api/export-permits", body, status=201)
    assert (made["day"], made["more_rows"]) == ("2026-11-02", LIMIT * 2)
    assert journalled(hall, "export_permitted")[0]["staff_no"] == "C001"


def test_a_workbook_says_who_took_it(hall: Hall) -> None:
    """A list, and the wrong rows of an employer's list; every kind of export leaves its row."""
    answer = taken(hall, "A101", "/api/audit/lists/rights.xlsx")
    (line, _words) = marked(answer.content)
    said = journalled(hall, "list_exported")[0]
    assert said["digest"] == hashlib.sha256(answer.content).hexdigest()
    assert (said["staff_no"], said["list"], said["personal_rows"]) == (
        "A101",
        "rights",
        said["row_count"],
    )
    assert all(told in line for told in ("990101-20261102-0001", "A101", "2026-11-02"))

    with hall.client.app.state.sessions.command() as session:  # type: ignore[attr-defined]
        who = listed_employees.hired(session, 2)
    rows = [[id_no, name, "不想干了"] for id_no, name in who.people]
    checked = upload(hall.T101, SUSPEND, who.uscc, workbook(SUSPEND, rows))
    errors = taken(hall, "T101", checked["errors_file"])
    assert "T101" in marked(errors.content)[0]
    assert journalled(hall, "list_errors_exported")[0]["personal_rows"] == 2
    deviations_taken(hall)
    ledger_taken(hall)
    kinds = {"audit_list", "deviations", "evidence", "list_errors", "window_ledger"}
    assert len(exports.COUNTED) == len(kinds) + 1, "a new kind of export: take it out here as well"


def deviations_taken(hall: Hall) -> None:
    """Whoever differs from his post by a grant of his own stands in the report, as on the page."""
    entry = authority_bodies.grant()
    del entry["post"]
    granting.granted(hall, {**entry, "staff_no": "T102", "reason": "=借调期间"})
    answer = taken(hall, "T101", "/api/grants/deviations.xlsx")
    assert "T101" in marked(answer.content)[0]
    shown = hall.T101.get("/api/grants/deviations")["items"]
    head, *rows = (
        load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
    )
    assert head == deviation_sheet.HEAD
    assert [(row[0], row[6], int(str(row[10]))) for row in rows] == [
        (one["staff_no"], one["reason"], one["grant_id"]) for one in shown
    ]
    assert len(rows) == journalled(hall, "deviations_exported")[0]["personal_rows"] > 0
    given = hall.A001.get("/api/audit/lists/given_out")["rows"]
    assert any("deviations_exported" in row for row in given)
    refused = hall.client.get("/api/grants/deviations.xlsx", headers=hall.admin.headers)
    assert refused.status_code == 403


def ledger_taken(hall: Hall) -> None:
    """The ledger as the page has it, with its sum, and a line to each window."""
    windowed.opened(hall.T101, "1")
    hall.T101.accept(hall.example("enrollment_certificate", 3))
    answer = taken(hall, "S101", "/api/window-ledger.xlsx")
    assert "S101" in marked(answer.content)[0]
    shown = hall.S101.get(windowed.LEDGER)
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    head, *rows, total = sheet.iter_rows(values_only=True)
    assert (sheet.title, head) == (ledger_sheet.SHEET, ledger_sheet.HEAD)
    assert [list(row[6:]) for row in rows] == [
        [line[what] for what in daily_ledger.COUNTED] for line in shown["items"]
    ]
    assert {row[2]: row[5] for row in rows}["1"] == "T101"
    assert {(row[0], row[1]) for row in (*rows, total)} == {
        (shown["day"], "青山县社会保险经办中心")
    }
    assert list(total[6:]) == list(shown["total"].values())
    said = journalled(hall, "window_ledger_exported")[0]
    assert said["digest"] == hashlib.sha256(answer.content).hexdigest()
    assert (said["row_count"], said["personal_rows"], said["day"]) == (len(rows), 1, shown["day"])
    given = hall.A001.get("/api/audit/lists/given_out")["rows"]
    assert any("window_ledger_exported" in row for row in given)
    refused = hall.client.get("/api/window-ledger.xlsx", headers=hall.R101.headers)
    assert (refused.status_code, refused.json()["rule"]) == (403, "post.missing")


def test_the_ledger_is_held_to_the_days_limit(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that says who sat at a window is a row about somebody; a day without any counts nothing."""
    monkeypatch.setattr(export_limits, "shipped", lambda: Limits({"supervisor": 1}, 100))
    windowed.opened(hall.T101, "1")
    path, before = "/api/window-ledger.xlsx", "?day=2026-11-01"
    taken(hall, "S101", path)
    refused = hall.client.get(path, headers=hall.S101.headers)
    assert (refused.status_code, refused.json()["rule"]) == (403, "export.limit")
    assert {who["post"] for who in refused.json()["who_can"]} == {"internal_control"}
    taken(hall, "S101", path + before)
    permit = {"staff_no": "S101", "more_rows": 1, "reason": "月度报送"}
    hall.C001.post("/api/export-permits", permit, status=201)
    taken(hall, "S101", path)


@pytest.mark.usefixtures("held")
def test_the_day_as_who_permits_sees_it_and_as_who_takes_out_does(hall: Hall) -> None:
    """Internal control sees everybody it looks after and what is left; anybody else himself alone."""
    unmasked(hall, LIMIT - 1)
    taken(hall, "A101", "/api/audit/lists/unmasked.csv")
    taken(hall, "T101", "/api/grants/deviations.xlsx")
    exported_office.permitted(hall)

    own, all_of_them = (who.get("/api/export-permits") for who in (hall.A101, hall.C001))
    (mine,) = own["lines"]
    more = exported_office.PERMIT["more_rows"]
    assert (mine["post"], mine["limit"], mine["permitted"]) == ("auditor", LIMIT, more)
    assert (mine["taken"], mine["left"]) == (LIMIT - 1, 1 + more)
    assert [one["staff_no"] for one in own["files"]] == ["A101"]
    assert own["permits"] == all_of_them["permits"]
    assert (own["may_permit"], all_of_them["may_permit"]) == (False, True)
    assert {who["post"] for who in own["who_can"]} == {"internal_control"}
    assert mine in all_of_them["lines"]
    assert {one["staff_no"] for one in all_of_them["files"]} == {"A101", "T101"}
    nobody = hall.F101.get("/api/export-permits")
    assert [line["staff_no"] for line in nobody["lines"]] == ["F101"]
    assert nobody["files"] == nobody["permits"] == []


def foot(sheet: Any) -> str:
    return str(sheet.oddFooter.center.text)


def marked(content: bytes) -> list[str]:
    """What the last sheet says; the same stands at the foot of every other."""
    opened = load_workbook(io.BytesIO(content))
    *others, told = opened.worksheets
    assert told.title == sheet_cells.MARK_SHEET
    lines = [str(row[0].value) for row in told.iter_rows()]
    assert {foot(sheet) for sheet in others} == {lines[0]}
    return lines


@pytest.mark.slow
def test_an_edited_row_is_found(hall: Hall, database: Database, clock: FixedClock) -> None:
    exported_office.leave_rows(hall)
    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    office = hall.client.app.state.office  # type: ignore[attr-defined]
    found = {}
    for edit in ("", *EDITS):
        with OfficeSession(engine, info={"clock": clock}) as session:
            if edit:
                session.execute(text(edit))
            found[edit] = [one.rule for one in verification.verify_office(session, office)]
    engine.dispose()
    assert found == {"": [], **EDITS}
