"""Lists that stay quick however long they grow: a person's worklist, an office's cases."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from authz import agencies, decisions
from authz.accounts import Account
from authz.actors import Actor
from authz.acts import Act
from database import clock
from database.declarative import table_of
from database.refusals import Invalid
from engine import clock_states, consultation_record, deadlines, green_record, owner_record, views
from engine.green_record import GreenCase
from engine.record import Case, Task
from engine.signoffs import SignOff

PAGE = 50
# Counting a backlog to the last row would read all of it; past this the exact number helps nobody.
COUNT_LIMIT = 1000
CASE_NO_LENGTH = 24
MAKER_STEPS = ("handle", "correct")
INSTANT_LEVEL = 2
# What goes first among equals: false sorts before true, the green channel before what goes in its turn.
IN_TURN = GreenCase.case_no.is_(None)

_CASES, _TASKS = table_of(Case), table_of(Task)
_CASE_OF_TASK = (
    select(_CASES.c.case_no)
    .join(_TASKS, _TASKS.c.case_id == _CASES.c.case_id)
    .where(_TASKS.c.task_id == bindparam("task_id"))
)


class CursorInvalid(Invalid):
    """This cursor is not one of ours: begin again without it."""

    rule = "cursor.invalid"


def worklist(session: Session, actor: Actor, cursor: str | None = None) -> dict[str, Any]:
    """The waiting tasks this person may act on, nearest due date first, of one day the green channel's.

    Left out: what separation of duties bars him from, and corrections that wait for somebody else.
    ``count`` is exact up to COUNT_LIMIT.
    """
    mine = _may_act(session, actor)
    found = _tasks().where(mine)
    if cursor is not None:
        found = found.where(tuple_(Task.due_on, IN_TURN, Task.task_id) > _place(session, cursor))
    order = (Task.due_on, IN_TURN, Task.task_id)
    rows = session.execute(found.order_by(*order).limit(PAGE + 1)).all()
    counted = select(Task.task_id).join(Case, Case.case_id == Task.case_id).where(mine)
    count = session.execute(
        select(func.count()).select_from(counted.limit(COUNT_LIMIT).subquery())
    ).scalar_one()
    today = clock.today(session)
    items = [
        task_view(task, case, holder, today, green) for task, case, holder, green in rows[:PAGE]
    ]
    say_beside(session, items, [case for _, case, _, _ in rows[:PAGE]])
    more = len(rows) > PAGE
    return {
        "items": items,
        "next_cursor": items[-1]["task_id"] if more else None,
        "count": count,
    }


def at_window(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """The instant business of ``worklist`` that needs a second person: level 2, due today or before.

    ``waits_minutes`` says how long the client has been waiting at the window; None where the day ended
    without a decision and he went home with his slip.
    """
    now = clock.now(session)
    today = clock.today(session)
    rows = session.execute(
        _tasks()
        .where(
            _may_act(session, actor),
            Case.risk_level == INSTANT_LEVEL,
            Task.due_on <= today,
            Task.step != "correct",
        )
        .order_by(IN_TURN, Task.opened_at, Task.task_id)
        .limit(PAGE)
    ).all()
    items = [
        {
            **task_view(task, case, holder, today, green),
            "waits_minutes": _minutes(task.opened_at, now) if task.due_on == today else None,
        }
        for task, case, holder, green in rows
    ]
    say_beside(session, items, [case for _, case, _, _ in rows])
    return items


def say_beside(session: Session, items: list[dict[str, Any]], of: list[Case]) -> None:
    """Say of each line who answers for its case, and which post a question about it waits for."""
    owners = owner_record.of_cases(session, [case.case_no for case in of])
    asking = consultation_record.open_in(session, [case.case_id for case in of])
    for item, case in zip(items, of, strict=True):
        item |= {"owner": owners[case.case_no], "asking": asking.get(case.case_id)}


def _minutes(since: datetime, now: datetime) -> int:
    return int((now - since).total_seconds()) // 60


def task_view(
    task: Task, case: Case, holder: str | None, today: date, green: str | None
) -> dict[str, Any]:
    """One line of a worklist; ``holder`` is the staff number of who claimed it, ``green`` a category."""
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
        "working_days_left": deadlines.working_days_left(today, task.due_on),
        "clock": clock_states.of_case(case, today).said(),
        "claimed_by": holder,
        "green": green,
        "owner": None,
        "asking": None,
    }


def _tasks() -> Select[Task, Case, str | None, str | None]:
    """Tasks with their case, who claimed them, and the category of the green channel."""
    return (
        select(Task, Case, Account.staff_no, GreenCase.category)
        .join(Case, Case.case_id == Task.case_id)
        .outerjoin(Account, Account.account_id == Task.claimed_by)
        .outerjoin(GreenCase, green_record.stands(Case.case_no))
    )


def cases(
    session: Session,
    actor: Actor,
    *,
    status: str | None = None,
    process: str | None = None,
    person_id: str | None = None,
    q: str | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    """The cases of the actor's agency and its subordinates, newest first.

    ``q`` is the beginning of a case number: names and id numbers have no place in an address.
    """
    decisions.require(session, actor, Act("see", agency=actor.agency))
    wanted: list[ColumnElement[bool]] = []
    if status is not None:
        wanted.append(Case.status == status)
    if process is not None:
        wanted.append(Case.process == process)
    if person_id is not None:
        wanted.append(Case.subject_id == person_id)
    if q:
        wanted.append(begins_with(q))
    categories = agencies.categories(session, actor.agency, actor.section)
    if categories is not None:
        wanted.append(Case.category.in_(categories))
    if cursor is not None:
        if not cursor.isdecimal():
            raise CursorInvalid
        wanted.append(Case.case_id < int(cursor))
    found = _newest(agencies.below(session, actor.agency), wanted)
    rows = session.execute(found).scalars().all()
    more = len(rows) > PAGE
    return {
        "items": [views.summary(case) for case in rows[:PAGE]],
        "next_cursor": str(rows[PAGE - 1].case_id) if more else None,
    }


def _newest(codes: list[str], wanted: list[ColumnElement[bool]]) -> Select[Case]:
    """The newest cases of these agencies: each agency's own newest, then the newest of those.

    Asked for all agencies at once, a database reads and sorts every case they ever had.
    """
    newest = Case.case_id.desc()
    each = [
        select(
            select(Case.case_id)
            .where(Case.agency_code == code, *wanted)
            .order_by(newest)
            .limit(PAGE + 1)
            .subquery()
        )
        for code in codes
    ]
    of_all = union_all(*each).subquery()
    ids = select(of_all.c.case_id).order_by(of_all.c.case_id.desc()).limit(PAGE + 1)
    return select(Case).where(Case.case_id.in_(ids)).order_by(newest)


def begins_with(q: str) -> ColumnElement[bool]:
    """Case numbers are digits: those that begin with some lie between two numbers, which an index finds."""
    if not (q.isascii() and q.isdecimal()):
        return false()
    return and_(
        Case.case_no.between(q, q.ljust(CASE_NO_LENGTH, "9")),
        Case.case_no.startswith(q, autoescape=True),
    )


def case_of(session: Session, task_id: str) -> str | None:
    """The number of the case a task belongs to."""
    return session.execute(_CASE_OF_TASK, {"task_id": task_id}).scalar_one_or_none()


def _may_act(session: Session, actor: Actor) -> Any:
    if actor.away is not None:
        return false()
    signed = select(SignOff.sign_off_id).where(
        SignOff.case_id == Task.case_id,
        SignOff.cycle == Task.cycle,
        SignOff.signer_person == actor.person_id,
        SignOff.step != Task.step,
    )
    places = [_offered(session, actor, actor.agency, actor.section, actor.posts)]
    places += [
        _offered(session, actor, done.agency, done.section, [done.post]) for done in actor.stood_in
    ]
    return and_(
        Task.closed_at.is_(None),
        or_(*places),
        or_(Task.step == "correct", ~signed.exists()),
        or_(Task.step.in_(MAKER_STEPS), Case.accepted_person != actor.person_id),
    )


def _offered(
    session: Session, actor: Actor, agency: str, section: str | None, offered: Collection[str]
) -> ColumnElement[bool]:
    """Which tasks are offered to these posts of an agency; a correction only to whom it is reserved for."""
    others = [done.absent_id for done in actor.stood_in if done.absent_id is not None]
    whose = [actor.account_id, *others]
    conditions = [
        Task.agency_code == agency,
        Task.post.in_(offered),
        or_(Task.reserved_for.is_(None), Task.reserved_for.in_(whose)),
    ]
    categories = agencies.categories(session, agency, section)
    if categories is not None:
        conditions.append(Case.category.in_(categories))
    return and_(*conditions)


def _place(session: Session, cursor: str) -> tuple[Any, bool, str]:
    """Where a task stands in a worklist."""
    row = session.execute(
        select(Task.due_on, IN_TURN, Task.task_id)
        .join(Case, Case.case_id == Task.case_id)
        .outerjoin(GreenCase, green_record.stands(Case.case_no))
        .where(Task.task_id == cursor)
    ).one_or_none()
    if row is None:
        raise CursorInvalid
    return row[0], row[1], row[2]
