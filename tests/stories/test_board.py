"""The board through HTTP: who reads which office, when names are told, and how its figures are found."""

import re
from datetime import date, timedelta

import pytest

from api.application import Application
from database.clock import FixedClock
from engine.boards import board, board_day
from engine.boards.board_scope import Scope
from tests.clock_commands import SIGNED
from tests.noted_statements import noted, planned
from tests.people import Hall

BOARD = "/api/board"
DAY = date(2026, 11, 2)
# What grows without end; each is read by an index that begins with what is asked for.
GROWING = (
    "cases", "tasks", "window_refusals", "case_notices", "paper_entries", "evaluations", "complaints",
)  # fmt: skip
BY_INDEX = (
    "ix_cases_accepted", "ix_cases_finished", "ix_cases_agency_status", "ix_cases_due", "ix_tasks_closed",
    "ix_window_refusals_refused", "ix_case_notices_issued", "ix_paper_entries_entered",
    "ix_evaluations_given", "ix_complaints_received",
)  # fmt: skip
# Tasks that wait are found by the one or the other.
OF_WAITING = ("ix_tasks_open", "ix_tasks_arrived")


def test_a_board_is_of_an_office_a_day_and_a_reader(hall: Hall) -> None:
    hall.T101.accept(hall.example("account_adjustment", 1, "county"))
    hall.T201.get(BOARD, status=403)
    hall.T101.get(BOARD, status=403)

    named = hall.S101.get(BOARD)
    assert named["agency"] == "990101"
    assert [line["staff"]["staff_no"] for line in named["windows"]] == ["T101"]
    assert named["totals"]["accepted"] == named["due"]["open_cases"] == 1

    unnamed = hall.D101.get(BOARD)
    assert not unnamed["named"]
    assert {line["staff"] for line in (*unnamed["windows"], *unnamed["backlog"])} == {None}
    assert unnamed["totals"] == named["totals"]

    assert hall.H001.get(BOARD)["totals"]["accepted"] == 0
    assert hall.H001.get(f"{BOARD}?agency=990101")["totals"] == named["totals"]
    assert hall.S000.get(f"{BOARD}?agency=990102")["agency"] == "990102"
    hall.S101.get(f"{BOARD}?agency=990102", status=404)
    hall.S101.get(f"{BOARD}?agency=000000", status=404)

    assert hall.S101.get(f"{BOARD}?day=2026-11-01")["totals"]["accepted"] == 0
    assert hall.S101.get(f"{BOARD}?day=2027-05-01")["day"] == DAY.isoformat()
    hall.S101.get(f"{BOARD}?day=1999-12-31", status=422)


def test_what_stands_still_is_not_late(hall: Hall, clock: FixedClock) -> None:
    """The board, the list of time limits and the queue say one thing of a case that waits for its client."""
    examples = [hall.example("payment_account_change", 2, nth=n) for n in range(2)]
    hall.T101.accept({**examples[0], "materials": []})
    late = hall.T101.accept(examples[1])["case_no"]
    clock.moment += timedelta(days=1)
    hall.people.clear()

    told = hall.S101.get(BOARD)
    assert (told["due"]["open_cases"], told["due"]["overdue"], told["due"]["at_risk"]) == (2, 1, 0)
    assert [one["case_no"] for one in told["due"]["items"]] == [late]
    backlog = {one["post"]: (one["waiting"], one["overdue"]) for one in told["backlog"]}
    assert backlog == {"reviewer": (1, 1), "teller": (1, 0)}
    assert hall.S101.get("/api/clocks")["past_due"] == 1
    for person, waits in ((hall.R101, 1), (hall.T101, 0)):
        queues = {one["code"]: one["count"] for one in person.get("/api/queues")["items"]}
        assert queues["overdue"] == waits


def test_what_runs_out_by_law_is_late_whatever_was_promised(hall: Hall, clock: FixedClock) -> None:
    """Only the promised clock stands still while a message is awaited: the law's goes on."""
    number = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    stop = {"reason": "other_agency", "basis": "协查函〔2026〕3号", **SIGNED}
    stopped = hall.D101.post(f"/api/cases/{number}/clock-stop", stop)["deadline"]
    assert stopped["stops"][0]["clocks"] == ["promised"]
    statutory = date.fromisoformat(stopped["clocks"]["statutory"]["due_on"])
    for days, overdue, at_risk in ((-1, 0, 1), (1, 1, 0)):
        clock.moment = clock.moment.replace(month=statutory.month, day=statutory.day) + timedelta(
            days=days
        )
        hall.people.clear()
        told = hall.S101.get(BOARD)["due"]
        assert (told["overdue"], told["at_risk"], len(told["items"])) == (overdue, at_risk, 1)


def test_every_figure_is_found_by_an_index(application: Application) -> None:
    """However many cases there ever were: no statement goes through all of them."""
    scope = Scope("990101", DAY, DAY, named=True)
    with application.state.sessions.reading() as session:
        with noted(session) as statements:
            board_day.windows(session, scope)
            for read in board.PARTS.values():
                read(session, scope)
        assert len(statements) >= 15
        used = set()
        for statement, values in statements:
            plan = planned(session, statement, values)
            assert re.findall(rf"SCAN ({'|'.join(GROWING)})\b(?! USING)", plan) == [], statement
            assert re.findall(rf"Seq Scan on ({'|'.join(GROWING)})\b", plan) == [], statement
            used |= {name for name in (*BY_INDEX, *OF_WAITING) if name in plan}
        assert used >= {name for name in BY_INDEX if name.split("_")[1] != "cases"}
        assert used.intersection(OF_WAITING)
        assert used >= {"ix_cases_accepted", "ix_cases_finished"}


@pytest.fixture
def application(hall: Hall) -> Application:
    """The application of an office with a few cases."""
    found = hall.client.app
    assert isinstance(found, Application)
    return found
