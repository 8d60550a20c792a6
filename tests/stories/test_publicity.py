"""Five days of publicity: a timer by the guide's deadline, elapsed by the engine alone, never too early."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from database.clock import FixedClock
from engine.timing import timers
from engine.timing.timers import TimerNotDue, TimerNotFound
from tests.people import Hall

# Five working days after Monday 2026-11-02 the last one is Monday the 9th; it ends at 16:00 UTC.
LAST_DAY, OVER_AT = "2026-11-09", datetime(2026, 11, 9, 16, 0, tzinfo=UTC)
DECISION = {
    "data": {
        "document_no": "人社审〔2026〕12号",
        "decided_on": "2026-11-16",
        "recognised_months": 120,
        "retire_month": 202610,
    }
}
OBJECTION: dict[str, Any] = {
    "data": {
        "record_no": "核〔2026〕3号",
        "raised_on": "2026-11-04",
        "founded": False,
        "finding": "经查阅档案，秦大山原始记载属实",
    }
}


def state(hall: Hall) -> Any:
    return hall.client.app.state  # type: ignore[attr-defined]


def begun(hall: Hall) -> Any:
    return hall.T101.accept(hall.example("early_retirement_approval", 1, "county"))


def due(hall: Hall) -> list[timers.Due]:
    with state(hall).sessions.reading() as session:
        return timers.due(session, state(hall).sessions.clock.now(), 10)


def elapse(hall: Hall, case: Any, timer_id: int) -> Any:
    with state(hall).sessions.command() as session:
        return timers.elapse(session, state(hall).office, case["case_no"], timer_id)


def move(hall: Hall, clock: FixedClock, to: datetime) -> None:
    """It is later: everybody has to sign in anew."""
    clock.moment = to
    hall.people.clear()


def timer_of(case: Any) -> Any:
    (timer,) = (one for one in case["awaited"] if one["kind"] == "timer")
    return timer


def test_a_case_goes_on_when_its_last_day_is_over(hall: Hall, clock: FixedClock) -> None:
    case = begun(hall)
    assert (case["status"], case["waiting"]) == ("in_progress", [])
    timer = timer_of(case)
    assert (timer["name"], timer["due_on"]) == ("publicity", LAST_DAY)
    assert timer["due_at"] == "2026-11-09T16:00:00.000000Z"
    assert timer["title"] == {"zh": "公示期", "en": "Publicity"}
    assert timer["derivation"]["days"] == 5
    move(hall, clock, OVER_AT - timedelta(seconds=1))
    assert due(hall) == []

    move(hall, clock, OVER_AT)
    (found,) = due(hall)
    assert (found.case_no, found.name, found.due_at) == (case["case_no"], "publicity", OVER_AT)
    assert elapse(hall, case, found.timer_id) is not None
    assert elapse(hall, case, found.timer_id) is None, "once is enough"
    assert due(hall) == []

    move(hall, clock, datetime(2026, 11, 17, 2, 0, tzinfo=UTC))
    case = hall.T101.case(case["case_no"])
    assert {one["name"] for one in case["awaited"]} == {"hr_decision", "hr_refusal"}
    assert hall.A101.findings(case["case_no"]) == []
    case = hall.T101.post(f"/api/cases/{case['case_no']}/messages/hr_decision", DECISION)
    for signer in ("R101", "D101", "Z101"):
        case = getattr(hall, signer).sign(case["case_no"])
    assert case["status"] == "completed"
    assert hall.A101.findings(case["case_no"]) == []
    actions = {e["action"]: e["actor"] for e in hall.A101.history(case["case_no"])["journal"]}
    assert actions["timer_started"] is None
    assert actions["timer_elapsed"] is None


def test_no_timer_elapses_before_its_time(hall: Hall, clock: FixedClock) -> None:
    case, other = begun(hall), hall.T101.accept(hall.example("disability_allowance", 1, "county"))
    move(hall, clock, OVER_AT)
    (found,) = due(hall)
    move(hall, clock, OVER_AT - timedelta(microseconds=10_000))

    with pytest.raises(TimerNotDue):
        elapse(hall, case, found.timer_id)
    with pytest.raises(TimerNotFound):
        elapse(hall, other, found.timer_id)

    assert timer_of(hall.T101.case(case["case_no"]))["due_on"] == LAST_DAY


def test_an_objection_ends_the_publicity_and_calls_for_a_meeting(
    hall: Hall, clock: FixedClock
) -> None:
    case = begun(hall)
    move(hall, clock, clock.moment + timedelta(days=2))

    case = hall.T101.post(f"/api/cases/{case['case_no']}/messages/objection", OBJECTION)

    assert (case["route"], case["cycle"]) == ("city_meeting", 2)
    assert OBJECTION["data"]["finding"] not in str(case), "who objected is nobody's business"
    assert {one["name"] for one in case["awaited"]} == {"hr_decision", "hr_refusal"}
    move(hall, clock, OVER_AT)
    assert due(hall) == [], "the timer runs no more"
    assert hall.A101.findings(case["case_no"]) == []


def test_the_department_refuses(hall: Hall, clock: FixedClock) -> None:
    case = begun(hall)
    move(hall, clock, OVER_AT)
    elapse(hall, case, due(hall)[0].timer_id)
    said = {"document_no": "人社审13号", "decided_on": "2026-11-09", "reason": "档案无原始记载"}

    case = hall.T101.post(f"/api/cases/{case['case_no']}/messages/hr_refusal", {"data": said})

    assert case["status"] == "refused"
    assert case["decided"]["decision"] == "refuse"
    assert hall.A101.findings(case["case_no"]) == []


def test_a_withdrawn_case_has_no_timer(hall: Hall, clock: FixedClock) -> None:
    case = begun(hall)
    hall.T101.post(f"/api/cases/{case['case_no']}/withdrawal", {"reason": "不办了"})
    move(hall, clock, OVER_AT)

    assert due(hall) == []
    assert hall.A101.findings(case["case_no"]) == []


EDITS = {
    "a later start": ("started_at = '2026-11-01 00:00:00'", {"timers.told"}),
    "an earlier end": ("due_at = '2026-11-05 16:00:00'", {"timers.told"}),
    "another last day": ("due_on = '2026-11-05'", {"timers.told"}),
    "another deadline": ("name = 'promptness'", {"timers.told"}),
    "elapsed by hand": (
        "closed_at = '2026-11-04 00:00:00', outcome = 'elapsed'",
        {"timers.told"},
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_timer_is_found(hall: Hall, edit: str) -> None:
    case = begun(hall)
    change, rules = EDITS[edit]
    with state(hall).sessions.command() as session:
        session.execute(text(f"UPDATE case_timers SET {change}"))  # noqa: S608

    found = hall.A101.findings(case["case_no"])

    assert {finding["rule"] for finding in found} == rules
    assert {finding["row"] for finding in found} == {"case_timers#1"}


def test_a_node_whose_clock_runs_ahead_is_found(hall: Hall, clock: FixedClock) -> None:
    """The last day was brought forward for the engine to let it elapse, and put back: the journal tells."""
    case = begun(hall)
    with state(hall).sessions.command() as session:
        session.execute(text("UPDATE case_timers SET due_at = '2026-11-02 16:00:00'"))
    move(hall, clock, clock.moment + timedelta(days=1))
    elapse(hall, case, due(hall)[0].timer_id)
    with state(hall).sessions.command() as session:
        session.execute(text("UPDATE case_timers SET due_at = '2026-11-09 16:00:00'"))

    found = hall.A101.findings(case["case_no"])

    assert "timer.early" in {finding["rule"] for finding in found}
