"""Months as YYYYMM integers: counting and shifting them, which plain integers get wrong."""

from datetime import date

YEAR = 12


def of(day: date) -> int:
    """The month a day lies in."""
    return day.year * 100 + day.month


def count(month: int) -> int:
    """Months since the year 0, so that months can be subtracted."""
    year, number = divmod(month, 100)
    return year * YEAR + number - 1


def shifted(month: int, by: int) -> int:
    """The month ``by`` months later (earlier where negative)."""
    year, number = divmod(count(month) + by, YEAR)
    return year * 100 + number + 1


def between(earlier: int, later: int) -> int:
    """How many months ``later`` comes after ``earlier``; negative where it comes before."""
    return count(later) - count(earlier)


def spanned(first: int, last: int) -> list[int]:
    """Every month from ``first`` to ``last``, both included; none where ``last`` comes before."""
    return [shifted(first, step) for step in range(between(first, last) + 1)]


def first_day(month: int) -> date:
    """The month's first day."""
    return date(month // 100, month % 100, 1)


def same_day(day: date, by: int) -> date:
    """The same day of the month ``by`` months later; where that month is shorter, its last day."""
    month = shifted(of(day), by)
    last = (first_day(shifted(month, 1)) - date.resolution).day
    return date(month // 100, month % 100, min(day.day, last))


def text(month: int) -> str:
    """The month as people write it, ``2026-11``."""
    return f"{month // 100}-{month % 100:02d}"
