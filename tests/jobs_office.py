"""An office's jobs as a test runs them: by its own clock, without waiting for a tick."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from api.composition import Opened
from api.running import working
from database.clock import FixedClock
from jobs.job import Job
from jobs.record import JobState
from jobs.turns import Runner
from tests.people import Hall

SEAL_SECONDS = 60


class JobsOffice:
    """The jobs of one node over the office that a hall works in."""

    def __init__(self, hall: Hall, clock: FixedClock) -> None:
        state = hall.client.app.state  # type: ignore[attr-defined]
        self.opened = Opened(state.office, state.sessions, seal_seconds=SEAL_SECONDS)
        self.clock = clock
        # Without DBOS nobody ticks, and there are no old ticks to forget.
        self.jobs = [job for job in working.all_of(self.opened) if job.name != "ticks"]
        self.runner = self.node()

    def node(self, *jobs: Job) -> Runner:
        """One more node, with these jobs instead of the office's own if there are any."""
        return Runner(lambda: self.opened.office, self.opened.sessions, jobs or self.jobs)

    def pass_time(self, **time: int) -> None:
        """Let time pass."""
        self.clock.moment += timedelta(**time)

    def state(self, name: str) -> JobState:
        """How a job stands."""
        with self.opened.sessions.reading() as session:
            return session.execute(select(JobState).where(JobState.name == name)).scalar_one()

    def result(self, name: str) -> Any:
        """What a job told last."""
        return self.state(name).result

    def at_night(self, name: str) -> None:
        """Let it be night, when a nightly job is due, and do what is due until that job is through."""
        self.runner.tick()
        due_at = self.state(name).due_at
        self.clock.moment = max(self.clock.moment, due_at) + timedelta(seconds=1)
        assert name in self.runner.tick()
        while self.state(name).place is not None:
            self.runner.tick()
