"""The last day of a count of days, found by looking it up: what sweeps over many cases work with.

``deadlines.counted`` walks day by day and tells every one it skipped; here the working days of all loaded
years stand in one row, so that a day is found by bisection, in about a microsecond.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from engine.timing import workdays
from engine.timing.deadlines import WORKING_DAYS, Span
from engine.timing.workdays import Year

# The row of the calendars it was made of: they change only where an office starts, or `verify` looks back.
_row: list[tuple[Mapping[int, Year], list[int]]] = []


def last_day(begins: date, days: int, unit: str, stopped: Iterable[Span] = ()) -> date:
    """The same day as ``deadlines.counted`` finds. Raises CalendarYearMissing."""
    begun = at = begins.toordinal()
    for stops, goes_on in _apart(stopped, begun):
        counting = _between(at, stops, unit)
        if counting >= days:
            break
        days -= counting
        at = goes_on
    found = _onward(begins, at, days, unit)
    workdays.require(begins.year, found.year)
    return found


def elapsed(begins: date, until: date, unit: str, stopped: Iterable[Span] = ()) -> int:
    """How many days have counted from the one day, which isn't counted, to the other, which is.

    Raises CalendarYearMissing.
    """
    workdays.require(begins.year, until.year)
    at, last, counted = begins.toordinal(), until.toordinal(), 0
    for stops, goes_on in _apart(stopped, at):
        counted += _between(at, min(stops, last), unit)
        at = goes_on
    return counted + _between(at, last, unit)


def _apart(stopped: Iterable[Span], begun: int) -> Sequence[tuple[int, int]]:
    """The spans after a day as numbers of days, in order, those that touch or overlap made one."""
    found: list[tuple[int, int]] = []
    for span in sorted(stopped, key=lambda one: one.stopped_on):
        stops = max(span.stopped_on.toordinal(), begun)
        goes_on = span.resumed_on.toordinal()
        if found and stops <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], goes_on))
        elif goes_on > stops:
            found.append((stops, goes_on))
    return found


def _between(after: int, until: int, unit: str) -> int:
    if until <= after:
        return 0
    if unit != WORKING_DAYS:
        return until - after
    row = _working()
    return bisect_right(row, until) - bisect_right(row, after)


def _onward(begins: date, after: int, days: int, unit: str) -> date:
    if unit != WORKING_DAYS or not days:
        return date.fromordinal(after + days)
    row = _working()
    place = bisect_right(row, after) + days - 1
    if place >= len(row):
        # The count leaves the loaded years: the first that isn't there is named.
        last = max(workdays.in_use())
        workdays.require(begins.year, max(last, date.fromordinal(after).year) + 1)
    return date.fromordinal(row[place])


def _working() -> list[int]:
    calendars = workdays.in_use()
    if not _row or _row[0][0] is not calendars:
        days = (day.toordinal() for year in sorted(calendars) for day in workdays.worked(year))
        _row[:] = [(calendars, list(days))]
    return _row[0][1]
