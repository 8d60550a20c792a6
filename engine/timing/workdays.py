"""The official calendar: which days the office works, holidays and make-up days (调休) included.

Years the State Council has arranged come from ``chinesecalendar``; tables under ``calendars/``, here and
in the office's data folder, add what it doesn't have yet, or correct it. A year in none of them is an
error, never a silent weekday rule.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from chinese_calendar.constants import holidays as official_holidays
from chinese_calendar.constants import workdays as official_workdays

from database.refusals import Unavailable
from engine.defining import located
from engine.defining.located import DefinitionRefused, Sheet

FOLDER = "calendars"
TABLES = Path(__file__).parent / FOLDER
SATURDAY = 5
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
KEYS = ("year", "verified", "source", "holidays", "make_up_days")


class CalendarYearMissing(Unavailable):
    """The calendar of a year is not loaded."""

    rule = "calendar.year_missing"


class CalendarRefused(Exception):  # noqa: N818
    """A calendar table that can't be used; says the file, the line and what is wrong."""


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


def require(first: int, last: int) -> None:
    """See that every year from the one to the other can be counted in. Raises CalendarYearMissing."""
    for year in range(first, last + 1):
        _table(year)


def worked(year: int) -> list[date]:
    """The days on which the office works in a year, in order. Raises CalendarYearMissing."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    days = map(date.fromordinal, range(first, last + 1))
    return [day for day in days if is_working_day(day)]


def loaded(year: int) -> bool:
    """Whether a year can be counted in at all."""
    return year in in_use()


# As keys are: what the composition root chose for this process; the shipped ones until it did.
_in_use: list[Mapping[int, Year]] = []
_under: ContextVar[Mapping[int, Year] | None] = ContextVar("calendars", default=None)


def use(data_dir: Path) -> None:
    """Count with the office's own tables too, those under its data folder. Raises CalendarRefused."""
    use_these(installed(data_dir))


def use_these(calendars: Mapping[int, Year]) -> None:
    """Count with these years from now on: those that the office registered."""
    _in_use[:] = [calendars]


def installed(data_dir: Path) -> Mapping[int, Year]:
    """The calendars of this release and the office's own tables. Raises CalendarRefused."""
    own = [read(path) for path in sorted((data_dir / FOLDER).glob("*.yaml"))]
    return combined(shipped(), own)


@lru_cache(maxsize=1)
def shipped() -> Mapping[int, Year]:
    """The calendars of this release, by year. Raises CalendarRefused where a table doesn't fit."""
    return combined(official(), [read(path) for path in sorted(TABLES.glob("*.yaml"))])


def said(calendars: Mapping[int, Year]) -> dict[str, Any]:
    """The calendars as JSON, by year: what an office keeps of the version it worked with."""
    return {str(year): said_of(table) for year, table in sorted(calendars.items())}


def said_of(table: Year) -> dict[str, Any]:
    """One year as JSON, without its number."""
    return {
        "verified": table.verified,
        "source": table.source,
        "holidays": sorted(day.isoformat() for day in table.holidays),
        "make_up_days": sorted(day.isoformat() for day in table.make_up_days),
    }


def combined(published: Mapping[int, Year], own: list[Year]) -> Mapping[int, Year]:
    """Published years with the own tables: a provisional one takes the place of no verified one."""
    return {**published} | {
        table.year: table
        for table in own
        if table.verified or table.year not in published or not published[table.year].verified
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
    """One table from its file. Raises CalendarRefused naming the file, the line and what doesn't fit."""
    try:
        return _year(located.parse(located.text_of(path), str(path)), path.stem)
    except DefinitionRefused as refused:
        raise CalendarRefused(str(refused)) from refused


def parsed(text: str, year: str) -> Year:
    """One table from its text; ``year`` is what it is registered as. Raises CalendarRefused."""
    try:
        return _year(located.parse(text, year), year)
    except DefinitionRefused as refused:
        raise CalendarRefused(str(refused)) from refused


def written(table: Year) -> str:
    """A year as the text of a table, the same for the same year."""
    said = {"year": table.year, **said_of(table)}
    return "".join(f"{key}: {json.dumps(said[key], ensure_ascii=False)}\n" for key in KEYS)


def _year(sheet: Sheet, named: str) -> Year:
    said = sheet.data
    if not isinstance(said, dict) or set(said) != set(KEYS):
        raise sheet.refused((), f"needs exactly {', '.join(KEYS)}")
    # Checked by type: the text "false" would be a true value, and True is an int.
    if type(said["year"]) is not int or named != str(said["year"]):
        raise sheet.refused(("year",), "must be the number the file is named after")
    if type(said["verified"]) is not bool:
        raise sheet.refused(("verified",), "must be true or false")
    if not isinstance(said["source"], str) or not said["source"].strip():
        raise sheet.refused(("source",), "source must name the notice the days are from")
    holidays, make_up_days = (_days(sheet, name) for name in ("holidays", "make_up_days"))
    if not holidays:
        raise sheet.refused(("holidays",), "a year without holidays is not a calendar")
    for number, day in enumerate(make_up_days):
        if day.weekday() < SATURDAY or day in holidays:
            raise sheet.refused(
                ("make_up_days", number), f"{day} must be a Saturday or Sunday that isn't off"
            )
    return Year(
        said["year"],
        said["verified"],
        said["source"],
        frozenset(holidays),
        frozenset(make_up_days),
    )


def _days(sheet: Sheet, name: str) -> list[date]:
    listed, year = sheet.data[name], sheet.data["year"]
    if not isinstance(listed, list):
        raise sheet.refused((name,), "must be a list of days (YYYY-MM-DD)")
    days: list[date] = []
    for number, said in enumerate(listed):
        day = _day(said)
        if day is None or day.year != year:
            raise sheet.refused((name, number), f"{str(said)[:60]!r} is not a day of {year}")
        if day in days:
            raise sheet.refused((name, number), f"names {day} twice")
        days.append(day)
    return days


def _day(said: Any) -> date | None:
    # ``fromisoformat`` alone also reads weeks and days without dashes.
    if not isinstance(said, str) or not _DAY.fullmatch(said):
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def in_use() -> Mapping[int, Year]:
    """The calendars that this process counts with, by year: the shipped ones with the office's own."""
    return _under.get() or (_in_use[0] if _in_use else shipped())


@contextmanager
def under(calendars: Mapping[int, Year]) -> Iterator[None]:
    """Count with other calendars for a while: those of an earlier time, in this thread only."""
    token = _under.set(calendars)
    try:
        yield
    finally:
        _under.reset(token)


def _table(year: int) -> Year:
    table = in_use().get(year)
    if table is None:
        raise CalendarYearMissing(
            f"The calendar of {year} is not registered: the province's supervisor writes {year}.yaml from "
            "the State Council's holiday notice and applies for it on the page 规则登记 (/rules). "
            "Nothing was written.",
            facts={"year": year},
        )
    return table
