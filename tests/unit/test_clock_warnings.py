"""When a clock warns: at half, at 80 %, past its day; from which day on the next calendar is missed."""

from datetime import date, timedelta

import pytest

from engine.record import Case
from engine.timing import calendar_alarm, clock_states, workdays

BEGINS, DAYS = date(2026, 11, 2), 10
# Ten working days from that Monday, and the stage that each day's night finds.
NIGHTS = {
    date(2026, 11, 6): (40, None),
    date(2026, 11, 9): (50, "half"),
    date(2026, 11, 11): (70, "half"),
    date(2026, 11, 12): (80, "near"),
    date(2026, 11, 16): (100, "near"),
    date(2026, 11, 17): (100, "overdue"),
}


def counted(**said: object) -> Case:
    due_on = date(2026, 11, 16)
    promised = {
        "starts_on": BEGINS.isoformat(),
        "days": DAYS,
        "unit": "working_days",
        "due_on": due_on.isoformat(),
    }
    return Case(due_on=due_on, deadline={"clocks": {"promised": promised}, **said})


@pytest.mark.parametrize(("today", "told"), NIGHTS.items())
def test_a_clock_warns_at_half_at_four_fifths_and_past_its_day(
    today: date, told: tuple[int, str | None]
) -> None:
    (found,) = clock_states.all_of(counted(), today)

    assert (found.used_percent, found.stage) == told


def test_a_clock_that_stands_still_never_warns() -> None:
    stop = {
        "number": 1,
        "cause": "hearing",
        "clocks": ["promised"],
        "begun_at": "2026-11-04T02:00:00.000000Z",
        "ended_at": None,
        "by": "D101",
        "basis": "听证通知",
    }
    for days in range(40):
        (found,) = clock_states.all_of(counted(stops=[stop]), BEGINS + timedelta(days=days))
        assert found.light == "stopped"
        assert found.stage is None


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2026, 1, 1), None),
        (date(2026, 10, 31), None),
        (date(2026, 11, 1), 2027),
        (date(2026, 12, 31), 2027),
        # A year that began without its published calendar is missed all along.
        (date(2027, 3, 1), 2027),
    ],
)
def test_next_years_calendar_is_missed_from_november_on(today: date, missing: int | None) -> None:
    assert calendar_alarm.missing(today) == missing


def test_a_published_calendar_ends_the_alarm() -> None:
    shipped = workdays.shipped()
    provisional = shipped[2027]
    published = workdays.Year(
        2027,
        verified=True,
        source="国务院办公厅通知",
        holidays=provisional.holidays,
        make_up_days=provisional.make_up_days,
    )
    with workdays.under({**shipped, 2027: published}):
        assert calendar_alarm.missing(date(2026, 11, 1)) is None
