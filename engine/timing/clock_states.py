"""How an open case's clocks stand today: how much of the time is used, and which colour that is.

Read off the case's row alone, so that a queue shows it for every line without looking at anything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from database.clock import office_date
from engine.record import Case
from engine.timing import day_count
from engine.timing.clocks import PROMISED, Clock, Stop, stop_of
from engine.timing.deadlines import Span

# Per cent of a clock's days: from here on its colour is another, and a warning is due.
HALF, NEAR, ALL = 50, 80, 100
STAGES = ("half", "near", "overdue")


@dataclass(frozen=True, slots=True)
class Standing:
    """One clock today.

    ``light``: ``green``, ``amber`` (half used), ``red`` (80 % used), ``overdue``, or ``stopped``; ``since``
    is the cause of the stop that goes on.
    """

    clock: str
    due_on: date
    used_percent: int
    light: str
    since: str | None = None

    @property
    def stage(self) -> str | None:
        """The warning that is due; None where none is."""
        return {"amber": "half", "red": "near", "overdue": "overdue"}.get(self.light)

    def said(self) -> dict[str, Any]:
        """As answers show it."""
        return {
            "clock": self.clock,
            "due_on": self.due_on.isoformat(),
            "used_percent": self.used_percent,
            "light": self.light,
            "stopped_for": self.since,
        }


def of_case(case: Case, today: date) -> Standing:
    """The clock that matters most today: of those that run the worse one, else one that stands still."""
    found = all_of(case, today)
    running = [one for one in found if one.light != "stopped"]
    return max(running or found, key=lambda one: (one.light == "overdue", one.used_percent))


def all_of(case: Case, today: date) -> list[Standing]:
    """Every clock of an open case today, the promised one first."""
    stops = [stop_of(said) for said in case.deadline.get("stops", ())]
    return [_standing(name, said, stops, today) for name, said in counted(case).items()]


def counted(case: Case) -> Mapping[str, Mapping[str, Any]]:
    """What the row keeps of each clock: ``due_on``, and how it was counted."""
    found: Mapping[str, Mapping[str, Any]] | None = case.deadline.get("clocks")
    # Instant business, and cases of before there were two.
    return found or {PROMISED: {**case.deadline, "due_on": case.due_on.isoformat()}}


def stopped(case: Case) -> list[str]:
    """The clocks of a case that stand still."""
    stops = [stop_of(said) for said in case.deadline.get("stops", ())]
    still = {clock for stop in stops if stop.ended_at is None for clock in stop.clocks}
    return [name for name in counted(case) if name in still]


def _standing(name: str, said: Mapping[str, Any], stops: list[Stop], today: date) -> Standing:
    mine = [stop for stop in stops if name in stop.clocks]
    still = next((stop for stop in mine if stop.ended_at is None), None)
    due_on = date.fromisoformat(said["due_on"])
    if still is None and today > due_on:
        return Standing(name, due_on, ALL, "overdue")
    until = today if still is None else min(today, office_date(still.begun_at))
    used = _used(_clock(name, said, mine), until)
    if still is not None:
        return Standing(name, due_on, used, "stopped", still.cause)
    light = "red" if used >= NEAR else "amber" if used >= HALF else "green"
    return Standing(name, due_on, used, light)


def _clock(name: str, said: Mapping[str, Any], stops: list[Stop]) -> Clock:
    spans = tuple(
        Span(office_date(stop.begun_at), office_date(stop.ended_at))
        for stop in stops
        if stop.ended_at is not None
    )
    return Clock(name, date.fromisoformat(said["starts_on"]), said["days"], said["unit"], spans)


def _used(clock: Clock, until: date) -> int:
    """Of its days; what ends the same day has used nothing until the day is over."""
    if not clock.days or until <= clock.begins:
        return 0
    elapsed = day_count.elapsed(clock.begins, until, clock.unit, clock.stopped)
    return min(ALL, elapsed * ALL // clock.days)
