"""What a job is, and what it is handed for one turn: an office, its database, and how long it may go on."""

import time as stopwatch
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from database import clock
from database.connection import Sessions
from engine.office import Office

# A worker that dies leaves its lease behind; whoever ticks after this takes over.
LEASE = timedelta(seconds=30)
# A turn stops by itself after this: what is left goes on with the next tick, on whichever node.
LONGEST_SECONDS = 20
# Every job says once in this time that it is still at it.
_SIGN_SECONDS = 5
_SECOND = 1_000_000_000


class Stopped(Exception):  # noqa: N818 - it says what happened
    """This node was told to stop: the job goes on elsewhere, or when it starts again."""


class LeaseLost(Exception):  # noqa: N818 - it says what happened
    """This node gave no sign for longer than its lease, and another took the job over."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn did. ``result`` is shown to who watches: numbers and ids, never personal data.

    With a ``place`` the job isn't through: it goes on from there with the next tick.
    """

    result: Mapping[str, Any] = field(default_factory=dict)
    place: str | None = None


@dataclass(slots=True)
class Turn:
    """One turn of a job. ``place`` and ``result`` are what its last turn left.

    ``keep`` makes the lease longer, in a transaction of its own; it raises LeaseLost.
    """

    office: Office
    sessions: Sessions
    place: str | None
    result: Mapping[str, Any]
    stopping: Callable[[], bool]
    keep: Callable[[], None]
    begun_ns: int = field(default_factory=stopwatch.monotonic_ns)
    sign_ns: int = field(default_factory=stopwatch.monotonic_ns)

    def go_on(self) -> None:
        """Say that it is still at it: between two pieces of work, never inside a command's transaction.

        Raises Stopped, LeaseLost.
        """
        if self.stopping():
            raise Stopped
        now = stopwatch.monotonic_ns()
        if now - self.sign_ns > _SIGN_SECONDS * _SECOND:
            self.keep()
            self.sign_ns = now

    def is_long(self) -> bool:
        """Whether it should leave the rest to the next tick."""
        return stopwatch.monotonic_ns() - self.begun_ns > LONGEST_SECONDS * _SECOND


@dataclass(frozen=True, slots=True)
class Job:
    """A sweep that may be run again at any time: every effect it has, it has once.

    It is due ``every`` so often, or daily ``at`` a time of the office's clock.
    """

    name: str
    run: Callable[[Turn], Outcome]
    every: timedelta = timedelta(days=1)
    at: time | None = None
    lease: timedelta = LEASE

    def first_due(self, now: datetime) -> datetime:
        """When a job that never ran is due."""
        return now if self.at is None else self._next_night(now, self.at)

    def next_due(self, due_at: datetime, now: datetime) -> datetime:
        """When it is due again after a turn that was due at ``due_at``: on its grid, never in the past."""
        if self.at is not None:
            return self._next_night(now, self.at)
        following = due_at + self.every
        return following if following > now else now + self.every

    @staticmethod
    def _next_night(now: datetime, at: time) -> datetime:
        local = now.astimezone(clock.OFFICE_ZONE)
        found = datetime.combine(local.date(), at, clock.OFFICE_ZONE)
        return found if found > local else found + timedelta(days=1)
