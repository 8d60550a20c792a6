"""A case opened for reading as commands open it, and what its page asks of a task."""

from typing import Any

from sqlalchemy.orm import Session

from api.dependencies import Reading
from authz import decisions
from authz.offices import accounts
from engine import case_verbs, signing, task_permits
from engine.handling import Handling
from engine.record import Task


def opened(reading: Reading, case_no: str) -> Handling:
    """The case as a reader sees it, without a lock; nothing of it may be saved.

    Raises CaseNotFound, Forbidden.
    """
    return case_verbs.opened(reading.session, reading.office, reading.actor, case_no)


def may_escalate(work: Handling, task: Task) -> bool:
    """Whether the reader may decide that the city is to approve as well."""
    act = task_permits.task_act(work, task, "escalate")
    return signing.concludes(task) and decisions.may(work.session, work.actor, act) is not None


def holder(session: Session, task: Task) -> dict[str, Any] | None:
    """Who claimed a task: ``{staff_no, name}``."""
    return None if task.claimed_by is None else accounts.identify(session, task.claimed_by)
