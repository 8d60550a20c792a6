"""Removes scans that no row names: uploads that broke off between their store and the database."""

from datetime import timedelta

from engine.scans import stray_files
from jobs.job import Job, Outcome, Turn

NAME = "orphans"


def job() -> Job:
    """The job, every six hours."""
    return Job(NAME, run, every=timedelta(hours=6))


def run(turn: Turn) -> Outcome:
    """Go through the shelves of scans, one after the other, from where the last turn left off."""
    removed = int(turn.result.get("removed", 0)) if turn.place is not None else 0
    for shelf in turn.office.scans.shelves(after=turn.place or ""):
        turn.go_on()
        removed += stray_files.remove(
            turn.sessions, turn.office.scans, shelf, turn.sessions.clock.now()
        )
        if turn.is_long():
            return Outcome({"removed": removed}, shelf)
    return Outcome({"removed": removed})
