"""Handing a task to a named colleague of its post (转办), for a coded reason that the journal keeps.

It passes on a claim and nothing else: the colleague must be able to do what he is given, and what was
signed, when the case is due and who may sign stay as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import actors
from authz.actors import Actor
from authz.offices import posts
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from database import clock
from database.refusals import Conflict, Invalid, NotFound
from engine import handling, signing, stored, task_permits
from engine.handling import Handling
from engine.office import Office
from engine.process import Names
from engine.queueing import claims, queue_places
from engine.record import Case, Task
from engine.signing import TaskNotFound

REASONS: Mapping[str, Names] = {
    "absent": Names("外出或请假", "is away"),
    "workload": Names("均衡工作量", "evens out the work"),
    "expertise": Names("业务专长", "knows this business better"),
    "avoidance": Names("申请回避", "asks to be kept out of it"),
    "handover": Names("交接班", "hands over the shift"),
}


class TransferEntry(BaseModel):
    """To whom, by staff number, and why."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    to: str = Field(min_length=1, max_length=20)
    reason: Literal["absent", "workload", "expertise", "avoidance", "handover"]


class ColleagueUnknown(NotFound):
    """Nobody of this staff number holds the task's post at its agency."""

    rule = "transfer.unknown"


class TransferToSelf(Invalid):
    """A task is handed to a colleague; who wants it himself claims it."""

    rule = "transfer.self"


class ColleagueBarred(Conflict):
    """This colleague can't do this step of this case: separation of duties or his rights stand in the way."""

    rule = "transfer.barred"


class TaskReserved(Conflict):
    """A correction waits for whoever handled the case: it is not handed on."""

    rule = "transfer.reserved"


def transfer(
    session: Session, office: Office, actor: Actor, task_id: str, entry: TransferEntry
) -> tuple[Handling, Task]:
    """Let a colleague hold a task that one holds oneself, or that nobody holds.

    Raises TaskNotFound, Forbidden, TaskNotWaiting, TaskHeld, TaskReserved, TransferToSelf, ColleagueUnknown,
    ColleagueBarred.
    """
    work, task = claims.opened(session, office, actor, task_id)
    facts = {"case_no": work.case.case_no}
    if task_permits.held_by_another(work, task):
        raise signing.held(work, task)
    if task.reserved_for is not None:
        raise TaskReserved(facts=facts)
    if entry.to == actor.staff_no:
        raise TransferToSelf(facts=facts)
    account_id = dict(_holders(session, task)).get(entry.to)
    if account_id is None:
        raise ColleagueUnknown(facts=facts)
    colleague = actors.load(session, account_id)
    barred = task_permits.why_not(replace(work, actor=colleague), task)
    if barred is not None:
        raise ColleagueBarred(facts={**facts, "barred_by": barred.rule})
    task.claimed_by, task.claimed_at = account_id, work.now
    stored.save_task(session, task)
    work.note("transferred", post=task.post, step=task.step, to=entry.to, reason=entry.reason)
    handling.save_journal(work)
    return work, task


def of_mine(session: Session, actor: Actor, task_id: str) -> tuple[Case, Task]:
    """A waiting task that is offered to somebody, with its case. Raises TaskNotFound."""
    asked = select(Case, Task).join(Task, Task.case_id == Case.case_id)
    worked = queue_places.worked(session, actor)
    mine = worked.shape.may_act()
    if mine is None:
        raise TaskNotFound
    wanted = asked.where(Task.task_id == task_id, mine)
    found = session.execute(wanted, worked.values).one_or_none()
    if found is None:
        raise TaskNotFound
    return found[0], found[1]


def colleagues(session: Session, actor: Actor, task: Task) -> list[str]:
    """The staff numbers of those who hold a task's post at its agency today, but for oneself."""
    return sorted(staff_no for staff_no, _ in _holders(session, task) if staff_no != actor.staff_no)


def _holders(session: Session, task: Task) -> Sequence[tuple[str, int]]:
    held: Any = (
        select(Account.staff_no, Account.account_id)
        .join(PostHolding, PostHolding.account_id == Account.account_id)
        .where(
            Account.active,
            PostHolding.post == task.post,
            PostHolding.agency_code == task.agency_code,
            posts.in_force(clock.today(session)),
        )
    )
    return [(row.staff_no, row.account_id) for row in session.execute(held)]
