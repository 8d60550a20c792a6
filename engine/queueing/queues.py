"""Lists that stay quick however long they grow: a person's worklist, an office's cases."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from database import clock
from database.declarative import table_of
from database.prepared import Prepared
from engine import correction_record, views
from engine.queueing import queue_lines, queue_pages, queue_places
from engine.queueing.queue_file import Queue
from engine.queueing.queue_order import CursorInvalid
from engine.queueing.queue_places import Shape
from engine.record import Case, Task

PAGE = queue_pages.PAGE
# Counting a backlog to the last row would read all of it; past this the exact number helps nobody.
COUNT_LIMIT = 1000
CASE_NO_LENGTH = 24
# How many ways in which people work are kept in words.
_KEPT = 64
# As the index of what waits at the window is cut: in the statement itself, not a value bound to it.
INSTANT: ColumnElement[int] = literal_column("2")
EVERYTHING = Queue.model_validate(
    {
        "code": "everything",
        "names": {"zh": "全部", "en": "All"},
        "of": "offered",
        "sort": ["due_on", "turn"],
    }
)

_CASES, _TASKS = table_of(Case), table_of(Task)
_CASE_OF_TASK = (
    select(_CASES.c.case_no)
    .join(_TASKS, _TASKS.c.case_id == _CASES.c.case_id)
    .where(_TASKS.c.task_id == bindparam("task_id"))
)


def worklist(session: Session, actor: Actor, cursor: str | None = None) -> dict[str, Any]:
    """The waiting tasks this person may act on, nearest due date first, of one day the green channel's.

    Left out: what separation of duties bars him from, and corrections that wait for somebody else.
    ``count`` is exact up to COUNT_LIMIT.
    """
    found = queue_pages.page(session, actor, EVERYTHING, at=cursor)
    worked = queue_places.worked(session, actor)
    counting = _counting(worked.shape)
    count = 0 if counting is None else counting.all(session, worked.values)[0][0]
    return {"items": found.items, "next_cursor": found.onward, "count": count}


@lru_cache(maxsize=_KEPT)
def _counting(worked: Shape) -> Prepared | None:
    mine = worked.may_act()
    if mine is None:
        return None
    counted = select(_TASKS.c.task_id).select_from(queue_lines.OF_CASES).where(mine)
    return Prepared(select(func.count()).select_from(counted.limit(COUNT_LIMIT).subquery()))


def at_window(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """The instant business of ``worklist`` that needs a second person while a client waits: today's level 2.

    ``waits_minutes`` says how long he has been waiting at the window. Where the day ended without a decision
    he went home with his slip, and what is left of him is overdue.
    """
    now = clock.now(session)
    today = clock.office_date(now)
    worked = queue_places.worked(session, actor)
    asked = _at_window(worked.shape)
    found = [] if asked is None else asked.all(session, {**worked.values, "today": today})
    return [
        {
            **line,
            "waits_minutes": _minutes(row.opened_at, now),
        }
        for line, row in zip(queue_lines.views(session, found), found, strict=True)
    ]


@lru_cache(maxsize=_KEPT)
def _at_window(worked: Shape) -> Prepared | None:
    mine = worked.may_act()
    if mine is None:
        return None
    asked = queue_lines.lines().where(
        mine,
        _TASKS.c.risk_level == INSTANT,
        _TASKS.c.due_on == bindparam("today"),
        _TASKS.c.step != "correct",
    )
    ordered = asked.order_by(_TASKS.c.in_turn, _TASKS.c.opened_at, _TASKS.c.task_id)
    return Prepared(ordered.limit(PAGE))


def _minutes(since: datetime, now: datetime) -> int:
    return int((now - since).total_seconds()) // 60


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
    completed = [case.case_no for case in rows[:PAGE] if case.status == "completed"]
    corrected = correction_record.of_cases(session, completed)
    return {
        "items": [
            {**views.summary(case), "corrected_by": corrected.get(case.case_no)}
            for case in rows[:PAGE]
        ],
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
