"""When a case is due, counted in working days, with its derivation in words.

Source: the day of acceptance is not counted (domain practice, 行政许可法 45 analogue); instant business
(即时, levels 2 and 3) is finished the same day: 陕社保发[2016]27号 §7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from database.clock import OFFICE_ZONE, office_date
from database.refusals import InvariantBroken
from engine.timing import workdays

WORKING_DAYS, CALENDAR_DAYS = "working_days", "calendar_days"
_ONE_DAY = timedelta(days=1)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day a case is due, and how that was found (JSON)."""

    due_on: date
    derivation: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch in which a clock stands still: it stopped on the one day and went on on the other.

    A day counts where the clock ran as that day began, so the day it stopped on still counts and the day
    it went on doesn't: the same rule by which the day of acceptance isn't counted.
    """

    stopped_on: date
    resumed_on: date


def due(accepted_at: datetime, days: int, *, instant: bool) -> Deadline:
    """The due day of a case accepted at this moment, with a limit of ``days`` working days.

    Limited business (level 1) is due ``days`` working days after the day of acceptance, instant
    business on the day of acceptance itself. Raises CalendarYearMissing when the count runs into a
    year that isn't loaded.
    """
    if days < 0:
        raise InvariantBroken(f"a time limit of {days} working days")
    return counted(office_date(accepted_at), 0 if instant else days)


def counted(
    begins: date, days: int, unit: str = WORKING_DAYS, stopped: Sequence[Span] = ()
) -> Deadline:
    """The last of so many days after one, leaving out those on which the clock stood still.

    ``unit``: ``working_days``, or ``calendar_days``, of which each counts. Raises CalendarYearMissing.
    """
    day, left = begins, days
    skipped: list[date] = []
    make_up: list[date] = []
    still: list[date] = []
    working = unit == WORKING_DAYS
    while left:
        day += _ONE_DAY
        if stopped and any(span.stopped_on < day <= span.resumed_on for span in stopped):
            still.append(day)
        elif working and not workdays.is_working_day(day):
            skipped.append(day)
        else:
            left -= 1
            if working and day.weekday() >= workdays.SATURDAY:
                make_up.append(day)
    return Deadline(day, _derivation(begins, day, (days, unit), skipped, make_up, still))


def awaited(begun_at: datetime, days: int, unit: str) -> Deadline:
    """The last day of a stretch of ``days`` that a case waits for, begun at this moment.

    The day it began on is not counted. ``unit``: ``working_days`` or ``calendar_days``. Raises
    CalendarYearMissing as ``due`` does.
    """
    return counted(office_date(begun_at), days, unit)


def over_at(last: date) -> datetime:
    """The moment a day is over at the office (Asia/Shanghai), UTC."""
    return datetime.combine(last + _ONE_DAY, time(), OFFICE_ZONE).astimezone(UTC)


def working_days_left(today: date, due_on: date) -> int:
    """Working days from tomorrow to the due day; negative when overdue.

    From the first day after the due day a case is overdue, a weekend too: -1 until the first working
    day has passed, then -2 and so on.
    """
    if today <= due_on:
        return _working_days(today, due_on)
    return -max(1, _working_days(due_on, today))


def _working_days(after: date, until: date) -> int:
    count, day = 0, after
    while day < until:
        day += _ONE_DAY
        count += workdays.is_working_day(day)
    return count


def _derivation(
    begins: date,
    due_on: date,
    limit: tuple[int, str],
    skipped: list[date],
    make_up: list[date],
    still: list[date],
) -> dict[str, Any]:
    provisional = [
        year for year in range(begins.year, due_on.year + 1) if not workdays.verified(year)
    ]
    days, unit = limit
    return {
        "starts_on": begins.isoformat(),
        "days": days,
        "unit": unit,
        "skipped": [_iso(run) for run in _runs(skipped)],
        "counted_make_up_days": [day.isoformat() for day in make_up],
        **({"stopped": [_iso(run) for run in _runs(still)]} if still else {}),
        "verified": unit == CALENDAR_DAYS or not provisional,
        "text": _words(
            begins, limit, (skipped, make_up, still), provisional if unit == WORKING_DAYS else []
        ),
    }


def _words(
    begins: date,
    limit: tuple[int, str],
    told: tuple[list[date], list[date], list[date]],
    provisional: list[int],
) -> dict[str, str]:
    """As a clerk reads it: "20 working days from 2026-09-28: skips 10-01…10-07, counts Sat 10-10"."""
    zh, en = [], []
    skipped, make_up, still = told
    holidays = _holidays(skipped)
    if holidays:
        named = [_short(run, begins) for run in holidays]
        zh.append("跳过" + "、".join(named))
        en.append("skips " + ", ".join(named))
    if make_up:
        named = [_short([day], begins) for day in make_up]
        with_weekday = zip(make_up, named, strict=True)
        zh.append("计入调休上班日" + "、".join(named))
        en.append(
            "counts "
            + ", ".join(f"{_WEEKDAYS[day.weekday()]} {name}" for day, name in with_weekday)
        )
    if still:
        named = [_short(run, begins) for run in _runs(still)]
        zh.append("停计" + "、".join(named))
        en.append("stopped " + ", ".join(named))
    for year in provisional:
        zh.append(f"{year}年日历尚未公布，为暂定（待核实）")
        en.append(f"the calendar of {year} is provisional")
    opening = _opening(begins, *limit)
    return {
        "zh": "：".join([opening[0], *(["，".join(zh)] if zh else [])]),
        "en": ": ".join([opening[1], *([", ".join(en)] if en else [])]),
    }


def _opening(begins: date, days: int, unit: str) -> tuple[str, str]:
    if not days:
        return f"{begins}当日办结", f"due the same day, {begins}"
    if unit == CALENDAR_DAYS:
        return f"自{begins}次日起{days}日", f"{days} calendar days from {begins}"
    return f"自{begins}次日起{days}个工作日", f"{days} working days from {begins}"


def _holidays(skipped: list[date]) -> list[list[date]]:
    """Ordinary weekends go without saying; a run with a weekday in it is a holiday."""
    return [run for run in _runs(skipped) if any(day.weekday() < workdays.SATURDAY for day in run)]


def _iso(run: list[date]) -> str:
    return f"{run[0]}" if len(run) == 1 else f"{run[0]}…{run[-1]}"


def _short(run: list[date], begins: date) -> str:
    """A run as month and day; the year is said where it is another one than the count began in."""
    ends = (run[0], run[-1]) if len(run) > 1 else (run[0],)
    return "…".join(f"{day:%m-%d}" if day.year == begins.year else f"{day}" for day in ends)


def _runs(days: list[date]) -> list[list[date]]:
    """Days one after the other, as runs without a gap."""
    found: list[list[date]] = []
    for day in days:
        if found and day - found[-1][-1] == _ONE_DAY:
            found[-1].append(day)
        else:
            found.append([day])
    return found
