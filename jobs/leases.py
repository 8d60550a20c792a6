"""Claims jobs for a node, and notes how their turns ended: each in one statement, which one node wins."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from database.declarative import table_of
from jobs.job import Job
from jobs.record import LONGEST_PLACE, JobState

# A failed job is tried again after this, then after twice as long, and so on.
FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(minutes=10)

_JOBS = table_of(JobState)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this node is at, under the number of its lease."""

    job: Job
    lease_no: int
    due_at: datetime
    failures: int
    place: str | None
    result: Mapping[str, Any]


def unknown(session: Session, jobs: Collection[Job]) -> list[Job]:
    """Those that have no row yet."""
    known = set(session.execute(select(JobState.name)).scalars())
    return [job for job in jobs if job.name not in known]


def register(session: Session, job: Job, now: datetime) -> None:
    """Give a new job its row; another node may have done so."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(_JOBS).on_conflict_do_nothing(),
        {
            "name": job.name,
            "due_at": job.first_due(now),
            "lease_no": 0,
            "failures": 0,
            "runs": 0,
            "failed_runs": 0,
            "result": {},
        },
    )


def due(session: Session, now: datetime) -> set[str]:
    """The names of the jobs that are due and that nobody is at."""
    asked = select(JobState.name).where(JobState.due_at <= now, _free(now))
    return set(session.execute(asked).scalars())


def claim(session: Session, job: Job, now: datetime, holder: str) -> Claim | None:
    """Take a due job; None where another node was quicker."""
    row = session.execute(
        update(_JOBS)
        .where(_JOBS.c.name == job.name, _JOBS.c.due_at <= now, _free(now))
        .values(
            lease_no=_JOBS.c.lease_no + 1,
            holder=holder,
            leased_until=now + job.lease,
            started_at=now,
        )
        .returning(
            _JOBS.c.lease_no, _JOBS.c.due_at, _JOBS.c.failures, _JOBS.c.place, _JOBS.c.result
        )
    ).one_or_none()
    return None if row is None else Claim(job, *row)


def keep(session: Session, held: Claim, now: datetime) -> bool:
    """Make a lease longer; False where another node has taken the job over."""
    return _change(session, held, {"leased_until": now + held.job.lease})


def succeed(
    session: Session, held: Claim, now: datetime, result: Mapping[str, Any], place: str | None
) -> bool:
    """Note a turn that did what it should; with a place the job is due again at once."""
    return _end(
        session,
        held,
        now,
        {
            "due_at": now if place is not None else held.job.next_due(held.due_at, now),
            "succeeded_at": now,
            "failing": None,
            "failures": 0,
            "runs": _JOBS.c.runs + 1,
            "result": dict(result),
            "place": None if place is None else place[:LONGEST_PLACE],
        },
    )


def fail(session: Session, held: Claim, now: datetime, kind: str) -> bool:
    """Note a turn that failed, by the kind of failure; it is tried again, later each time."""
    failures = held.failures + 1
    longest = max(held.job.every, LONGEST_RETRY) if held.job.at is None else LONGEST_RETRY
    wait = min(FIRST_RETRY * 2 ** min(failures - 1, 16), longest)
    return _end(
        session,
        held,
        now,
        {
            "due_at": now + wait,
            "failed_at": now,
            "failing": kind[:80],
            "failures": failures,
            "runs": _JOBS.c.runs + 1,
            "failed_runs": _JOBS.c.failed_runs + 1,
        },
    )


def postpone(session: Session, held: Claim, now: datetime) -> bool:
    """Give back a job that could not be done just now; it is no failure."""
    return _end(session, held, now, {"due_at": now + FIRST_RETRY})


def give_back(session: Session, held: Claim, now: datetime) -> bool:
    """Give back a job that is still due: whoever ticks next takes it."""
    return _end(session, held, now, {})


def _free(now: datetime) -> Any:
    return or_(_JOBS.c.leased_until.is_(None), _JOBS.c.leased_until <= now)


def _end(session: Session, held: Claim, now: datetime, values: dict[str, Any]) -> bool:
    return _change(session, held, {"holder": None, "leased_until": None, "ended_at": now, **values})


def _change(session: Session, held: Claim, values: dict[str, Any]) -> bool:
    changed = session.execute(
        update(_JOBS)
        .where(_JOBS.c.name == held.job.name, _JOBS.c.lease_no == held.lease_no)
        .values(values)
        .returning(_JOBS.c.name)
    )
    return changed.first() is not None
