"""The official calendar: published years, the provisional one, and tables that don't fit."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest
import yaml

from engine.timing import workdays
from engine.timing.workdays import CalendarRefused, CalendarYearMissing, Year

GOOD: dict[str, Any] = {
    "year": 2031,
    "verified": True,
    "source": "国务院办公厅通知",
    "holidays": [date(2031, 1, 1), date(2031, 1, 2)],
    "make_up_days": [date(2031, 1, 4)],
}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", range(2004, 2027))
def test_published_years_are_those_of_chinesecalendar(year: int) -> None:
    for day in days_of(year):
        assert workdays.is_working_day(day) is chinese_calendar.is_workday(day), day
    assert workdays.loaded(year)
    assert workdays.verified(year)


def test_the_make_up_days_of_2026_are_worked() -> None:
    worked = [day for day in days_of(2026) if workdays.is_make_up_day(day)]

    assert worked == [
        date(2026, month, day)
        for month, day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))
    ]


def test_2027_is_provisional_and_has_only_the_statutory_holidays() -> None:
    table = workdays.shipped()[2027]

    assert not workdays.verified(2027)
    assert "not published" in table.source
    assert [f"{day:%m-%d}" for day in sorted(table.holidays)] == [
        *("01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02"),
        *("06-09", "09-15", "10-01", "10-02", "10-03"),
    ]
    assert table.make_up_days == frozenset()
    assert not workdays.is_working_day(date(2027, 2, 8))
    assert workdays.is_working_day(date(2027, 2, 9))
    assert not workdays.is_working_day(date(2027, 2, 13))


@pytest.mark.parametrize("year", [2003, 2028])
def test_a_year_that_is_not_loaded_is_an_error_and_no_weekday_rule(year: int) -> None:
    assert not workdays.loaded(year)
    with pytest.raises(CalendarYearMissing, match=rf"writes {year}\.yaml") as refused:
        workdays.is_working_day(date(year, 6, 1))
    assert refused.value.rule == "calendar.year_missing"
    assert refused.value.facts == {"year": year}
    with pytest.raises(CalendarYearMissing):
        workdays.verified(year)


def year(number: int, source: str, *, verified: bool) -> Year:
    return Year(number, verified, source, frozenset({date(number, 1, 1)}), frozenset())


def test_a_verified_table_corrects_a_published_year_and_a_provisional_one_only_fills_in() -> None:
    published = {2026: year(2026, "published", verified=True)}
    provisional = [year(number, "own", verified=False) for number in (2026, 2027)]
    correction = year(2026, "own", verified=True)

    filled_in = workdays.combined(published, provisional)
    assert [filled_in[number].source for number in (2026, 2027)] == ["published", "own"]
    assert workdays.combined(published, [correction])[2026] is correction


def test_the_offices_provisional_year_takes_the_place_of_the_shipped_provisional_one() -> None:
    shipped = {2027: year(2027, "shipped", verified=False)}
    own = year(2027, "own", verified=False)

    assert workdays.combined(shipped, [own])[2027] is own


def written(folder: Path, said: Any, name: str = "2031.yaml") -> Path:
    path = folder / name
    path.write_text(said if isinstance(said, str) else yaml.safe_dump(said, allow_unicode=True))
    return path


def test_a_table_is_read_as_it_says(tmp_path: Path) -> None:
    table = workdays.read(written(tmp_path, GOOD))

    assert (table.year, table.verified) == (2031, True)
    assert table.holidays == {date(2031, 1, 1), date(2031, 1, 2)}
    assert table.make_up_days == {date(2031, 1, 4)}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"year": 2032}, "named after"),
        ({"year": "2031"}, "named after"),
        ({"verified": "false"}, "true or false"),
        ({"verified": None}, "true or false"),
        ({"source": " "}, "source must name"),
        ({"holidays": None}, "must be a list"),
        ({"holidays": []}, "without holidays"),
        ({"holidays": [date(2032, 1, 1)]}, "not a day of 2031"),
        ({"holidays": ["2031-01-01x"]}, "not a day of 2031"),
        ({"holidays": [date(2031, 1, 1), date(2031, 1, 1)]}, "twice"),
        ({"make_up_days": [date(2031, 1, 6)]}, "Saturday or Sunday"),
        ({"holidays": [date(2031, 1, 4)]}, "Saturday or Sunday"),
        ({"weekends": []}, "needs exactly"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    with pytest.raises(CalendarRefused, match=reason) as refused:
        workdays.read(written(tmp_path, GOOD | change))
    assert "2031.yaml:" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("year: 2031\nverified: yes\nsource: s\nholidays: []\nmake_up_days: []\n", 2),
        (
            "year: 2031\nverified: true\nsource: s\nholidays: [2031-01-01,\n 2031-02-30]\nmake_up_days: []\n",
            5,
        ),
        ("year: 2031\nverified: true\nsource: s\nholidays:\n- 20310101\nmake_up_days: []\n", 5),
        ("year: 2031\nyear: 2031\n", 2),
        ("year: 2031\nverified: [\n", 3),
    ],
)
def test_a_refusal_names_the_line(tmp_path: Path, text: str, line: int) -> None:
    path = written(tmp_path, text)

    with pytest.raises(CalendarRefused) as refused:
        workdays.read(path)
    assert str(refused.value).startswith(f"{path}:{line}: ")


@pytest.fixture
def own_tables(tmp_path: Path) -> Iterator[Path]:
    """The folder of an office's own tables; afterwards this process counts with the shipped ones."""
    folder = tmp_path / workdays.FOLDER
    folder.mkdir()
    yield folder
    workdays.use(tmp_path / "of-nobody")


def test_an_offices_own_table_is_counted_with(own_tables: Path) -> None:
    written(own_tables, GOOD)
    assert not workdays.loaded(2031)

    workdays.use(own_tables.parent)

    assert workdays.loaded(2031)
    assert workdays.loaded(2026)
    assert not workdays.is_working_day(date(2031, 1, 2))
    assert workdays.is_make_up_day(date(2031, 1, 4))


def test_an_offices_own_table_that_does_not_fit_changes_nothing(own_tables: Path) -> None:
    written(own_tables, GOOD | {"verified": "no"})

    with pytest.raises(CalendarRefused, match=r"calendars/2031\.yaml:\d+: verified: must be true"):
        workdays.use(own_tables.parent)
    assert not workdays.loaded(2031)


@pytest.mark.parametrize(
    "text", ["", "[]", "year: [", "year: 2031", "year: !!python/name:os.system"]
)
def test_what_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CalendarRefused, match=r"2031\.yaml"):
        workdays.read(written(tmp_path, text))


def test_a_table_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "2031.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CalendarRefused, match=r"2031\.yaml"):
        workdays.read(path)
