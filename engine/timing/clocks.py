"""The two clocks of a case (限时办结): what the law allows and what was promised, and how each is counted.

The statutory one runs from the day of receipt in the law's days and stops only on a cited legal basis; the
promised one runs in working days from acceptance and leaves out what the office waits for. A case is due on
the earlier of the two. Everything here follows from what the journal tells, the guide and the calendar.
Source: 陕社保发[2016]27号 §7, §8; 人社窗口单位服务规范 二(一) 限时办结制.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from database.clock import moment_text, office_date
from engine.defining.guides import TimeLimit
from engine.timing import calendar_versions, day_count, deadlines, workdays
from engine.timing.deadlines import WORKING_DAYS, Deadline, Span

PROMISED, STATUTORY = "promised", "statutory"
BOTH = (PROMISED, STATUTORY)
# How many a day there may be: one for each limit, a few more for papers of earlier days.
_KEPT = 512
_begun: dict[tuple[object, ...], Deadline] = {}


@dataclass(frozen=True, slots=True)
class Stop:
    """A stretch in which clocks of a case stand still, the ``number``-th; ``ended_at`` is None while they do.

    ``cause`` is what it waits for: ``awaiting_materials``, ``message:NAME``, ``timer:NAME``, or the coded
    reason of whoever ordered it, whose staff number is ``by``; ``basis`` is what he cited.
    """

    number: int
    cause: str
    clocks: tuple[str, ...]
    begun_at: datetime
    ended_at: datetime | None = None
    by: str | None = None
    basis: str = ""

    def said(self) -> dict[str, Any]:
        """As the case's row keeps it and answers show it."""
        return {
            "number": self.number,
            "cause": self.cause,
            "clocks": list(self.clocks),
            "begun_at": moment_text(self.begun_at),
            "ended_at": None if self.ended_at is None else moment_text(self.ended_at),
            "by": self.by,
            "basis": self.basis,
        }


def stop_of(said: Mapping[str, Any]) -> Stop:
    """A stop from what a case's row keeps of it."""
    ended = said["ended_at"]
    return Stop(
        number=said["number"],
        cause=said["cause"],
        clocks=tuple(said["clocks"]),
        begun_at=datetime.fromisoformat(said["begun_at"]),
        ended_at=None if ended is None else datetime.fromisoformat(ended),
        by=said["by"],
        basis=said["basis"],
    )


@dataclass(frozen=True)
class Clock:
    """One clock: the day it is counted from, how many days of which unit, and where it stood still."""

    name: str
    begins: date
    days: int
    unit: str
    stopped: tuple[Span, ...]

    @property
    def due_on(self) -> date:
        """Its last day. Raises CalendarYearMissing."""
        return day_count.last_day(self.begins, self.days, self.unit, self.stopped)

    def derived(self) -> Deadline:
        """Its last day, told day by day. Raises CalendarYearMissing."""
        return deadlines.counted(self.begins, self.days, self.unit, self.stopped)


@dataclass(frozen=True)
class Terms:
    """What the clocks of a case are counted by.

    ``instant`` business has the one clock, which ends the day everything is there; ``extended_days`` lengthen
    both clocks, each in its own days.
    """

    received_at: datetime
    accepted_at: datetime
    instant: bool
    limit: TimeLimit
    stops: Sequence[Stop] = ()
    extended_days: int = 0

    @cached_property
    def clocks(self) -> tuple[Clock, ...]:
        """The clocks that run, the promised one first."""
        accepted = office_date(self.accepted_at)
        stopped = self._stopped(PROMISED)
        if self.instant:
            # An instant case that waited for its materials ends the day they came.
            begins = max([accepted, *(span.resumed_on for span in stopped)])
            return (Clock(PROMISED, begins, 0, WORKING_DAYS, ()),)
        days = (self.limit.promised_days or self.limit.days) + self.extended_days
        promised = Clock(PROMISED, accepted, days, WORKING_DAYS, stopped)
        law = self.limit.statutory
        if law is None:
            return (promised,)
        days = law.days + self.extended_days
        received = office_date(self.received_at)
        return (promised, Clock(STATUTORY, received, days, law.unit, self._stopped(STATUTORY)))

    @cached_property
    def due_on(self) -> date:
        """The day by which the case must be done. Raises CalendarYearMissing."""
        return min(clock.due_on for clock in self.clocks)

    def deadline(self) -> Deadline:
        """The same day with its derivation, as the case's row keeps it. Raises CalendarYearMissing.

        Cases that begin alike are counted once, as long as no calendar changes.
        """
        if self.stops or self.extended_days:
            return self._counted()
        alike = self._alike()
        found = _begun.get(alike)
        if found is None:
            found = self._counted()
            if len(_begun) >= _KEPT:
                _begun.clear()
            _begun[alike] = found
        return Deadline(found.due_on, dict(found.derivation))

    def _alike(self) -> tuple[object, ...]:
        """All that the days of a case rest on which neither stood still nor was lengthened."""
        accepted, received = office_date(self.accepted_at), office_date(self.received_at)
        calendars = workdays.in_use()
        if self.instant:
            return accepted, calendars.get(accepted.year)
        limit = self.limit
        law = limit.statutory
        # No limit is longer than 365 days, of which a year has at least two thirds.
        counted = range(min(accepted, received).year, max(accepted, received).year + 3)
        return (
            accepted,
            received,
            limit.promised_days or limit.days,
            None if law is None else (law.days, law.unit),
            *map(calendars.get, counted),
        )

    def _counted(self) -> Deadline:
        found = {clock.name: clock.derived() for clock in self.clocks}
        for deadline in found.values():
            _tell_extension(deadline.derivation, self.extended_days)
        binding = min(found, key=lambda name: found[name].due_on)
        first = min(clock.begins for clock in self.clocks)
        last = max(deadline.due_on for deadline in found.values())
        said = {
            **found[binding].derivation,
            "clock": binding,
            "calendar": calendar_versions.named(first, last),
        }
        if not self.instant:
            said["clocks"] = {
                name: {"due_on": deadline.due_on.isoformat(), **deadline.derivation}
                for name, deadline in found.items()
            }
        if self.stops:
            said["stops"] = [stop.said() for stop in self.stops]
        if self.extended_days:
            said["extended_days"] = self.extended_days
        return Deadline(found[binding].due_on, said)

    def _stopped(self, clock: str) -> tuple[Span, ...]:
        """Where this clock stood still; a stop that goes on counts when it has ended."""
        return tuple(
            Span(office_date(stop.begun_at), office_date(stop.ended_at))
            for stop in self.stops
            if clock in stop.clocks and stop.ended_at is not None
        )


def _tell_extension(derivation: dict[str, Any], days: int) -> None:
    if days:
        text = derivation["text"]
        derivation["text"] = {
            "zh": f"{text['zh']}（含延长{days}日）",
            "en": f"{text['en']} ({days} of them by extension)",
        }
