"""Claiming and releasing a task, so that two people don't read the same case for nothing."""

from typing import Any

from sqlalchemy.orm import Session

from authz import epoch
from authz.actors import Actor
from engine import handling, signing, stored, task_permits
from engine.handling import Handling
from engine.office import Office
from engine.queueing import claim_terms, queue_lines
from engine.record import FINAL_STATUSES, Task
from engine.signing import TaskNotWaiting


def claim(session: Session, office: Office, actor: Actor, task_id: str) -> tuple[Handling, Task]:
    """Take a task; again by the same person changes nothing. Raises TaskHeld, TaskNotWaiting."""
    work, task = opened(session, office, actor, task_id)
    if task_permits.held_by_another(work, task):
        raise signing.held(work, task)
    if task.claimed_by != actor.account_id or claim_terms.lapsed(task, work.now):
        task.claimed_by, task.claimed_at = actor.account_id, work.now
        stored.save_task(work.session, task)
        work.note("claimed", post=task.post, step=task.step)
        handling.save_journal(work)
    return work, task


def release(session: Session, office: Office, actor: Actor, task_id: str) -> tuple[Handling, Task]:
    """Give a task back to its post. Raises TaskHeld where another person holds it."""
    work, task = opened(session, office, actor, task_id)
    if task_permits.held_by_another(work, task):
        raise signing.held(work, task)
    if task.claimed_by is not None:
        task.claimed_by, task.claimed_at = None, None
        stored.save_task(work.session, task)
        work.note("released", post=task.post, step=task.step)
        handling.save_journal(work)
    return work, task


def shown(work: Handling, task: Task) -> dict[str, Any]:
    """The task as its holder's worklist shows it."""
    return queue_lines.of_task(work.session, task.task_id)


def opened(session: Session, office: Office, actor: Actor, task_id: str) -> tuple[Handling, Task]:
    """A task that waits, its case under lock, for somebody who may act on it.

    Raises TaskNotFound, Forbidden, TaskNotWaiting.
    """
    epoch.hold(session)
    work, task = signing.open_task(session, office, actor, task_id)
    task_permits.required(work, task)
    if task.closed_at is not None or work.case.status in FINAL_STATUSES:
        raise TaskNotWaiting(facts={"case_no": work.case.case_no})
    return work, task
