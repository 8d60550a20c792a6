"""The one clock: UTC for moments, Asia/Shanghai for days. Tests inject their own."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
_ONE_DAY = timedelta(days=1)
_NEVER = datetime.min.replace(tzinfo=UTC)
# The day that was found last for a moment, and from when until when it is that: each moment of a process is
# another one, and nearly all are of the same day.
_present = [(_NEVER, _NEVER, date.min)]


class Clock:
    """Tells the time from the machine."""

    def now(self) -> datetime:
        """The present moment, UTC, to the microsecond."""
        return datetime.now(UTC)


class FixedClock(Clock):
    """Stands still until it is moved: for tests and for seeded demo cases."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment


def now(session: Session) -> datetime:
    """The present moment by the clock this session was opened with."""
    clock: Clock = session.info["clock"]
    return clock.now()


def today(session: Session) -> date:
    """Today's date at the office (Asia/Shanghai)."""
    moment = now(session)
    begins, ends, day = _present[0]
    if not begins <= moment < ends:
        day = office_date(moment)
        _present[0] = (day_ends(day - _ONE_DAY), day_ends(day), day)
    return day


# A command has one moment, and says it, and its day, in every row and entry.
@lru_cache(maxsize=512)
def office_date(moment: datetime) -> date:
    """The date at the office (Asia/Shanghai) of a moment."""
    return moment.astimezone(OFFICE_ZONE).date()


def day_ends(day: date) -> datetime:
    """The first moment after a day at the office."""
    return datetime.combine(day + _ONE_DAY, time(), OFFICE_ZONE).astimezone(UTC)


@lru_cache(maxsize=512)
def moment_text(moment: datetime) -> str:
    """A moment as signed records write it: UTC, microseconds, ``Z``."""
    # In UTC whatever zone it came in: moments of two zones that are one are one to the memory too.
    said = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return said.removesuffix("+00:00") + "Z"
