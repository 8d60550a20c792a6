"""How the jobs stand, for who looks after the machine: administrator, supervisor, internal control."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from database import clock
from jobs.record import JobState

# Nobody is at a job that should have begun so long ago: no node runs the jobs, or they hang.
LATE = timedelta(minutes=10)


def read(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """Every job that ever was registered, by name. Raises Forbidden."""
    decisions.require(session, actor, Act("read_jobs", agency=actor.agency))
    now = clock.now(session)
    return [_shown(state, now) for state in states(session)]


def states(session: Session) -> Collection[JobState]:
    """How every job stands, by name."""
    return session.execute(select(JobState).order_by(JobState.name)).scalars().all()


def failing(session: Session, name: str) -> str | None:
    """The kind of a job's last failure, None where it doesn't fail."""
    asked = select(JobState.failing).where(JobState.name == name)
    return session.execute(asked).scalar_one_or_none()


def is_late(state: JobState, now: datetime) -> bool:
    """Whether nobody has taken up a job for too long."""
    taken = state.leased_until is not None and state.leased_until > now
    return not taken and now - state.due_at > LATE


def _shown(state: JobState, now: datetime) -> dict[str, Any]:
    is_running = state.leased_until is not None and state.leased_until > now
    return {
        "name": state.name,
        "status": _status(state, now, is_running=is_running),
        "due_at": _moment(state.due_at),
        "started_at": _moment(state.started_at),
        "ended_at": _moment(state.ended_at),
        "succeeded_at": _moment(state.succeeded_at),
        "failed_at": _moment(state.failed_at),
        "failure": state.failing,
        "failures": state.failures,
        "runs": state.runs,
        "failed_runs": state.failed_runs,
        "node": state.holder if is_running else None,
        "goes_on": state.place is not None,
        "result": state.result,
    }


def _status(state: JobState, now: datetime, *, is_running: bool) -> str:
    if is_running:
        return "running"
    if state.failing is not None:
        return "failing"
    return "late" if is_late(state, now) else "waiting"


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else clock.moment_text(moment)
