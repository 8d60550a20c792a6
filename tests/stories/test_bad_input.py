"""Bad input: each refusal says what is wrong and what to do, and nothing is half-written."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.settings import Settings
from database.clock import FixedClock
from engine.journal import JournalEntry
from engine.record import Case, CaseContent, Task
from engine.signoffs import SignOff
from tests.impossible_numbers import IMPOSSIBLE
from tests.people import Hall


def rows(hall: Hall) -> dict[str, int]:
    """How much is written: everything but the journal of denied attempts."""
    sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    with sessions.reading() as session:
        counted = {
            model.__tablename__: session.execute(
                select(func.count()).select_from(model)
            ).scalar_one()
            for model in (Case, CaseContent, SignOff, Task)
        }
        counted["journal"] = session.execute(
            select(func.count()).select_from(JournalEntry).where(JournalEntry.action != "denied")
        ).scalar_one()
    return counted


def fields(refused: dict[str, Any]) -> list[str]:
    return [error["field"] for error in refused["errors"]]


def test_an_unknown_process(hall: Hall) -> None:
    body = {**hall.example("enrollment_certificate", 3), "process": "nothing_of_ours"}
    refused = hall.T101.accept(body, status=404)
    assert refused["rule"] == "process.unknown"


@pytest.mark.parametrize(("number", "rule"), IMPOSSIBLE)
def test_an_impossible_id_number(hall: Hall, number: str, rule: str) -> None:
    body = hall.example("enrollment_certificate", 3)
    hall.T101.get("/api/tasks")
    before = rows(hall)
    body["applicant"] = {**body["applicant"], "id_no": number}

    refused = hall.T101.accept(body, status=422)

    assert fields(refused) == ["applicant.id_no"]
    assert refused["errors"][0]["rule"] == rule
    assert rows(hall) == before


def test_every_wrong_field_at_once(hall: Hall) -> None:
    body = hall.example("payment_account_change", 2)
    body["applicant"] = {**body["applicant"], "id_no": "1", "kind": "employer"}
    body["form"] = {"bank_name": "x", "bank_account": "12ab", "colour": "red"}
    body["materials"] = [{"code": "id_card"}, {"code": "id_card"}, {"code": "passport"}]

    refused = hall.T101.accept(body, status=422)

    assert set(fields(refused)) == {
        "applicant.kind",
        "applicant.id_no",
        "form.bank_name",
        "form.bank_account",
        "form.holder",
        "form.colour",
        "materials.1.code",
        "materials.2.code",
    }
    assert all(error["message"] and error["rule"] for error in refused["errors"])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"amount_cents": True}, "form.amount_cents"),
        ({"amount_cents": "128000"}, "form.amount_cents"),
        ({"amount_cents": 1.5}, "form.amount_cents"),
        ({"amount_cents": -1}, "form.amount_cents"),
        ({"direction": "sideways"}, "form.direction"),
    ],
)
def test_a_wrong_type_is_not_guessed_at(hall: Hall, changed: dict[str, Any], field: str) -> None:
    body = hall.example("account_adjustment", 1, "county")
    body["form"] = {**body["form"], **changed}
    assert fields(hall.T101.accept(body, status=422)) == [field]


@pytest.mark.parametrize(
    "content",
    [
        b'{"process": NaN}',
        b'{"process": "a", "process": "b"}',
        b'{"process": ' + b"[" * 200 + b"]" * 200 + b"}",
        b'{"process": "a',
        b'{"process": "\xff"}',
        b'{"process": "\\ud800"}',
        b'{"process": 99999999999999999999}',
    ],
)
def test_json_that_could_be_read_two_ways_is_not_read(hall: Hall, content: bytes) -> None:
    headers = {
        **hall.T101.headers,
        "Idempotency-Key": "k",
        "Content-Type": "application/json",
    }
    refused = hall.client.post("/api/cases", content=content, headers=headers)
    assert refused.status_code in (400, 422)
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_body_without_end_is_cut_off(hall: Hall) -> None:
    headers = {
        **hall.T101.headers,
        "Idempotency-Key": "k",
        "Content-Type": "application/json",
    }
    refused = hall.client.post("/api/cases", content=b" " * (2 * 1024**2), headers=headers)
    assert refused.status_code == 413


def test_a_key_is_needed(hall: Hall) -> None:
    body = hall.example("enrollment_certificate", 3)
    refused = hall.client.post("/api/cases", json=body, headers=hall.T101.headers)
    assert refused.json()["rule"] == "idempotency.key_missing"


def test_a_gate_makes_no_case(hall: Hall) -> None:
    person = next(p for p in hall.demo["persons"] if p["name"] == "冯德才")
    body = hall.example("retirement_approval", 1, "county")
    body["applicant"] = {"kind": "person", "id_no": person["id_no"], "name": person["name"]}
    body["form"] = {"kind": "NORMAL", "post_kind": "M", "retire_month": 202610}
    hall.T101.get("/api/tasks")
    before = rows(hall)

    refused = hall.T101.accept(body, status=422)

    assert refused["rule"] == "retirement.months_short"
    assert "60" in refused["detail"]
    assert rows(hall) == before


def test_another_agencys_people_and_cases_are_nobody_and_nothing(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    task = hall.R101.case(number)["waiting"][0]["task_id"]
    foreign = hall.R201.get(f"/api/cases/{number}", 404)
    nothing = hall.R201.get("/api/cases/9901020000000000000000", 404)
    assert {**foreign, "request_id": ""} == {**nothing, "request_id": ""}
    seen = {"decision": "approve", "seen": "0" * 64}
    assert hall.R201.post(f"/api/tasks/{task}/sign", seen, status=404)["rule"] == "task.not_found"
    body = hall.example("payment_account_change", 2)
    refused = hall.T201.accept(body, status=422)
    assert refused["rule"] == "applicant.not_registered"
    found = hall.T101.post("/api/register/search", {"id_no": body["applicant"]["id_no"]})
    hall.T201.post("/api/register/search", {"id_no": body["applicant"]["id_no"]}, status=404)
    hall.T201.get(f"/api/register/persons/{found['person_id']}", 404)
    assert hall.T201.get("/api/cases")["items"] == []


def test_a_stale_picture_is_not_signed(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    stale = hall.D101.case(number)["seen"]
    hall.R101.sign(number)

    assert hall.D101.sign(number, seen=stale, status=409)["rule"] == "case.changed"
    assert hall.D101.sign(number)["waiting"][0]["step"] == "conclude"


def test_a_late_entry_says_why(hall: Hall) -> None:
    body = {**hall.example("enrollment_certificate", 3), "received_at": "2026-10-30T09:00:00+08:00"}
    assert fields(hall.T101.accept(body, status=422)) == ["late_entry"]
    future = {**body, "received_at": "2027-01-01T09:00:00+08:00"}
    assert fields(hall.T101.accept(future, status=422)) == ["received_at"]
    naive = {**body, "received_at": "2026-10-30T09:00:00"}
    assert fields(hall.T101.accept(naive, status=422)) == ["received_at"]

    case = hall.T101.accept({**body, "late_entry": {"reason": "停电", "paper_no": "P-0001"}})

    assert case["received_at"] == "2026-10-30T01:00:00.000000Z"
    assert case["late_entry"]["paper_no"] == "P-0001"


def test_a_year_without_calendar_stops_the_count(hall: Hall, clock: FixedClock) -> None:
    hall.T101.get("/api/tasks")
    clock.moment = datetime(2027, 12, 20, 2, tzinfo=UTC)
    hall.people.clear()
    body = hall.example("account_adjustment", 1, "county")
    before = rows(hall)

    refused = hall.T101.accept(body, status=503)

    assert refused["rule"] == "calendar.year_missing"
    assert "writes 2028.yaml" in refused["detail"]
    assert {**rows(hall), "journal": 0} == {**before, "journal": 0}


def test_a_year_is_loaded_from_the_offices_own_folder(
    hall: Hall, clock: FixedClock, settings: Settings, start_office: Callable[[], TestClient]
) -> None:
    clock.moment = datetime(2027, 12, 20, 2, tzinfo=UTC)
    place = settings.data_dir / "calendars" / "2028.yaml"
    place.parent.mkdir()
    place.write_text(
        "year: 2028\nverified: true\nsource: 通知\nholidays: [2028-01-01]\nmake_up_days: []\n"
    )
    body = hall.example("account_adjustment", 1, "county")

    case = Hall(start_office()).T101.accept(body)

    assert case["due_on"].startswith("2028-01")
