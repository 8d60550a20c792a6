"""The two clocks of a case: ten years of days over stops and calendars, against a walk day by day."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Literal

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from database.clock import OFFICE_ZONE
from engine.defining.guides import Basis, StatutoryLimit, TimeLimit
from engine.timing import calendar_versions, clocks, day_count, deadlines, workdays
from engine.timing.clocks import Stop, Terms
from engine.timing.deadlines import CALENDAR_DAYS, WORKING_DAYS, Span
from engine.timing.workdays import CalendarYearMissing, Year

BASIS = Basis(title="社会保险经办条例", article="第十八条", source="国务院令第765号", verified=True)
NONE: frozenset[date] = frozenset()
FIRST, LAST = date(2016, 1, 1), date(2025, 12, 31)
UNITS = (WORKING_DAYS, CALENDAR_DAYS)
# The package looks through all its years at each question: every day is asked about once.
is_workday = cache(chinese_calendar.is_workday)


def limit(
    promised: int = 10,
    statutory: int = 20,
    unit: Literal["working_days", "calendar_days"] = "working_days",
) -> TimeLimit:
    law = StatutoryLimit(days=statutory, unit=unit, basis=BASIS)
    return TimeLimit(days=20, promised_days=promised, basis=BASIS, statutory=law)


def terms(
    received_at: datetime, accepted_at: datetime, *stops: Stop, by: TimeLimit | None = None
) -> Terms:
    """Limited business: what the most tests here are about."""
    return Terms(received_at, accepted_at, instant=False, limit=by or limit(), stops=stops)


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), OFFICE_ZONE).astimezone(UTC)


def walked(begins: date, days: int, unit: str, stopped: tuple[Span, ...]) -> date:
    """Day by day, with nothing but the published calendar and what a stop means."""
    day = begins
    while days:
        day += timedelta(days=1)
        ran = not any(one.stopped_on < day <= one.resumed_on for one in stopped)
        if ran and (unit == CALENDAR_DAYS or is_workday(day)):
            days -= 1
    return day


def spans(begins: date, shape: tuple[int, ...]) -> tuple[Span, ...]:
    """Stops that begin and end so many days after a day, two and two."""
    ends = [begins + timedelta(days=n) for n in shape]
    return tuple(Span(*pair) for pair in list(pairwise(ends))[::2])


# None; one; one of no days; begun before; over a holiday; two apart, touching, overlapping, one in another.
SHAPES = (
    (),
    (2, 9),
    (4, 4),
    (-5, 3),
    (1, 40),
    (2, 5, 9, 12),
    (2, 5, 5, 8),
    (2, 9, 4, 12),
    (1, 20, 3, 5),
)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("shape", SHAPES)
def test_ten_years_of_days_under_every_stop(unit: str, shape: tuple[int, ...]) -> None:
    for number in range((LAST - FIRST).days + 1):
        begins = FIRST + timedelta(days=number)
        # Every length comes with every day of the year over the ten years.
        days, stopped = (0, 1, 5, 10, 20, 45)[number % 6], spans(begins, shape)
        assert day_count.last_day(begins, days, unit, stopped) == walked(
            begins, days, unit, stopped
        ), (begins, days)


@given(
    begins=st.dates(date(2005, 1, 1), LAST),
    days=st.integers(0, 90),
    unit=st.sampled_from(UNITS),
    shape=st.lists(st.tuples(st.integers(-10, 60), st.integers(0, 40)), max_size=4),
)
def test_any_stops_are_counted_the_same_by_all_three(
    begins: date, days: int, unit: str, shape: list[tuple[int, int]]
) -> None:
    stopped = tuple(
        Span(begins + timedelta(days=stops), begins + timedelta(days=stops + length))
        for stops, length in shape
    )
    found = deadlines.counted(begins, days, unit, stopped)

    assert found.due_on == walked(begins, days, unit, stopped)
    assert day_count.last_day(begins, days, unit, stopped) == found.due_on
    assert day_count.elapsed(begins, found.due_on, unit, stopped) == days


def test_a_stop_is_told_in_words() -> None:
    stopped = (Span(date(2026, 10, 12), date(2026, 10, 15)),)
    found = deadlines.counted(date(2026, 9, 28), 20, WORKING_DAYS, stopped)

    assert found.due_on == date(2026, 11, 4)
    assert found.derivation["stopped"] == ["2026-10-13…2026-10-15"]
    assert found.derivation["text"] == {
        "zh": "自2026-09-28次日起20个工作日：跳过10-01…10-07，计入调休上班日10-10，停计10-13…10-15",
        "en": "20 working days from 2026-09-28: skips 10-01…10-07, counts Sat 10-10, stopped 10-13…10-15",
    }


def test_the_statutory_clock_runs_from_receipt_and_the_promised_one_from_acceptance() -> None:
    found = terms(at(date(2026, 11, 2)), at(date(2026, 11, 9)))
    said = found.deadline()

    assert [clock.due_on for clock in found.clocks] == [date(2026, 11, 23), date(2026, 11, 30)]
    assert (found.due_on, said.due_on) == (date(2026, 11, 23), date(2026, 11, 23))
    assert (said.derivation["clock"], said.derivation["starts_on"]) == ("promised", "2026-11-09")
    assert said.derivation["clocks"]["statutory"]["text"]["en"] == (
        "20 working days from 2026-11-02"
    )


def test_a_case_received_long_before_it_was_accepted_is_due_by_the_law() -> None:
    found = terms(at(date(2026, 10, 12)), at(date(2026, 11, 9)))

    assert found.due_on == date(2026, 11, 9)
    assert found.deadline().derivation["clock"] == "statutory"


def test_what_the_office_waits_for_stops_its_promise_and_not_the_law() -> None:
    accepted, came = at(date(2026, 11, 2)), at(date(2026, 11, 12))
    waits = Stop(1, "message:contact_letter", ("promised",), accepted, came)
    promised, statutory = terms(accepted, accepted, waits).clocks

    assert (promised.due_on, statutory.due_on) == (date(2026, 11, 26), date(2026, 11, 30))


def test_a_cited_basis_stops_both_and_an_open_stop_moves_nothing_yet() -> None:
    accepted = at(date(2026, 11, 2))
    open_stop = Stop(1, "appraisal", ("promised", "statutory"), at(date(2026, 11, 4)), None, "D101")
    ended = Stop(1, "appraisal", open_stop.clocks, open_stop.begun_at, at(date(2026, 11, 11)))

    for stop, due in ((open_stop, (16, 30)), (ended, (23, 7))):
        found = [one.due_on for one in terms(accepted, accepted, stop).clocks]
        assert [day.day for day in found] == list(due)
    assert clocks.stop_of(open_stop.said()) == open_stop


def test_an_extension_lengthens_both_clocks_and_is_told() -> None:
    accepted = at(date(2026, 11, 2))
    extended = replace(terms(accepted, accepted), extended_days=5)

    assert [clock.days for clock in extended.clocks] == [15, 25]
    text = extended.deadline().derivation["text"]
    assert text["en"] == "15 working days from 2026-11-02 (5 of them by extension)"
    assert "含延长5日" in text["zh"]


def test_instant_business_ends_the_day_everything_is_there() -> None:
    accepted, came = at(date(2026, 11, 2)), at(date(2026, 11, 5))
    waited = Stop(1, "awaiting_materials", ("promised",), accepted, came)

    assert replace(terms(accepted, accepted), instant=True).due_on == date(2026, 11, 2)
    assert replace(terms(accepted, accepted, waited), instant=True).due_on == date(2026, 11, 5)


def test_calendar_days_of_the_law_count_holidays_too() -> None:
    accepted = at(date(2026, 9, 28))
    found = terms(accepted, accepted, by=limit(statutory=15, unit="calendar_days"))

    assert found.clocks[1].due_on == date(2026, 10, 13)
    assert found.deadline().derivation["clocks"]["statutory"]["unit"] == CALENDAR_DAYS


def test_cases_that_begin_alike_are_told_alike_each_on_its_own() -> None:
    morning, noon = at(date(2026, 9, 28), 9), at(date(2026, 9, 28), 12)
    one, other = terms(morning, morning).deadline(), terms(noon, noon).deadline()
    said = dict(one.derivation)

    one.derivation["extended_days"] = 5
    assert other.derivation == said == terms(noon, morning).deadline().derivation
    assert replace(terms(noon, noon), instant=True).deadline().due_on == date(2026, 9, 28)


@pytest.mark.parametrize("unit", UNITS)
def test_a_count_into_a_missing_year_is_refused_by_its_number(unit: str) -> None:
    with pytest.raises(CalendarYearMissing, match="2028"):
        day_count.last_day(date(2027, 12, 20), 40, unit)
    with pytest.raises(CalendarYearMissing, match="2003"):
        day_count.last_day(date(2003, 12, 20), 40, unit)


def test_a_gap_between_loaded_years_is_not_counted_over() -> None:
    later = Year(2030, verified=True, source="own", holidays=NONE, make_up_days=NONE)
    with (
        workdays.under({**workdays.shipped(), 2030: later}),
        pytest.raises(CalendarYearMissing, match="2028"),
    ):
        day_count.last_day(date(2027, 12, 20), 40, WORKING_DAYS)


def test_a_changed_calendar_has_another_name_and_moves_the_day() -> None:
    before = workdays.shipped()
    changed = Year(
        2027,
        verified=True,
        source="own",
        holidays=frozenset({date(2027, 1, 4)}),
        make_up_days=frozenset({date(2027, 1, 2)}),
    )
    first, last = date(2026, 12, 28), date(2027, 1, 5)
    named, other = calendar_versions.named(first, last), calendar_versions.named(first, first)

    asked = terms(at(first), at(first), by=limit(promised=5))
    assert asked.deadline().due_on == last
    with workdays.under({**before, 2027: changed}):
        assert asked.deadline().due_on == date(2027, 1, 2)
        assert calendar_versions.named(first, last) != named
        assert calendar_versions.named(first, first) == other
        assert day_count.last_day(first, 5, WORKING_DAYS) == date(2027, 1, 2)
    assert day_count.last_day(first, 5, WORKING_DAYS) == last
