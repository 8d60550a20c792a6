"""Due days: counted from the day after acceptance, over holidays and make-up days, told in words."""

import json
from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from database.clock import OFFICE_ZONE
from database.refusals import InvariantBroken
from engine.timing import deadlines
from engine.timing.workdays import CalendarYearMissing


def morning(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 10, tzinfo=OFFICE_ZONE)


def test_the_example_of_the_standard_in_words() -> None:
    found = deadlines.due(morning(2026, 9, 28), 20, instant=False)

    assert found.due_on == date(2026, 10, 30)
    assert found.derivation == {
        "starts_on": "2026-09-28",
        "days": 20,
        "unit": "working_days",
        "skipped": [
            "2026-10-01…2026-10-07",
            "2026-10-11",
            "2026-10-17…2026-10-18",
            "2026-10-24…2026-10-25",
        ],
        "counted_make_up_days": ["2026-10-10"],
        "verified": True,
        "text": {
            "zh": "自2026-09-28次日起20个工作日：跳过10-01…10-07，计入调休上班日10-10",
            "en": "20 working days from 2026-09-28: skips 10-01…10-07, counts Sat 10-10",
        },
    }
    assert json.loads(json.dumps(found.derivation)) == found.derivation


def test_ordinary_weekends_go_without_saying() -> None:
    found = deadlines.due(morning(2026, 11, 23), 5, instant=False)

    assert found.due_on == date(2026, 11, 30)
    assert found.derivation["skipped"] == ["2026-11-28…2026-11-29"]
    assert found.derivation["text"]["en"] == "5 working days from 2026-11-23"


def test_a_count_into_the_provisional_year_says_so() -> None:
    found = deadlines.due(morning(2026, 12, 28), 5, instant=False)

    assert found.due_on == date(2027, 1, 5)
    assert found.derivation["verified"] is False
    assert found.derivation["text"]["en"] == (
        "5 working days from 2026-12-28: skips 2027-01-01…2027-01-03, "
        "the calendar of 2027 is provisional"
    )
    assert "待核实" in found.derivation["text"]["zh"]


@pytest.mark.parametrize("limit", [0, 20])
def test_instant_business_is_due_the_same_day(limit: int) -> None:
    found = deadlines.due(morning(2026, 10, 1), limit, instant=True)

    assert found.due_on == date(2026, 10, 1)
    assert (found.derivation["days"], found.derivation["skipped"]) == (0, [])
    assert found.derivation["text"]["zh"] == "2026-10-01当日办结"


def test_the_day_of_acceptance_is_the_day_at_the_office() -> None:
    # Half past five in the afternoon in UTC is half past one of the next day in Shanghai.
    found = deadlines.due(datetime(2026, 11, 23, 17, 30, tzinfo=UTC), 1, instant=False)

    assert found.derivation["starts_on"] == "2026-11-24"
    assert found.due_on == date(2026, 11, 25)


@pytest.mark.parametrize("instant", [True, False])
def test_a_year_that_is_not_loaded_stops_the_count(instant: bool) -> None:
    with pytest.raises(CalendarYearMissing, match="2028"):
        deadlines.due(morning(2028, 1, 3), 1, instant=instant)


def test_a_count_that_runs_into_a_missing_year_is_refused() -> None:
    with pytest.raises(CalendarYearMissing, match="2028"):
        deadlines.due(morning(2027, 12, 30), 10, instant=False)


@pytest.mark.parametrize("instant", [True, False])
def test_a_negative_limit_is_a_defect(instant: bool) -> None:
    with pytest.raises(InvariantBroken, match="-1 working days"):
        deadlines.due(morning(2026, 11, 23), -1, instant=instant)


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2026, 11, 23), 4),  # a Monday, due on Friday
        (date(2026, 11, 26), 1),
        (date(2026, 11, 27), 0),
        (date(2026, 11, 28), -1),  # a Saturday: overdue although no working day has passed
        (date(2026, 11, 29), -1),
        (date(2026, 11, 30), -1),
        (date(2026, 12, 1), -2),
    ],
)
def test_working_days_left(today: date, left: int) -> None:
    assert deadlines.working_days_left(today, date(2026, 11, 27)) == left


@given(
    start=st.dates(date(2005, 1, 1), date(2025, 12, 31)),
    limit=st.integers(0, 120),
    late=st.booleans(),
)
def test_a_due_day_is_as_many_working_days_away_as_the_limit(
    start: date, limit: int, late: bool
) -> None:
    hour = 23 if late else 0
    accepted_at = datetime(start.year, start.month, start.day, hour, tzinfo=OFFICE_ZONE)
    found = deadlines.due(accepted_at.astimezone(UTC), limit, instant=False)

    until = [start + timedelta(days=n) for n in range(1, (found.due_on - start).days + 1)]
    assert sum(chinese_calendar.is_workday(day) for day in until) == limit
    assert limit == 0 or chinese_calendar.is_workday(found.due_on)
    assert deadlines.working_days_left(start, found.due_on) == limit
    skipped = [day for day in until if not chinese_calendar.is_workday(day)]
    assert days_in(found.derivation["skipped"]) == skipped
    assert found.derivation["counted_make_up_days"] == [
        f"{day}" for day in until if day.weekday() >= 5 and chinese_calendar.is_workday(day)
    ]


def days_in(ranges: list[str]) -> list[date]:
    found: list[date] = []
    for text in ranges:
        ends = [date.fromisoformat(end) for end in text.split("…")]
        count = (ends[-1] - ends[0]).days + 1
        found += [ends[0] + timedelta(days=n) for n in range(count)]
    return found
