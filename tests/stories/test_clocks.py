"""Two clocks through a case: stopped on a cited basis, given longer, warned of, overdue, counted again."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from database.clock import FixedClock
from engine.record import Case
from engine.timing import clock_board, clock_warnings, workdays
from engine.timing.clock_warnings import ClockWarning
from engine.timing.workdays import Year
from jobs import clocks
from jobs.job import Turn
from tests import evidence_file
from tests.clock_commands import EXTENSION, SIGNED, STOP
from tests.people import Hall

MINE = ("account_adjustment", 1, "county")


def state(hall: Hall) -> Any:
    return hall.client.app.state  # type: ignore[attr-defined]


def move(hall: Hall, clock: FixedClock, day: int) -> None:
    """It is ten in the morning of that day of November: everybody has to sign in anew."""
    clock.moment = datetime(2026, 11, day, 2, tzinfo=UTC)
    hall.people.clear()


def night(hall: Hall) -> Any:
    """What the job of the night says."""
    found = state(hall)
    turn = Turn(found.office, found.sessions, None, {}, lambda: False, lambda: None)
    return clocks.run(turn).result


def warnings(hall: Hall, case_no: str) -> list[tuple[str, str, str, str]]:
    with state(hall).sessions.reading() as session:
        case_id = session.query(Case.case_id).filter_by(case_no=case_no).scalar()
        found = clock_warnings.of(session, case_id)
        return [(one.clock, one.stage, one.due_on.isoformat(), one.post) for one in found]


def rules(refused: Any) -> set[str]:
    return {error["rule"] for error in refused["errors"]}


@pytest.mark.slow
def test_a_case_is_stopped_goes_on_is_given_longer_and_runs_out(
    hall: Hall, clock: FixedClock, tmp_path: Path
) -> None:
    case = hall.T101.accept(hall.example(*MINE))
    number, path = case["case_no"], f"/api/cases/{case['case_no']}"
    assert (case["due_on"], case["deadline"]["clock"]) == ("2026-11-16", "promised")
    line = next(one for one in hall.R101.get("/api/tasks")["items"] if one["case_no"] == number)
    assert (line["clock"]["light"], line["step_due_on"]) == ("green", "2026-11-04")

    # Who works on it orders no stop; the office's own fault is no reason; the law's basis is cited.
    hall.R101.post(path + "/clock-stop", STOP, status=403)
    own_fault = {"reason": "scan_illegible", "basis": "扫描仪故障"}
    refused = hall.D101.post(path + "/clock-stop", own_fault, status=422)
    assert rules(refused) == {"clock.own_fault"}
    unknown = hall.D101.post(path + "/clock-stop", {**STOP, "reason": "busy"}, status=422)
    assert rules(unknown) == {"clock.reason"}
    move(hall, clock, 4)
    stopped = hall.D101.post(path + "/clock-stop", STOP)
    (stop,) = stopped["deadline"]["stops"]
    assert (stop["by"], stop["basis"], stop["ended_at"]) == ("D101", STOP["basis"], None)
    assert hall.D101.post(path + "/clock-stop", STOP, status=409)["rule"] == "clock.stopped"
    line = next(one for one in hall.R101.get("/api/tasks")["items"] if one["case_no"] == number)
    assert line["clock"]["light"] == "stopped"

    move(hall, clock, 9)
    going_on = hall.D101.post(path + "/clock-resumption", SIGNED)
    assert going_on["due_on"] == "2026-11-19"
    assert going_on["deadline"]["text"]["en"] == (
        "10 working days from 2026-11-02: stopped 11-05…11-09"
    )
    assert hall.D101.post(path + "/clock-resumption", SIGNED, status=409)["rule"] == "clock.runs"

    assert rules(hall.Z101.post(path + "/extension", {"reason": "x", "days": 11}, status=422)) == {
        "extension.days",
        "extension.reason",
    }
    hall.D101.post(path + "/extension", EXTENSION, status=403)
    longer = hall.Z101.post(path + "/extension", EXTENSION)
    assert (longer["due_on"], longer["deadline"]["extended_days"]) == ("2026-11-26", 5)
    assert hall.Z101.post(path + "/extension", EXTENSION, status=409)["rule"] == "extension.once"
    paper = hall.client.get(path + "/extension.pdf", headers=hall.Z101.headers)
    assert paper.content.startswith(b"%PDF")

    move(hall, clock, 24)
    assert night(hall)["warned"] == 1
    assert night(hall) == {"warned": 0, "calendar_missing": 2027}
    move(hall, clock, 27)
    assert night(hall)["warned"] == 1
    assert warnings(hall, number) == [
        ("promised", "near", "2026-11-26", "reviewer"),
        ("promised", "overdue", "2026-11-26", "supervisor"),
    ]
    board = hall.S101.get("/api/clocks")
    assert (board["past_due"], board["items"][0]["clock"]["light"]) == (1, "overdue")
    assert hall.Z101.post(path + "/extension", EXTENSION, status=409)["rule"] == "extension.once"
    assert hall.A101.findings(number) == []
    evidence_file.hold_good(hall, number, tmp_path)


def test_a_deadline_moved_in_the_database_and_a_forged_warning_are_found(
    hall: Hall, clock: FixedClock
) -> None:
    number = hall.T101.accept(hall.example(*MINE))["case_no"]
    move(hall, clock, 18)
    assert night(hall)["warned"] == 1
    assert hall.A101.findings(number) == []
    this = Case.case_no == number
    with state(hall).sessions.command() as session:
        kept = session.query(Case.deadline).filter(this).scalar()
        session.execute(update(Case).where(this).values(deadline={**kept, "days": 40}))
    found = hall.A101.findings(number)
    assert [(one["field"], one["rule"]) for one in found] == [("deadline", "deadline.counted")]

    with state(hall).sessions.command() as session:
        session.execute(update(Case).where(this).values(deadline=kept))
        forged = {
            "case_id": session.query(Case.case_id).filter(this).scalar(),
            "clock": "promised",
            "stage": "overdue",
            "due_on": date(2026, 11, 3),
            "post": "supervisor",
            "raised_at": clock.moment,
        }
        session.execute(insert(ClockWarning), [forged])
    assert {one["rule"] for one in hall.A101.findings(number)} == {"warnings.told"}


def test_a_changed_calendar_lists_the_cases_it_moves(hall: Hall) -> None:
    number = hall.T101.accept(hall.example(*MINE))["case_no"]
    assert hall.S101.get("/api/clocks/moved")["items"] == []
    shipped = workdays.shipped()
    typhoon = Year(
        2026,
        verified=True,
        source="国务院办公厅通知",
        holidays=shipped[2026].holidays | {date(2026, 11, 10)},
        make_up_days=shipped[2026].make_up_days,
    )
    with workdays.under({**shipped, 2026: typhoon}), state(hall).sessions.reading() as session:
        (moved,) = clock_board.moved(session, state(hall).office)
    assert (moved["case_no"], moved["due_on"], moved["counted_again"]) == (
        number,
        "2026-11-16",
        "2026-11-17",
    )


def test_materials_that_lack_stop_the_promise_and_instant_business_ends_the_day_they_come(
    hall: Hall, clock: FixedClock
) -> None:
    body = hall.example("payment_account_change", 2)
    case = hall.T101.accept({**body, "materials": []})
    path = f"/api/cases/{case['case_no']}"
    (stop,) = case["deadline"]["stops"]
    assert (stop["cause"], stop["clocks"], stop["by"]) == ("awaiting_materials", ["promised"], None)
    assert hall.D101.post(path + "/clock-stop", STOP, status=409)["rule"] == "clock.instant"
    move(hall, clock, 5)
    brought = hall.T101.post(
        path + "/correction", {"materials": body["materials"], "form": body["form"]}
    )
    assert brought["due_on"] == "2026-11-05"
    # What the office itself sends back waits for the office.
    hall.R101.sign(case["case_no"], "return", reasons=["material_illegible"])
    returned = hall.T101.case(case["case_no"])
    assert [one["ended_at"] is None for one in returned["deadline"]["stops"]] == [False]
    assert hall.A101.findings(case["case_no"]) == []
