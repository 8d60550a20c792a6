"""Grants through HTTP: effective in the very next request, revoked on every node, never to oneself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from database.clock import FixedClock
from engine.journal import JournalEntry
from tests.granting import granted
from tests.people import Hall, Person

TODAY = "2026-11-02"
SHAPE = {
    "grant_id", "case_no", "status", "staff_no", "post", "agency", "section", "process", "class",
    "act", "valid_from", "valid_to", "amount_limit_cents", "basis", "reason", "applied_by", "granted_by",
    "granted_at", "revoked_at", "revocation_reason",
}  # fmt: skip


def entry(**said: Any) -> dict[str, Any]:
    return {
        "post": "teller",
        "agency": "990101",
        "class": "limited",
        "act": "handle",
        "valid_from": TODAY,
        "basis": "陕社保发〔2016〕27号第十条",
        **said,
    }


def personal(staff_no: str, **said: Any) -> dict[str, Any]:
    body = entry(staff_no=staff_no, reason="借调期间", **said)
    del body["post"]
    return body


def without_grants(hall: Hall) -> None:
    """Revoke what the demo gave to the tellers of 990101."""
    for grant in hall.S101.get("/api/grants")["items"]:
        if grant["agency"] == "990101":
            hall.S101.post(f"/api/grants/{grant['grant_id']}/revocation", {"reason": "季度调整"})


def first_step(hall: Hall, teller: Person, nth: int = 0) -> str:
    """Whom a limited case waits for after this teller accepted it: `review` if he handled it himself."""
    case = teller.accept(hall.example("retirement_approval", 1, "county", nth=nth))
    return str(case["waiting"][0]["step"])


def test_a_grant_counts_in_the_very_next_request(hall: Hall) -> None:
    without_grants(hall)
    assert first_step(hall, hall.T101, 0) == "handle"

    applied = hall.S101.post("/api/grants", entry(), status=201)
    assert set(applied) == {"grant_id", "case_no", "status"}
    assert (applied["grant_id"], applied["status"]) == (None, "in_progress")
    hall.C001.sign(applied["case_no"])
    assert first_step(hall, hall.T103, 0) == "handle"

    hall.H001.sign(applied["case_no"])
    entered = hall.S101.get("/api/grants")["items"][0]

    assert (entered["case_no"], entered["status"]) == (applied["case_no"], "effective")
    assert (entered["applied_by"], entered["granted_by"]) == ("S101", "H001")
    for reader in (hall.A101, hall.A000):
        assert reader.findings(applied["case_no"]) == []
    assert first_step(hall, hall.T101, 1) == "review"
    assert first_step(hall, hall.T102, 2) == "review"
    revoked = hall.S101.post(f"/api/grants/{entered['grant_id']}/revocation", {"reason": "错发"})
    assert revoked["status"] == "revoked"
    assert first_step(hall, hall.T101, 3) == "handle"
    again = hall.S101.post(
        f"/api/grants/{entered['grant_id']}/revocation", {"reason": "错发"}, status=409
    )
    assert again["rule"] == "grant.already_revoked"


def test_a_revocation_counts_at_once_on_another_node(
    hall: Hall, start_office: Callable[[], TestClient]
) -> None:
    elsewhere = Hall(start_office())
    assert first_step(elsewhere, elsewhere.T101, 0) == "review"

    without_grants(hall)

    assert first_step(elsewhere, elsewhere.T101, 1) == "handle"
    granted(elsewhere, entry())
    assert first_step(hall, hall.T101, 2) == "review"


def test_a_revoked_grant_signs_no_waiting_case(hall: Hall) -> None:
    """Accepted while it held, returned, and corrected when it no longer does: the back office handles."""
    number = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    hall.R101.sign(number, "return", reasons=["other"])
    without_grants(hall)

    case = hall.T101.post(f"/api/cases/{number}/correction", {})

    assert [(w["step"], w["post"]) for w in case["waiting"]] == [("handle", "handler")]
    assert hall.B101.sign(number)["status"] == "in_progress"
    assert hall.A101.findings(number) == []


def test_a_personal_grant_is_one_persons(hall: Hall) -> None:
    without_grants(hall)

    granted(hall, personal("T102"))

    assert first_step(hall, hall.T102, 0) == "review"
    assert first_step(hall, hall.T101, 1) == "handle"


def test_a_claim_stands_as_long_as_the_right_to_sign(hall: Hall) -> None:
    """A teller holds the back office's task by a grant, as a handler by his post; it ends with the grant."""
    without_grants(hall)
    number = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    task = hall.B101.case(number)["waiting"][0]["task_id"]
    granted(hall, personal("T101"))
    given = granted(hall, personal("T102"))
    hall.T102.post(f"/api/tasks/{task}/claim")

    held = hall.T101.post(f"/api/tasks/{task}/claim", status=409)
    assert held["rule"] == "task.claimed"
    hall.S101.post(f"/api/grants/{given['grant_id']}/revocation", {"reason": "借调结束"})

    assert hall.T101.sign(number)["status"] == "in_progress"
    assert hall.A101.findings(number) == []


def test_a_grant_for_one_process_covers_no_other(hall: Hall) -> None:
    without_grants(hall)
    body = entry(process="account_adjustment")
    del body["class"]

    granted(hall, body)

    assert first_step(hall, hall.T101) == "handle"
    case = hall.T101.accept(hall.example("account_adjustment", 1, "county"))
    assert [w["step"] for w in case["waiting"]] == ["review"]


def test_a_limit_lengthens_nothing_above_it(hall: Hall) -> None:
    without_grants(hall)
    granted(hall, entry(amount_limit_cents=10_000))

    above = hall.T101.accept(hall.example("account_adjustment", 1, "county", nth=0))
    below = hall.T101.accept(hall.example("account_adjustment", 1, "county", nth=1))

    assert [w["step"] for w in above["waiting"]] == ["handle"]
    assert [w["step"] for w in below["waiting"]] == ["review"]


@pytest.mark.slow
def test_a_grant_begins_and_ends_on_its_days(hall: Hall, clock: FixedClock) -> None:
    without_grants(hall)
    later = granted(hall, entry(valid_from="2026-11-03", valid_to="2026-11-03"))
    assert later["status"] == "pending"
    assert first_step(hall, hall.T101, 0) == "handle"

    clock.moment += timedelta(days=1)
    tomorrow = Hall(hall.client)
    assert first_step(tomorrow, tomorrow.T101, 1) == "review"

    clock.moment += timedelta(days=1)
    after = Hall(hall.client)
    assert first_step(after, after.T101, 2) == "handle"
    assert after.S101.get("/api/grants")["items"][0]["status"] == "expired"


def test_nobody_grants_to_himself(hall: Hall) -> None:
    refused = hall.S101.post("/api/grants", personal("S101"), status=403)

    assert refused["rule"] == "grant.to_self"
    named = {staff["staff_no"] for who in refused["who_can"] for staff in who["staff"]}
    assert "S000" in named
    assert "S101" not in named


def test_who_may_grant(hall: Hall) -> None:
    for person in (hall.T101, hall.Z101, hall.A101):
        refused = person.post("/api/grants", entry(), status=403)
        assert refused["rule"]
        assert "S101" in str(refused["who_can"])
    denied = [
        row["detail"]
        for row in _stream(hall, "990101")
        if row["action"] == "denied" and row["detail"]["act"] == "POST /api/grants"
    ]
    assert len(denied) == 3


def _stream(hall: Hall, agency: str) -> list[dict[str, Any]]:
    """An agency's own journal, as its rows stand."""
    sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    with sessions.reading() as session:
        found = session.execute(
            select(JournalEntry).where(JournalEntry.stream == agency).order_by(JournalEntry.seq)
        ).scalars()
        return [{"action": row.action, "detail": row.detail} for row in found]


def test_another_agency_looks_like_none(hall: Hall) -> None:
    for agency in ("990102", "990100", "999999"):
        hall.S101.post("/api/grants", entry(agency=agency), status=404)
    other = granted(hall, entry(agency="990102"), by="S000")["grant_id"]

    hall.S101.post(f"/api/grants/{other}/revocation", {"reason": "错发"}, status=404)
    hall.S101.post("/api/grants/999999/revocation", {"reason": "错发"}, status=404)
    hall.S101.post("/api/grants/abc/revocation", {"reason": "错发"}, status=404)
    assert other not in [row["grant_id"] for row in hall.S101.get("/api/grants")["items"]]
    assert other in [row["grant_id"] for row in hall.S000.get("/api/grants")["items"]]


def test_every_wrong_field_at_once(hall: Hall) -> None:
    body = {"post": "teller", "agency": "990101", "valid_from": "2. November", "more": 1}
    refused = hall.S101.post("/api/grants", body, status=422)
    assert {"valid_from", "basis", "more"} <= {error["field"] for error in refused["errors"]}

    body = entry(staff_no="T101", valid_to="2026-11-01", act="conclude", section="待遇科")
    refused = hall.S101.post("/api/grants", body, status=422)
    assert {"post", "act", "section", "valid_to"} <= {e["field"] for e in refused["errors"]}


def test_instant_business_is_no_matter_of_grants(hall: Hall) -> None:
    """It comes with the post, for all tellers alike; a county sets limited grants only."""
    for holder in ({"post": "teller"}, {"staff_no": "T101", "post": None, "reason": "试点"}):
        body = {**entry(**holder), "class": "instant"}
        refused = hall.S101.post("/api/grants", body, status=422)
        assert ("class", "grant.instant") in {(e["field"], e["rule"]) for e in refused["errors"]}


def test_the_register_is_readable(hall: Hall) -> None:
    number = granted(hall, personal("T103"))["grant_id"]
    hall.S101.post(f"/api/grants/{number}/revocation", {"reason": "借调结束"})

    page = hall.S101.get("/api/grants")

    assert set(page) == {"items", "next_cursor"}
    newest = page["items"][0]
    assert set(newest) == SHAPE
    said = {name: newest[name] for name in ("grant_id", "staff_no", "status", "granted_by")}
    assert said == {
        "grant_id": number,
        "staff_no": "T103",
        "status": "revoked",
        "granted_by": "H001",
    }
    assert newest["revocation_reason"] == "借调结束"
    assert [row["grant_id"] for row in page["items"]] == sorted(
        (row["grant_id"] for row in page["items"]), reverse=True
    )
    assert {row["agency"] for row in page["items"]} == {"990101"}
    actions = [row["action"] for row in _stream(hall, "990101")]
    assert actions[-3:].count("granted") + actions[-3:].count("grant_revoked") == 2
