"""A page of a queue and how much each queue holds, read off the ends of indexes however long they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.orm import Session, load_only

from authz.accounts import Account
from authz.actors import Actor
from database import clock, planning
from database.declarative import table_of
from database.refusals import NotFound
from engine import green_record
from engine.green_record import GreenCase
from engine.ownership import consultation_record, owner_record
from engine.queueing import claim_terms, queue_file, queue_filters, queue_order
from engine.queueing import queue_places as places
from engine.queueing.queue_file import Queue
from engine.queueing.queue_filters import Asked
from engine.queueing.queue_order import Key
from engine.record import Case, Task
from engine.timing import clock_states, deadlines

_TASKS, _CASES = table_of(Task), table_of(Case)
_OF_CASES = _TASKS.join(_CASES, _CASES.c.case_id == _TASKS.c.case_id)
# Of a case's thirty columns those that a line shows or is ordered by.
_SHOWN = (
    Case.case_no,
    Case.process,
    Case.risk_level,
    Case.route,
    Case.deadline,
    Case.due_on,
    Case.received_at,
)
PAGE = 50
# Counting a backlog to the last row would read all of it; past this the exact number helps nobody.
COUNTED = 100
NOTHING = Asked()


class QueueUnknown(NotFound):
    """There is no such queue, or your posts don't see it."""

    rule = "queue.unknown"


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a queue, and the places before the first and after the last; None where nothing is there."""

    items: list[dict[str, Any]]
    onward: str | None
    back: str | None


def seen(actor: Actor) -> list[Queue]:
    """The queues that a person's posts see."""
    mine = set(actor.works_as)
    listed = queue_file.in_use().queues
    return [queue for queue in listed if queue.posts is None or mine.intersection(queue.posts)]


def named(actor: Actor, code: str) -> Queue:
    """A queue that the person sees. Raises QueueUnknown."""
    found = next((queue for queue in seen(actor) if queue.code == code), None)
    if found is None:
        raise QueueUnknown
    return found


def page(
    session: Session, actor: Actor, queue: Queue, asked: Asked = NOTHING, at: str | None = None
) -> Page:
    """The rows at a place of a queue, the beginning where none is named.

    Raises FilterInvalid, CursorInvalid.
    """
    keys = queue_order.keys(_sort(queue, asked))
    place = None if at is None else queue_order.read(keys, at)
    back = place is not None and place.back
    ordered = [key.turned() for key in keys] if back else keys
    wanted = queue_filters.conditions(session, actor, asked)
    if place is not None:
        wanted.append(queue_order.beyond(ordered, place.values))
    found = _found(session, actor, queue, wanted, ordered)
    more, found = len(found) > PAGE, found[:PAGE]
    if back:
        found.reverse()
    ends = [_values(keys, row) for row in (found[0], found[-1])] if found else []
    return Page(
        rows(session, found),
        queue_order.written(ends[1], back=False) if ends and (back or more) else None,
        queue_order.written(ends[0], back=True) if ends and (more if back else place) else None,
    )


def counts(session: Session, actor: Actor, queues: Sequence[Queue]) -> dict[str, int]:
    """How much each queue holds, exact below COUNTED: all in one question."""
    asked = {}
    worked = _Worked(session, actor)
    for queue in queues:
        each = worked.found(queue, [], [_TASKS.c.task_id])
        ends = [select(one.limit(COUNTED).subquery()) for one in each]
        if ends:
            held = union_all(*ends).limit(COUNTED) if len(ends) > 1 else ends[0]
            asked[queue.code] = select(func.count()).select_from(held.subquery()).scalar_subquery()
    if not asked:
        return dict.fromkeys((queue.code for queue in queues), 0)
    # As long as all queues together, and each part of it reads the end of an index whoever asks.
    with planning.once(session):
        found = session.execute(select(*asked.values())).one()
    return dict.fromkeys((queue.code for queue in queues), 0) | dict(zip(asked, found, strict=True))


def task_view(
    task: Task,
    case: Case,
    holder: str | None,
    now: datetime,
    green: str | None,
    days_left: int | None = None,
) -> dict[str, Any]:
    """One line of a queue; ``holder`` is the staff number of who claimed it, ``green`` a category.

    ``days_left`` are the working days to its due day, where they are counted already.
    """
    today = clock.office_date(now)
    if days_left is None:
        days_left = deadlines.working_days_left(today, task.due_on)
    return {
        "task_id": task.task_id,
        "case_no": case.case_no,
        "process": case.process,
        "step": task.step,
        "post": task.post,
        "agency": task.agency_code,
        "risk_level": case.risk_level,
        "route": case.route or None,
        "due_on": task.due_on.isoformat(),
        "step_due_on": None if task.step_due_on is None else task.step_due_on.isoformat(),
        "working_days_left": days_left,
        "clock": clock_states.of_case(case, today).said(),
        "claimed_by": None if claim_terms.lapsed(task, now) else holder,
        "green": green,
        "owner": None,
        "asking": None,
    }


# Put in words once: building it took longer than running it.
_LINES = (
    select(Task, Case, Account.staff_no, GreenCase.category)
    .join(Case, Case.case_id == Task.case_id)
    .outerjoin(Account, Account.account_id == Task.claimed_by)
    .outerjoin(GreenCase, green_record.stands(Case.case_no))
    .options(load_only(*_SHOWN, raiseload=True))
)


def lines() -> Select[Task, Case, str | None, str | None]:
    """Tasks with their case, who claimed them, and the category of the green channel."""
    return _LINES


def rows(session: Session, found: Sequence[Any]) -> list[dict[str, Any]]:
    """The lines of what ``lines`` found."""
    now = clock.now(session)
    today = clock.office_date(now)
    # Counted once a day, not a line: a page is ordered by them, and a backlog is long overdue.
    days = {row[0].due_on for row in found}
    left = {day: deadlines.working_days_left(today, day) for day in days}
    listed = [
        task_view(task, case, holder, now, green, left[task.due_on])
        for task, case, holder, green in found
    ]
    say_beside(session, listed, [case for _, case, _, _ in found])
    return listed


def say_beside(session: Session, listed: list[dict[str, Any]], of: Sequence[Case]) -> None:
    """Say of each line who answers for its case, and which post a question about it waits for."""
    owners = owner_record.of_cases(session, [case.case_no for case in of])
    asking = consultation_record.open_in(session, [case.case_id for case in of])
    for line, case in zip(listed, of, strict=True):
        line |= {"owner": owners[case.case_no], "asking": asking.get(case.case_id)}


def _sort(queue: Queue, asked: Asked) -> list[str]:
    sort = asked.keys or queue.sort
    try:
        queue_file.check_sort(sort, done=queue.done)
    except ValueError as wrong:
        raise queue_filters.FilterInvalid(facts={"fields": ["sort"]}) from wrong
    return sort


def _found(
    session: Session,
    actor: Actor,
    queue: Queue,
    wanted: Sequence[ColumnElement[bool]],
    ordered: Sequence[Key],
) -> list[Any]:
    columns = [key.column.label(f"key_{at}") for at, key in enumerate(ordered)]
    each = _Worked(session, actor).found(
        queue, wanted, [_TASKS.c.task_id.label("found_id"), *columns]
    )
    if not each:
        return []
    firsts = [
        select(one.order_by(*queue_order.by(ordered)).limit(PAGE + 1).subquery()) for one in each
    ]
    together = union_all(*firsts).subquery()
    said = [together.c[f"key_{at}"] for at in range(len(ordered))]
    by = [one.desc() if key.down else one.asc() for one, key in zip(said, ordered, strict=True)]
    ids = select(together.c.found_id).order_by(*by).limit(PAGE + 1).subquery()
    found = lines().join(ids, ids.c.found_id == Task.task_id)
    return list(session.execute(found.order_by(*queue_order.by(ordered))).all())


class _Worked:
    """Where a person works and what bars him there, put in words once for all queues that are asked."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session, self._actor = session, actor
        self._separate = places.separate(actor)
        self._places: dict[str | None, list[ColumnElement[bool]]] = {}

    def found(
        self, queue: Queue, wanted: Sequence[ColumnElement[bool]], columns: Sequence[Any]
    ) -> list[Select[Any]]:
        """For every place of a queue the statement that finds its rows."""
        session, actor = self._session, self._actor
        plain = select(*columns).select_from(_OF_CASES).where(*wanted)
        if queue.done:
            began = queue_filters.day_began(clock.today(session))
            mine = _TASKS.c.closed_by == actor.account_id
            return [plain.where(mine, _TASKS.c.closed_at >= began)]
        which = queue.where.place
        if which not in self._places:
            self._places[which] = [p.waiting() for p in places.of(session, actor, which)]
        conditions = queue_filters.of_queue(session, actor, queue)
        return [plain.where(at, *conditions, *self._separate) for at in self._places[which]]


def _values(keys: Sequence[Key], row: Any) -> list[Any]:
    task, case = row[0], row[1]
    return [getattr(case if key.column.table is _CASES else task, key.column.key) for key in keys]
