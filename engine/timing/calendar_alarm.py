"""Says when next year's calendar is missing: from 1 November on, when the State Council's notice is due.

A provisional table lets cases be counted, but what it counts may move: until the published year is loaded the
alarm stands.
"""

from datetime import date

from engine.timing import workdays

FROM_MONTH = 11


def missing(today: date) -> int | None:
    """The year whose published calendar should be there by now and isn't; None where none lacks."""
    wanted = [today.year, *([today.year + 1] if today.month >= FROM_MONTH else [])]
    return next((year for year in wanted if not _published(year)), None)


def _published(year: int) -> bool:
    return workdays.loaded(year) and workdays.verified(year)
