"""Closes windows that were left open: on a day that is over, or by whoever is signed in nowhere any more."""

from datetime import timedelta

from engine.windows import window_turns
from jobs.job import Job, Outcome, Turn

NAME = "windows"
# Windows a transaction closes: whoever decides waits no longer than that takes.
BATCH = 50


def job() -> Job:
    """The job, every five minutes."""
    return Job(NAME, run, every=timedelta(minutes=5))


def run(turn: Turn) -> Outcome:
    """Close them, a few at a time; how many in this turn."""
    closed = 0
    while True:
        turn.go_on()
        with turn.sessions.command() as session:
            count = window_turns.close_left(session, turn.sessions.clock.now(), BATCH)
        closed += count
        if count < BATCH or turn.is_long():
            return Outcome({"closed": closed})
