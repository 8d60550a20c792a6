"""Two clocks told apart: late by the law while the promise stands still, and what no clock runs for."""

from datetime import date, timedelta
from importlib import import_module
from typing import Any

from alembic import command
from sqlalchemy import text

from database import clock as clocks
from database import connection, migrating, wall
from database.clock import FixedClock
from engine.queueing import workload
from engine.timing import clock_warnings
from tests.clock_commands import SIGNED
from tests.databases import APP, Database
from tests.people import Hall

PENSION = ("benefit_calculation_payment", 1, "county")
INSTANT = ("payment_account_change", 2, None)
PROMISE_ONLY = {"reason": "other_agency", "basis": "协查函〔2026〕3号", **SIGNED}
BOTH = {"reason": "investigation", "basis": "协查函〔2026〕4号", **SIGNED}


def queued(hall: Hall, code: str) -> list[str]:
    """The numbers in a queue of the reviewer's, which its count agrees with."""
    items = [one["case_no"] for one in hall.R101.get(f"/api/queues/{code}")["items"]]
    counts = {one["code"]: one["count"] for one in hall.R101.get("/api/queues")["items"]}
    assert counts[code] == len(items)
    return items


def line(hall: Hall, case_no: str) -> dict[str, Any]:
    items = hall.R101.get("/api/queues/all")["items"]
    found: dict[str, Any] = next(one for one in items if one["case_no"] == case_no)
    return found


def at_noon(hall: Hall, clock: FixedClock, day: str, after: int = 0) -> None:
    """Go to a day, or so many days after it."""
    wanted = date.fromisoformat(day) + timedelta(days=after)
    clock.moment += timedelta(days=(wanted - clocks.office_date(clock.moment)).days)
    hall.people.clear()


def overdue(hall: Hall) -> tuple[int, int, int, int]:
    """What the supervisor's board, its backlog, the list of time limits and the metrics call late."""
    board = hall.S101.get("/api/board")
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.reading() as session:
        measured = sum(one.overdue for one in workload.queues(session) if one.agency == "990101")
    return (
        board["due"]["overdue"],
        sum(one["overdue"] for one in board["backlog"]),
        hall.S101.get("/api/clocks")["past_due"],
        measured,
    )


def test_what_is_late_by_the_law_is_overdue_while_its_promise_stands_still(
    hall: Hall, clock: FixedClock
) -> None:
    runs, promise, both = (hall.T101.accept(hall.example(*PENSION)) for _ in range(3))
    numbers = [case["case_no"] for case in (runs, promise, both)]
    law = promise["deadline"]["clocks"]["statutory"]["due_on"]
    assert promise["due_on"] < law
    hall.D101.post(f"/api/cases/{numbers[1]}/clock-stop", PROMISE_ONLY)
    hall.D101.post(f"/api/cases/{numbers[2]}/clock-stop", BOTH)

    # While its promise stands still the law's day is the one that holds, and the one it is listed by.
    assert queued(hall, "stopped") == [numbers[2], numbers[1]]
    assert line(hall, numbers[1])["due_on"] == law
    assert line(hall, numbers[1])["stopped_clocks"] == ["promised"]
    assert line(hall, numbers[2])["stopped_clocks"] == ["promised", "statutory"]
    assert line(hall, numbers[2])["due_on"] == both["due_on"]
    assert line(hall, numbers[0])["stopped_clocks"] == []

    at_noon(hall, clock, runs["due_on"], 1)
    assert (queued(hall, "overdue"), overdue(hall)) == ([numbers[0]], (1, 1, 1, 1))
    at_noon(hall, clock, law)
    assert queued(hall, "at_risk") == [numbers[1]]
    at_noon(hall, clock, law, 1)
    assert queued(hall, "overdue") == [numbers[0], numbers[1]]
    assert overdue(hall) == (2, 2, 2, 2)
    assert queued(hall, "stopped") == [numbers[2], numbers[1]]
    assert (queued(hall, "at_risk"), line(hall, numbers[1])["clock"]["light"]) == ([], "overdue")

    # Its supervisor is told, and nobody of what stands still altogether.
    assert [warned(hall, number) for number in numbers[1:]] == [("statutory", "supervisor"), None]
    # As it goes on, the promise holds again, counted anew.
    goes_on = hall.D101.post(f"/api/cases/{numbers[1]}/clock-resumption", SIGNED)
    assert line(hall, numbers[1])["due_on"] == goes_on["due_on"]
    assert line(hall, numbers[1])["stopped_clocks"] == []
    assert [hall.A101.findings(number) for number in numbers] == [[], [], []]


def test_only_todays_clients_wait_at_the_window(hall: Hall, clock: FixedClock) -> None:
    """Whose day ended without a decision went home with his slip: he is late, and waits nowhere."""
    left = hall.T101.accept(hall.example(*INSTANT))["case_no"]
    assert queued(hall, "at_window") == [left]
    clock.moment += timedelta(days=1)
    hall.people.clear()
    waits = hall.T101.accept(hall.example(*INSTANT, nth=1))["case_no"]

    assert queued(hall, "at_window") == [waits]
    assert queued(hall, "overdue") == [left]
    assert queued(hall, "all") == [left, waits]


def test_what_waited_before_the_clocks_were_told_apart_is_said_anew(
    hall: Hall, database: Database
) -> None:
    promise, both = (hall.T101.accept(hall.example(*PENSION))["case_no"] for _ in range(2))
    hall.D101.post(f"/api/cases/{promise}/clock-stop", PROMISE_ONLY)
    hall.D101.post(f"/api/cases/{both}/clock-stop", BOTH)
    before = [line(hall, number) for number in (promise, both)]
    earlier = import_module("database.migrations.versions.0045_clocks_apart").down_revision

    engine = connection.connect(database.owner_url)
    with engine.begin() as opened:
        wall.open_to(opened)
        command.downgrade(migrating._config(opened), earlier)
        told = opened.execute(
            text(
                "SELECT count(*) FROM tasks t JOIN cases c USING (case_id) WHERE t.due_on = c.due_on"
            )
        ).scalar_one()
    engine.dispose()
    assert told == len(before)
    migrating.migrate(database.owner_url, app_role=APP)
    hall.client.app.state.sessions.engine.dispose()  # type: ignore[attr-defined]

    assert [line(hall, number) for number in (promise, both)] == before
    # The way down took the signed orders with it, which is found; nothing else is.
    for number in (promise, both):
        assert {one["rule"] for one in hall.A101.findings(number)} == {"clock_order.missing"}


def warned(hall: Hall, case_no: str) -> tuple[str, str] | None:
    """Which clock the newest warning of a case is of, and which post was warned; None of none."""
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.command() as session:
        clock_warnings.warn(session, state.office.messages, case_no)
    told = hall.A101.history(case_no)["journal"]
    found = [entry["detail"] for entry in told if entry["action"] == "clock_warning"]
    return (found[-1]["clock"], found[-1]["post"]) if found else None
