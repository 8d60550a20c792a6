"""Declared relatives (回避) through HTTP: their business is refused as one's own is; they stay unknown."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from database.clock import FixedClock
from engine.journal import JournalEntry
from tests import paying_office, qualified
from tests.people import Hall


def declared(hall: Hall, staff_no: str, id_no: str, **said: Any) -> Any:
    body = qualified.relative(id_no, **said)
    return getattr(hall, staff_no).post("/api/relatives", body, status=201)


def test_a_relatives_case_is_refused_at_every_step(hall: Hall, clock: FixedClock) -> None:
    body = hall.example("account_adjustment", 1, "county")
    number = hall.T101.accept(body)["case_no"]
    made = declared(hall, "R101", body["applicant"]["id_no"])
    assert made["status"] == "effective"

    refused = hall.R101.sign(number, status=403)

    assert refused["rule"] == "duties.relatives_case"
    named = {one["staff_no"] for place in refused["who_can"] for one in place["staff"]}
    assert named == {"R102"}
    assert hall.T101.case(number)["signable"]["possible"] is True
    declared(hall, "D101", body["applicant"]["id_no"], relation="sibling")
    stuck = hall.T101.case(number)["signable"]
    assert (stuck["possible"], stuck["step"]) == (False, "endorse")
    assert "D101" not in {one["staff_no"] for one in stuck["could"]}
    declared(hall, "T102", body["applicant"]["id_no"])
    assert hall.T102.accept(body, status=403)["rule"] == "duties.relatives_case"

    ended = hall.R101.post(f"/api/relatives/{made['declaration_id']}/end")

    assert ended["status"] == "effective"
    assert hall.R101.sign(number, status=403)["rule"] == "duties.relatives_case"
    clock.moment += timedelta(days=1)
    tomorrow = Hall(hall.client)
    tomorrow.R101.sign(number)
    assert tomorrow.A101.findings(number) == []
    again = tomorrow.R101.post(f"/api/relatives/{made['declaration_id']}/end", status=409)
    assert again["rule"] == "relative.already_ended"


def test_a_list_that_names_a_relative_is_refused(hall: Hall) -> None:
    body = hall.example("contribution_suspend", 3)
    declared(hall, "T101", body["form"]["rows"][0]["id_no"], relation="spouse")

    assert hall.T101.accept(body, status=403)["rule"] == "duties.relatives_case"
    hall.T102.accept(body)


def test_a_relatives_payment_is_released_by_a_colleague(hall: Hall) -> None:
    due = paying_office.owed(hall)
    body = hall.example("contribution_refund", 1, "county")
    declared(hall, "F101", body["applicant"]["id_no"])

    refused = hall.F101.post("/api/payables/releases", paying_office.named(due), status=403)

    assert refused["rule"] == "duties.relatives_case"


def test_who_sees_a_declaration_and_how(hall: Hall) -> None:
    id_no = hall.example("account_adjustment", 1, "county")["applicant"]["id_no"]
    declared(hall, "T101", id_no, relation="in_law")

    for reader in (hall.S101, hall.A101, hall.C001, hall.S000):
        (line,) = reader.get("/api/relatives")["items"]
        assert (line["staff_no"], line["relation"], line["name"]) == ("T101", "in_law", "李**")
        assert line["id_no"] == f"{id_no[:3]}{'*' * 11}{id_no[-4:]}"
    for other in (hall.T102, hall.Z101, hall.admin):
        assert other.get("/api/relatives", status=403)["rule"] == "post.missing"
    assert hall.A201.get("/api/relatives")["items"] == []
    assert hall.T102.get("/api/relatives/mine")["items"] == []
    (mine,) = hall.T101.get("/api/relatives/mine")["items"]
    assert mine["id_no"].count("*") == 11
    path = f"/api/relatives/{mine['declaration_id']}/end"
    assert hall.T102.post(path, status=404)["rule"] == "relative.not_found"
    with hall.client.app.state.sessions.reading() as session:  # type: ignore[attr-defined]
        told = session.execute(select(JournalEntry.detail)).scalars().all()
    assert id_no not in str(told)
    assert "in_law" not in str(told)


def test_what_is_no_declaration(hall: Hall) -> None:
    own = hall.T101.post("/api/relatives", qualified.relative("610099199003141025"), status=422)
    assert own["errors"][0]["rule"] == "relative.self"
    typed = qualified.relative("610099199003141026", to="2026-11-01")
    refused = hall.T101.post("/api/relatives", typed, status=422)
    assert [one["field"] for one in refused["errors"]] == ["id_no", "to"]
    id_no = "610099199105205114"
    declared(hall, "T101", id_no)
    twice = hall.T101.post("/api/relatives", qualified.relative(id_no), status=422)
    assert twice["errors"][0]["rule"] == "relative.known"
