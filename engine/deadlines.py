"""When a case is due, counted in working days, with its derivation in words.

Source: the day of acceptance is not counted (domain practice, 行政许可法 45 analogue); instant business
(即时, levels 2 and 3) is finished the same day: 陕社保发[2016]27号 §7.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from database.clock import OFFICE_ZONE, office_date
from database.refusals import InvariantBroken
from engine import workdays

_ONE_DAY = timedelta(days=1)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day a case is due, and how that was found (JSON)."""

    due_on: date
    derivation: dict[str, Any]


def due(accepted_at: datetime, days: int, *, instant: bool) -> Deadline:
    """The due day of a case accepted at this moment, with a limit of ``days`` working days.

    Limited business (level 1) is due ``days`` working days after the day of acceptance, instant
    business on the day of acceptance itself. Raises CalendarYearMissing when the count runs into a
    year that isn't loaded.
    """
    if days < 0:
        raise InvariantBroken(f"a time limit of {days} working days")
    begins = office_date(accepted_at)
    if instant:
        return Deadline(begins, _derivation(begins, begins, 0, [], []))
    day, left = begins, days
    skipped: list[date] = []
    make_up: list[date] = []
    while left:
        day += _ONE_DAY
        if not workdays.is_working_day(day):
            skipped.append(day)
            continue
        left -= 1
        if workdays.is_make_up_day(day):
            make_up.append(day)
    return Deadline(day, _derivation(begins, day, days, skipped, make_up))


def awaited(begun_at: datetime, days: int, unit: str) -> Deadline:
    """The last day of a stretch of ``days`` that a case waits for, begun at this moment.

    The day it began on is not counted. ``unit``: ``working_days`` or ``calendar_days``. Raises
    CalendarYearMissing as ``due`` does.
    """
    if unit == "working_days":
        return due(begun_at, days, instant=False)
    begins = office_date(begun_at)
    last = begins + days * _ONE_DAY
    said = {
        **_derivation(begins, begins, 0, [], []),
        "days": days,
        "unit": unit,
        "text": {
            "zh": f"自{begins}次日起{days}日",
            "en": f"{days} calendar days from {begins}",
        },
    }
    return Deadline(last, said)


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
    begins: date, due_on: date, days: int, skipped: list[date], make_up: list[date]
) -> dict[str, Any]:
    provisional = [
        year for year in range(begins.year, due_on.year + 1) if not workdays.verified(year)
    ]
    return {
        "starts_on": begins.isoformat(),
        "days": days,
        "unit": "working_days",
        "skipped": [_iso(run) for run in _runs(skipped)],
        "counted_make_up_days": [day.isoformat() for day in make_up],
        "verified": not provisional,
        "text": _words(begins, days, skipped, make_up, provisional),
    }


def _words(
    begins: date, days: int, skipped: list[date], make_up: list[date], provisional: list[int]
) -> dict[str, str]:
    """As a clerk reads it: "20 working days from 2026-09-28: skips 10-01…10-07, counts Sat 10-10"."""
    zh, en = [], []
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
    for year in provisional:
        zh.append(f"{year}年日历尚未公布，为暂定（待核实）")
        en.append(f"the calendar of {year} is provisional")
    if days:
        opening = f"自{begins}次日起{days}个工作日", f"{days} working days from {begins}"
    else:
        opening = f"{begins}当日办结", f"due the same day, {begins}"
    return {
        "zh": "：".join([opening[0], *(["，".join(zh)] if zh else [])]),
        "en": ": ".join([opening[1], *([", ".join(en)] if en else [])]),
    }


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
