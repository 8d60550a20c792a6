"""The official calendar: which days the office works, holidays and make-up days (调休) included.

Years the State Council has arranged come from ``chinesecalendar``; own tables under ``calendars/`` add
what it doesn't have yet, or correct it. A year in neither is an error, never a silent weekday rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from chinese_calendar.constants import holidays as official_holidays
from chinese_calendar.constants import workdays as official_workdays

from database import plain_yaml
from database.refusals import Unavailable

TABLES = Path(__file__).parent / "calendars"
SATURDAY = 5
KEYS = ("year", "verified", "source", "holidays", "make_up_days")


class CalendarYearMissing(Unavailable):
    """The calendar of a year is not loaded."""

    rule = "calendar.year_missing"


class CalendarRefused(Exception):  # noqa: N818
    """A calendar table that can't be used; says the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Year:
    """The calendar of one year: days off, Saturdays and Sundays worked, where it comes from.

    ``verified``: it is the arrangement as published, not a provisional table.
    """

    year: int
    verified: bool
    source: str
    holidays: frozenset[date]
    make_up_days: frozenset[date]


def is_working_day(day: date) -> bool:
    """Whether the office works on a day. Raises CalendarYearMissing."""
    table = _table(day.year)
    return day in table.make_up_days or (day.weekday() < SATURDAY and day not in table.holidays)


def is_make_up_day(day: date) -> bool:
    """Whether a Saturday or Sunday is worked. Raises CalendarYearMissing."""
    return day.weekday() >= SATURDAY and is_working_day(day)


def verified(year: int) -> bool:
    """Whether a year's calendar is the published one. Raises CalendarYearMissing."""
    return _table(year).verified


def loaded(year: int) -> bool:
    """Whether a year can be counted in at all."""
    return year in shipped()


@lru_cache(maxsize=1)
def shipped() -> Mapping[int, Year]:
    """The calendars of this release, by year. Raises CalendarRefused where a table doesn't fit."""
    return combined(official(), [read(path) for path in sorted(TABLES.glob("*.yaml"))])


def said(calendars: Mapping[int, Year]) -> dict[str, Any]:
    """The calendars as JSON, by year: what an office keeps of the version it worked with."""
    return {
        str(year): {
            "verified": table.verified,
            "source": table.source,
            "holidays": sorted(day.isoformat() for day in table.holidays),
            "make_up_days": sorted(day.isoformat() for day in table.make_up_days),
        }
        for year, table in sorted(calendars.items())
    }


def combined(published: Mapping[int, Year], own: list[Year]) -> Mapping[int, Year]:
    """Published years with the own tables: a verified one corrects, a provisional one only fills in."""
    return {**published} | {
        table.year: table for table in own if table.verified or table.year not in published
    }


def official() -> dict[int, Year]:
    """The years ``chinesecalendar`` has.

    Its tables are read instead of its functions asked: they look through every day of all years at
    each call (25 µs), and a deadline asks for dozens of days.
    """
    return {
        year: Year(
            year=year,
            verified=True,
            source="chinesecalendar",
            holidays=frozenset(day for day in official_holidays if day.year == year),
            make_up_days=frozenset(
                day for day in official_workdays if day.year == year and day.weekday() >= SATURDAY
            ),
        )
        for year in {day.year for day in official_holidays}
    }


def read(path: Path) -> Year:
    """One own table from its file. Raises CalendarRefused naming the file and what doesn't fit."""
    try:
        said = plain_yaml.load(path.read_text("utf-8"))
    except (ValueError, OSError) as wrong:
        raise CalendarRefused(f"{path.name}: can't be read as YAML ({wrong})") from wrong
    if not isinstance(said, dict) or set(said) != set(KEYS):
        raise CalendarRefused(f"{path.name}: needs exactly {', '.join(KEYS)}")
    # Checked by type: the text "false" would be a true value, and True is an int.
    if type(said["year"]) is not int or path.stem != str(said["year"]):
        raise CalendarRefused(f"{path.name}: year must be the number the file is named after")
    if type(said["verified"]) is not bool:
        raise CalendarRefused(f"{path.name}: verified must be true or false")
    if not isinstance(said["source"], str) or not said["source"].strip():
        raise CalendarRefused(f"{path.name}: source must name the notice the days are from")
    holidays, make_up_days = (_days(path, said, name) for name in ("holidays", "make_up_days"))
    if not holidays:
        raise CalendarRefused(f"{path.name}: a year without holidays is not a calendar")
    for day in sorted(make_up_days):
        if day.weekday() < SATURDAY or day in holidays:
            raise CalendarRefused(
                f"{path.name}: make-up day {day} must be a Saturday or Sunday that isn't off"
            )
    return Year(said["year"], said["verified"], said["source"], holidays, make_up_days)


def _days(path: Path, said: Mapping[str, Any], name: str) -> frozenset[date]:
    listed = said[name]
    if not isinstance(listed, list):
        raise CalendarRefused(f"{path.name}: {name} must be a list of days (YYYY-MM-DD)")
    for day in listed:
        if type(day) is not date or day.year != said["year"]:
            raise CalendarRefused(
                f"{path.name}: {name}: {str(day)[:60]!r} is not a day of {said['year']}"
            )
    if len(set(listed)) != len(listed):
        raise CalendarRefused(f"{path.name}: {name} names a day twice")
    return frozenset(listed)


def _table(year: int) -> Year:
    table = shipped().get(year)
    if table is None:
        raise CalendarYearMissing(
            f"The calendar of {year} is not loaded: the administrator adds engine/calendars/{year}.yaml "
            "from the State Council's holiday notice. Nothing was written.",
            facts={"year": year},
        )
    return table
