"""Windows (窗口): opened by who is trained, one person at each, and what is done at them is counted."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, insert, select, update
from sqlalchemy.exc import IntegrityError

from database import connection
from database.clock import FixedClock
from database.connection import Sessions
from database.declarative import Base, table_of
from engine.record import Case
from engine.windows.window_record import (
    OpenWindow,
    Window,
    WindowEnd,
    WindowEvent,
    WindowTurn,
)
from jobs import windows
from oversight import verification
from tests import book, papers, windowed
from tests.databases import Database
from tests.jobs_office import JobsOffice
from tests.people import Hall, Person
from tests.windowed import ENDING, LEDGER, PAUSE, WINDOWS, entry, listed, opened, path

EDITS: dict[type[Base], dict[str, Any]] = {
    Window: {"purpose": "accessible"},
    WindowEnd: {"ended_by": 1},
    WindowEvent: {"reason": "另一个"},
    WindowTurn: {"account_id": 1},
}
INSTANT = ("payment_account_change", 2, None)


def ledger(hall: Hall) -> dict[str, tuple[int, ...]]:
    """The county's ledger of today: the four counts by the number of the window, "" for none."""
    found = hall.S101.get(LEDGER)["items"]
    counts = ("served", "accepted", "materials", "scans")
    return {
        line["window"]["number"] if line["window"] else "": tuple(line[what] for what in counts)
        for line in found
    }


def refusal(person: Person, number: str, act: str, status: int, body: Any = None) -> Any:
    answer = person.post(path(person, number, act), body, status=status)
    return answer["rule"], [one["staff_no"] for who in answer["who_can"] for one in who["staff"]]


def test_a_window_is_opened_paused_and_closed_by_one_person_at_a_time(hall: Hall) -> None:
    first = hall.T101.accept(hall.example(*INSTANT))["case_no"]
    shown = opened(hall.T101, "1")
    assert (shown["state"], shown["staff"]["staff_no"], shown["reason"]) == ("open", "T101", None)
    assert refusal(hall.T101, "1", "opening", 409)[0] == "window.yours"
    assert refusal(hall.T101, "2", "opening", 409)[0] == "window.yours"
    assert refusal(hall.T102, "1", "opening", 409) == ("window.taken", ["T101"])
    assert refusal(hall.T102, "4", "opening", 409)[0] == "window.kiosk"
    assert refusal(hall.T102, "2", "closing", 409)[0] == "window.not_open"
    assert refusal(hall.T102, "1", "closing", 403) == ("window.another", ["T101"])
    assert refusal(hall.T102, "1", "pause", 403, PAUSE) == ("window.another", ["T101"])
    theirs = listed(hall.T201)["1"]["window_id"]
    foreign = hall.T101.post(f"{WINDOWS}/{theirs}/opening", status=404)
    assert foreign["rule"] == "window.not_found"

    second = hall.T101.accept(hall.example(*INSTANT, nth=1))["case_no"]
    shown = hall.T101.post(path(hall.T101, "1", "pause"), PAUSE)
    assert (shown["state"], shown["reason"]) == ("paused", PAUSE["reason"])
    assert refusal(hall.T101, "1", "pause", 409, PAUSE)[0] == "window.paused"
    assert hall.T101.post(path(hall.T101, "1", "resumption"))["state"] == "open"
    assert refusal(hall.T101, "1", "resumption", 409)[0] == "window.not_paused"
    assert refusal(hall.S101, "1", "end", 409, ENDING) == ("window.taken", ["T101"])
    # A supervisor closes what somebody left open; then another sits there.
    assert hall.S101.post(path(hall.S101, "1", "closing"))["state"] == "closed"
    opened(hall.T102, "1")
    hall.T102.accept(hall.example("enrollment_certificate", 3))

    # Each case says its window, or none, and its journal with it.
    told = {no: hall.A101.history(no)["journal"][0]["detail"] for no in (first, second)}
    assert "window_id" not in told[first]
    assert told[second]["window_id"] == listed(hall.T101)["1"]["window_id"]
    assert hall.A101.findings(second) == []


def test_who_lacks_a_training_opens_none(hall: Hall) -> None:
    record = next(
        one
        for one in hall.S101.get("/api/qualifications")["items"]
        if (one["staff_no"], one["subject"]) == ("T101", "courtesy")
    )
    said = {"reason": "登记有误"}
    hall.S101.post(f"/api/qualifications/{record['record_id']}/striking-out", said)
    answer = hall.T101.post(path(hall.T101, "1", "opening"), status=403)
    assert answer["rule"] == "qualification.missing"
    assert "T102" in [one["staff_no"] for who in answer["who_can"] for one in who["staff"]]
    # Nor does one who is no teller.
    answer = hall.R101.post(f"{WINDOWS}/{listed(hall.S101)['1']['window_id']}/opening", status=403)
    assert answer["rule"] == "post.missing"


def test_the_register_is_entered_and_ended_by_who_keeps_the_staff(hall: Hall) -> None:
    refused = hall.T101.post(WINDOWS, entry(), status=403)
    assert (refused["rule"], refused["who_can"][0]["post"]) == ("post.missing", "supervisor")
    wrong = [
        hall.S101.post(WINDOWS, entry("1"), status=422),
        hall.S101.post(WINDOWS, entry(to="2026-11-01"), status=422),
        hall.S101.post(WINDOWS, entry(agency="990102"), status=404),
    ]
    assert [one["rule"] for one in wrong] == [
        "window.invalid",
        "window.invalid",
        "agency.not_found",
    ]
    assert [one["errors"][0]["rule"] for one in wrong[:2]] == ["window.number", "window.dates"]
    made = hall.S101.post(
        WINDOWS, entry(**{"from": "2026-11-03", "purpose": "accessible"}), status=201
    )
    assert (made["state"], made["purpose_zh"]) == ("closed", "无障碍")
    # It doesn't stand before its first day.
    assert refusal(hall.T101, "9", "opening", 409)[0] == "window.over"
    over = f"{WINDOWS}/{made['window_id']}/end"
    hall.S101.post(over, ENDING)
    assert hall.S101.post(over, ENDING, status=409)["rule"] == "window.over"
    assert "9" not in listed(hall.S101)
    assert [one["number"] for one in hall.S101.get(WINDOWS)["over"]] == ["9"]
    # The number is free again; the province above keeps it too.
    assert hall.S000.post(WINDOWS, entry(agency="990101"), status=201)["agency"] == "990101"


def test_board_and_ledger_count_by_window(hall: Hall) -> None:
    body = hall.example(*INSTANT)
    hall.T103.accept(body)
    opened(hall.T101, "1")
    scan = papers.scan(hall.T101, b"%PDF-1.7 window")
    materials = [{**one, "copies": 2} for one in body["materials"]]
    materials[0]["file"] = scan
    hall.T101.accept({**hall.example(*INSTANT, nth=1), "materials": materials})
    hall.T101.post("/api/window-refusals", papers.refusal(hall), status=201)
    hall.T101.post(path(hall.T101, "1", "closing"))
    opened(hall.T102, "1")
    hall.T102.accept(hall.example("enrollment_certificate", 3))
    hall.T102.post(path(hall.T102, "1", "pause"), PAUSE)

    certificate = len(hall.example("enrollment_certificate", 3)["materials"])
    lines = ledger(hall)
    given = len(materials)
    assert lines["1"] == (3, 2, 2 * given + certificate, 2)
    assert (lines["2"], lines[""]) == ((0, 0, 0, 0), (1, 1, given, 0))
    found = hall.S101.get(LEDGER)
    assert found["items"][0]["tellers"] == ["T101", "T102"]
    assert found["total"]["served"] == 4
    assert hall.D101.get(LEDGER, 403)["rule"] == "post.missing"

    seen = hall.S101.get("/api/board")
    standing = {one["number"]: one for one in seen["standing"]}
    assert [one["state"] for one in standing.values()] == [
        "paused",
        "closed",
        "closed",
        "unstaffed",
    ]
    assert standing["1"]["staff"]["staff_no"] == "T102"
    by = {
        (line["window_id"], line["staff"]["staff_no"], line["risk_level"]): line["accepted"]
        for line in seen["windows"]
    }
    at = standing["1"]["window_id"]
    assert by == {
        (None, "T103", 2): 1,
        (at, "T101", 2): 1,
        (None, "T101", None): 0,
        (at, "T102", 3): 1,
    }
    # Without names the board tells of no window.
    assert hall.D101.get("/api/board")["standing"] == []
    assert {line["window_id"] for line in hall.D101.get("/api/board")["windows"]} == {None}


def test_a_window_closes_by_itself(hall: Hall, clock: FixedClock) -> None:
    """With the session of who sits there, when his session is over, and when the day is."""
    sessions: Sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    jobs = JobsOffice(hall, clock)
    node = jobs.node(windows.job())

    def sweep() -> Any:
        jobs.pass_time(minutes=6)
        assert node.tick() == [windows.NAME]
        return jobs.result(windows.NAME)["closed"]

    elsewhere = Person(hall.client, "T101")
    opened(hall.T101, "1")
    opened(hall.T102, "2")
    hall.client.delete("/api/session", headers=elsewhere.headers)
    assert (listed(hall.T102)["1"]["state"], sweep()) == ("open", 0)
    hall.client.delete("/api/session", headers=hall.people.pop("T101").headers)
    assert listed(hall.T102)["1"]["state"] == "closed"
    # Nobody has seen this one for two hours.
    clock.moment += timedelta(hours=2)
    assert sweep() == 1
    hall.people.clear()
    opened(hall.T102, "2")
    clock.moment += timedelta(days=1)
    hall.people.clear()
    # It is over on the next morning, whether or not anybody looked.
    assert listed(hall.T102)["2"]["state"] == "closed"
    opened(hall.T103, "2")
    assert sweep() == 0
    with sessions.reading() as session:
        asked = select(WindowEvent.cause).order_by(WindowEvent.turn_id)
        causes = list(session.execute(asked).scalars())
        office = hall.client.app.state.rules.office  # type: ignore[attr-defined]
        assert list(verification.verify_office(session, office)) == []
    assert causes == ["signed_out", "no_session", "day_over"]


def test_verification_finds_every_edit(hall: Hall, database: Database) -> None:
    """Each table edited by hand, a seat taken away, and a case moved to another window."""
    windowed.leave_rows(hall)
    number = hall.T102.accept(hall.example("enrollment_certificate", 3))["case_no"]
    state = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.reading() as session:
        assert list(verification.verify_office(session, state.rules.office)) == []
    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    with engine.begin() as by_hand:
        for model, altered in EDITS.items():
            by_hand.execute(update(model).values(altered))
        by_hand.execute(update(Case).where(Case.case_no == number).values(window_id=None))
        by_hand.execute(delete(OpenWindow))
    engine.dispose()

    with state.sessions.reading() as session:
        found = list(verification.verify_office(session, state.rules.office))
    rules = {finding.rule for finding in found}
    assert rules == {"office.altered", "case.window_id", "window.sits"}
    tables = {one.row.partition("#")[0] for one in found if one.rule == "office.altered"}
    assert tables == {model.__tablename__ for model in EDITS}


def test_the_database_lets_nobody_sit_at_two_windows_nor_two_at_one(
    hall: Hall, database: Database
) -> None:
    opened(hall.T101, "1")
    engine = connection.connect(database.wide_url)
    table = table_of(OpenWindow)
    with engine.connect() as by_hand:
        (row,) = by_hand.execute(select(table)).mappings().all()
        for other in ({"window_id": row["window_id"] + 1}, {"person_id": 1, "account_id": 1}):
            moved = {**row, "turn_id": row["turn_id"] + 1, **other}
            with pytest.raises(IntegrityError), by_hand.begin_nested():
                by_hand.execute(insert(table), [moved])
    engine.dispose()


def test_an_acceptance_asks_nothing_for_its_window(hall: Hall) -> None:
    """What was read once is known until somebody opens or closes one (decision 0054)."""
    body = hall.example("enrollment_certificate", 3)
    asked: list[str] = []

    def note(*said: Any) -> None:
        asked.append(said[2])

    engine = hall.client.app.state.sessions.engine  # type: ignore[attr-defined]
    event.listen(engine, "before_cursor_execute", note)
    counts = []
    for number in (None, "1"):
        if number:
            opened(hall.T101, number)
        hall.T101.accept(body)
        asked.clear()
        hall.T101.accept(body)
        counts.append(len(asked))
        assert [one for one in asked if OpenWindow.__tablename__ in one] == []
    event.remove(engine, "before_cursor_execute", note)
    assert counts[0] == counts[1]
