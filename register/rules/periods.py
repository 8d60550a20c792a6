"""Periods of months that are entered into a history: which months they name, and from when any may count.

Pure: the gates of the businesses that enter periods say what follows. The lowest age is 劳动法 article 15.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from register import months
from register.parameters import Parameters
from register.records import ContributionMonth

Period = tuple[int, int]


def spanned(periods: Iterable[Period]) -> list[int]:
    """Every month (YYYYMM) of the periods in order, as often as they name it."""
    return sorted(month for first, last in periods for month in months.spanned(first, last))


def repeated(periods: Iterable[Period]) -> list[int]:
    """The months that more than one of the periods names."""
    return [month for month, times in Counter(spanned(periods)).items() if times > 1]


def counted(named: Iterable[int], held: Iterable[ContributionMonth]) -> list[int]:
    """Those of the named months that count already."""
    there = {month.month for month in held}
    return [month for month in named if month in there]


def earliest(birth: date, first_work_on: date | None, on: date, parameters: Parameters) -> int:
    """The first month that may count: that of the lowest working age, or of the first work if later.

    Raises ParameterMissing.
    """
    age = parameters.integer("lowest_working_age_months", on)
    of_age = months.shifted(months.of(birth), age)
    return of_age if first_work_on is None else max(of_age, months.of(first_work_on))


def chosen(periods: Sequence[Period], held: Iterable[ContributionMonth]) -> list[ContributionMonth]:
    """The months that count among those the periods name, in order."""
    named = set(spanned(periods))
    return sorted((month for month in held if month.month in named), key=lambda month: month.month)


def text(named: Sequence[int]) -> str:
    """Months as people read them: the first few, and how many more there are."""
    shown = ", ".join(months.text(month) for month in named[:3])
    return shown if len(named) <= 3 else f"{shown} … ({len(named)})"  # noqa: PLR2004
