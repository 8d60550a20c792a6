"""Seals the journal at an interval: one node at a time, and the seal leaves the database at once."""

from datetime import timedelta

from jobs.job import Job, Outcome, Turn
from oversight import seal_file, seals

NAME = "seals"
# Sealing is one piece of work that gives no sign in between; two that seal at once do no harm.
LEASE = timedelta(minutes=2)


def job(seconds: int) -> Job:
    """The job that seals every so many seconds."""
    return Job(NAME, run, every=timedelta(seconds=seconds), lease=LEASE)


def run(turn: Turn) -> Outcome:
    """Seal what is new, and write what the seal file lacks.

    Raises SealBusy, WitnessRefused, OSError, InvariantBroken where what was sealed before no longer stands.
    """
    made = seals.seal_all(turn.sessions)
    with turn.sessions.reading() as session:
        seal_file.write(session, seal_file.place(turn.office.data_dir))
    return Outcome({"seal_no": made[-1].seal_no if made else turn.result.get("seal_no")})
