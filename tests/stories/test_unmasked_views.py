"""Personal data in the clear: for a case one works on or a coded reason, journalled, and on a fixed list."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from database import connection
from database.clock import FixedClock
from database.declarative import table_of
from engine.unmasking import PersonRead, Unmasking
from oversight import verification
from tests import book, other_values
from tests.databases import Database
from tests.people import Hall

CHANGE = ("payment_account_change", 2)
ALL = ["id_no", "name", "contact", "payment_account"]


@pytest.fixture
def case(hall: Hall) -> Any:
    """A level-2 case that waits for its reviewer."""
    return hall.T101.accept(hall.example(*CHANGE))


def path(case: Any) -> str:
    return f"/api/register/persons/{case['person_id']}"


def journalled(hall: Hall, action: str) -> list[tuple[str, str]]:
    sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    with sessions.reading() as session:
        told = f"SELECT staff_no, detail FROM journal WHERE action = '{action}' ORDER BY entry_id"  # noqa: S608
        return [(row[0], str(row[1])) for row in session.connection().exec_driver_sql(told)]


def test_who_works_on_a_case_sees_what_it_needs(hall: Hall, case: Any) -> None:
    applicant = hall.example(*CHANGE)["applicant"]
    said = {"fields": ["id_no", "name"], "case_no": case["case_no"], "reason": "核对身份"}

    for staff_no in ("T101", "R101"):
        shown = getattr(hall, staff_no).post(f"{path(case)}/unmasking", said)
        assert shown["values"] == {"id_no": applicant["id_no"], "name": applicant["name"]}
    whole = hall.R101.post(f"{path(case)}/unmasking", {**said, "fields": ALL})["values"]
    assert set(whole) == set(ALL)
    masked = hall.R101.get(path(case))
    assert masked["id_no"] != applicant["id_no"]
    hall.R101.sign(case["case_no"])
    assert hall.R101.post(f"{path(case)}/unmasking", said)["values"]["name"]

    told = journalled(hall, "unmasked")
    assert [staff_no for staff_no, _ in told] == ["T101", "R101", "R101", "R101"]
    for _, detail in told:
        assert case["person_id"] in detail
        assert case["case_no"] in detail
        for secret in (applicant["id_no"], applicant["name"], "核对身份"):
            assert secret not in detail


def test_nobody_else_does(hall: Hall, case: Any) -> None:
    said = {"fields": ["id_no"], "case_no": case["case_no"]}
    where = f"{path(case)}/unmasking"

    assert hall.T102.post(where, said, status=403)["rule"] == "unmasking.not_your_case"
    assert hall.D101.post(where, said, status=403)["rule"] == "unmasking.not_your_case"
    hall.T201.post(where, said, status=404)
    hall.S101.post(where, said, status=403)
    hall.admin.post(where, said, status=403)
    hall.A101.post(where, said, status=403)
    other = hall.T101.accept(hall.example("person_info_change_key", 2))
    foreign = {"fields": ["id_no"], "case_no": other["case_no"]}
    if other["person_id"] != case["person_id"]:
        refused = hall.T101.post(where, foreign, status=403)
        assert refused["rule"] == "unmasking.not_your_case"
    by_reason = {"fields": ["id_no"], "reason_code": "inspection", "reason": "看看"}
    hall.T101.post(where, by_reason, status=403)
    hall.T101.post(where, {**said, "fields": []}, status=422)
    hall.T101.post(where, {**said, "fields": ["birth"]}, status=422)
    hall.T101.post(where, {**said, "case_no": "99010120261102100000000"}, status=404)
    assert journalled(hall, "unmasked") == []


def test_an_auditor_gives_a_coded_reason(hall: Hall, case: Any) -> None:
    where = f"{path(case)}/unmasking"
    reason = {"reason_code": "complaint", "reason": "=投诉件 12 号"}
    for missing in ({}, {"reason_code": "complaint"}, {"reason": "投诉"}):
        refused = hall.A101.post(where, {"fields": ["id_no"], **missing}, status=422)
        assert refused["rule"] == "unmasking.reason"
    hall.A201.post(where, {"fields": ["id_no"], **reason}, status=404)

    shown = hall.A101.post(where, {"fields": ["payment_account"], **reason})
    assert shown["values"]["payment_account"]["bank_account"].isdigit()

    page = hall.A101.get("/api/audit/lists/unmasked")
    names = [column["code"] for column in page["columns"]]
    (row,) = [dict(zip(names, row, strict=True)) for row in page["rows"]]
    assert (row["staff_no"], row["fields"], row["reason_code"], row["reason"]) == (
        "A101", "payment_account", "complaint", "=投诉件 12 号",
    )  # fmt: skip
    assert "*" in row["name"]
    assert "*" in row["id_no"]
    for form in ("csv", "xlsx"):
        got = hall.client.get(f"/api/audit/lists/unmasked.{form}", headers=hall.A101.headers)
        assert got.status_code == 200
    exported = hall.client.get("/api/audit/lists/unmasked.csv", headers=hall.A101.headers)
    text = exported.content.decode("utf-8-sig")
    assert not any(cell.startswith("=") for line in csv.reader(io.StringIO(text)) for cell in line)
    assert hall.A201.get("/api/audit/lists/unmasked")["rows"] == []


def test_reading_a_record_is_journalled_once_a_day(
    hall: Hall, case: Any, clock: FixedClock
) -> None:
    for _ in range(3):
        hall.T101.get(path(case))
    hall.A101.get(path(case))
    hall.T201.get(path(case), 404)
    assert [who for who, _ in journalled(hall, "record_read")] == ["T101", "A101"]

    clock.moment += timedelta(days=1)
    hall.people.clear()
    hall.T101.get(path(case))
    assert [who for who, _ in journalled(hall, "record_read")] == ["T101", "A101", "T101"]


def test_verification_holds_the_rows_against_the_journal(
    hall: Hall, case: Any, database: Database
) -> None:
    """Each column of each row, edited behind the triggers."""
    from_case = {"fields": ["id_no"], "case_no": case["case_no"]}
    hall.T101.post(f"{path(case)}/unmasking", from_case)
    hall.T101.get(path(case))

    application = hall.client.app.state  # type: ignore[attr-defined]

    def found() -> set[str]:
        with application.sessions.reading() as session:
            told = verification.verify_office(session, application.office)
            return {finding.row for finding in told}

    assert found() == set()
    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    for model in (Unmasking, PersonRead):
        table = table_of(model)
        with engine.begin() as opened:
            row = opened.execute(select(table)).mappings().one()
        key = next(iter(table.primary_key))
        for column in table.columns:
            if column.primary_key or column.name in ("account_id", "agency_code"):
                continue
            edited = other_values.another(column, row[column.name])
            with engine.begin() as opened:
                opened.execute(update(table).values({column: edited}))
            assert f"{table.name}#{row[key.name]}" in found(), column
            with engine.begin() as opened:
                opened.execute(update(table).values({column: row[column.name]}))
        with engine.begin() as opened:
            opened.execute(delete(table))
        assert f"{table.name}#{row[key.name]}" in found()
        with engine.begin() as opened:
            opened.execute(insert(table), [dict(row)])
    assert found() == set()
    engine.dispose()
