"""Late entry (补录): numbered paper reserved in advance, entered afterwards, once, with the true day."""

import io
from datetime import timedelta
from typing import Any

import pypdf
from sqlalchemy import update

from database import connection
from database.clock import FixedClock
from engine.record import Case
from oversight import verification
from tests import book
from tests.databases import Database
from tests.paper_office import BLOCKS, RECEIVED, VOIDS, late, reserved
from tests.people import Hall


def rules(refused: dict[str, Any]) -> list[tuple[str, str]]:
    return [(error["field"], error["rule"]) for error in refused["errors"]]


def test_a_day_without_power(hall: Hall, clock: FixedClock, database: Database) -> None:
    """Paper is filled in on Monday and entered on Tuesday: its time runs from Monday, and it counts once."""
    first, second, third = reserved(hall)
    (block,) = hall.T101.get(BLOCKS)["items"]
    assert (block["first"], block["last"], block["out"]) == (first, third, 3)
    printed = hall.client.get(f"{BLOCKS}/{block['block_id']}/forms", headers=hall.T101.headers)
    pages = pypdf.PdfReader(io.BytesIO(printed.content)).pages
    assert [
        number in page.extract_text()
        for number, page in zip((first, second, third), pages, strict=True)
    ] == [True] * 3
    clock.moment += timedelta(days=1)
    office = Hall(hall.client)
    body = office.example("retirement_approval", 1, "county") | {"received_at": RECEIVED}
    on_time = office.T101.accept(office.example("retirement_approval", 1, "county"))
    office.T101.post(f"/api/cases/{on_time['case_no']}/withdrawal", {"reason": "改日"})

    bare = {"late_entry": {"reason": "停电", "paper_no": first}}
    refused = office.T101.accept(body | bare, status=422)
    assert rules(refused) == [
        ("late_entry.code", "late_entry.code"),
        ("late_entry.images", "late_entry.images"),
    ]
    said = body | {"late_entry": late(office, first)}
    case = office.T101.accept(said)

    assert case["received_at"] == "2026-11-02T03:00:00.000000Z"
    assert case["due_on"] < on_time["due_on"]
    assert case["late_entry"]["images"] == said["late_entry"]["images"]
    again = office.T101.accept(said, status=409)
    assert (again["rule"], again["used_by"]) == ("late_entry.used", case["case_no"])
    twice = office.T102.accept(body | {"late_entry": late(office, second)}, status=409)
    assert (twice["rule"], twice["same_as"]) == ("late_entry.twice", case["case_no"])
    office.S101.post(VOIDS, {"paper_no": second, "reason": "已由同事补录"}, status=201)
    spoiled = office.T101.accept(body | {"late_entry": late(office, second)}, status=422)
    assert rules(spoiled) == [("late_entry.paper_no", "late_entry.void")]
    numbers = office.S101.get(f"{BLOCKS}/{block['block_id']}")["numbers"]
    assert [line["state"] for line in numbers] == ["used", "void", "out"]
    assert office.A101.findings(case["case_no"]) == []

    state = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.reading() as session:
        assert list(verification.verify_office(session, state.office)) == []
    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    with engine.begin() as opened:
        opened.execute(update(Case).values(paper_no=third))
    engine.dispose()
    with state.sessions.reading() as session:
        found = {finding.rule for finding in verification.verify_office(session, state.office)}
    assert found == {"late_entry.paper"}


def test_numbers_that_are_nobodys_or_anothers(hall: Hall) -> None:
    (number,) = reserved(hall, 1)
    body = hall.example("enrollment_certificate", 3)
    mistyped = number[:-1] + str((int(number[-1]) + 1) % 10)
    for wrong in (mistyped, "990102" + number[6:]):
        refused = hall.T101.accept(body | {"late_entry": late(hall, wrong)}, status=422)
        assert ("late_entry.paper_no", "late_entry.not_reserved") in rules(refused)
    before = body | {"received_at": "2026-10-30T09:00:00+08:00", "late_entry": late(hall, number)}
    assert rules(hall.T101.accept(before, status=422)) == [
        ("received_at", "late_entry.reserved_later")
    ]
    missing = hall.S101.post(VOIDS, {"paper_no": mistyped, "reason": "污损"}, status=404)
    assert missing["rule"] == "paper.not_reserved"
    hall.S101.post(VOIDS, {"paper_no": number, "reason": "污损"}, status=201)
    spent = hall.S101.post(VOIDS, {"paper_no": number, "reason": "污损"}, status=409)
    assert spent["rule"] == "paper.spent"
    assert hall.T101.post(BLOCKS, {}, status=403)["rule"] == "post.missing"
    assert hall.T201.get(f"{BLOCKS}/1", 404)["rule"] == "paper.block_not_found"


def test_paper_of_another_make_needs_a_reason_and_counts_once(hall: Hall) -> None:
    """As the interface always had it; and the same paper twice for one client is found."""
    old = {
        "received_at": "2026-10-30T09:00:00+08:00",
        "late_entry": {"reason": "停电", "paper_no": "P-1"},
    }
    body = hall.example("enrollment_certificate", 3) | old
    first = hall.T101.accept(body)
    assert (first["status"], first["late_entry"]["paper_no"]) == ("completed", "P-1")
    assert hall.T101.accept(body, status=409)["rule"] == "late_entry.used"
    other = hall.example("person_info_change_general", 3) | old
    assert hall.T101.accept(other)["status"] == "completed"
    assert hall.A101.findings(first["case_no"]) == []
