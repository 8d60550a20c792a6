"""A page of a queue and how much each queue holds, read off the ends of indexes however long they are.

What is asked is put in words once for all who ask alike (``Alike``): building a statement took longer than
running it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from authz.actors import Actor
from database import planning
from database.declarative import table_of
from database.prepared import Prepared
from database.refusals import NotFound
from engine.queueing import queue_file, queue_filters, queue_lines, queue_order, queue_places
from engine.queueing.queue_file import Queue, Where
from engine.queueing.queue_filters import Asked, Token
from engine.queueing.queue_order import Key
from engine.queueing.queue_places import SEPARATE, Shape
from engine.record import Case, Task

_TASKS, _CASES = table_of(Task), table_of(Case)
PAGE = 50
# Counting a backlog to the last row would read all of it; past this the exact number helps nobody.
COUNTED = 100
NOTHING = Asked()
# How many ways of asking are kept in words: few are usual, and who tries all filters must not fill memory.
_KEPT = 128


class QueueUnknown(NotFound):
    """There is no such queue, or your posts don't see it."""

    rule = "queue.unknown"


@dataclass(frozen=True, slots=True)
class Alike:
    """What the words of a page depend on: all who ask alike ask the same statement, each with his values."""

    worked: Shape
    done: bool
    where: Where
    wanted: tuple[Token, ...]
    ordered: tuple[Key, ...]
    beyond: bool


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
    ordered = tuple(key.turned() for key in keys) if back else tuple(keys)
    worked = queue_places.worked(session, actor, [queue.where.place])
    wanted = queue_filters.tokens(session, actor, asked)
    alike = Alike(worked.shape, queue.done, queue.where, wanted, ordered, place is not None)
    values = {
        **worked.values,
        **queue_filters.values(session, actor, asked),
        **queue_order.bound(() if place is None else place.values),
    }
    asked_for = statement(alike)
    found = [] if asked_for is None else asked_for.all(session, values)
    more, found = len(found) > PAGE, found[:PAGE]
    if back:
        found.reverse()
    ends = [_values(keys, row) for row in (found[0], found[-1])] if found else []
    return Page(
        queue_lines.views(session, found),
        queue_order.written(ends[1], back=False) if ends and (back or more) else None,
        queue_order.written(ends[0], back=True) if ends and (more if back else place) else None,
    )


def counts(session: Session, actor: Actor, queues: Sequence[Queue]) -> dict[str, int]:
    """How much each queue holds, exact below COUNTED: all in one question."""
    kinds = tuple(dict.fromkeys(queue.where.place for queue in queues))
    worked = queue_places.worked(session, actor, kinds)
    statement = _counting(worked.shape, tuple((queue.done, queue.where) for queue in queues))
    if statement is None:
        return dict.fromkeys((queue.code for queue in queues), 0)
    values = {**worked.values, **queue_filters.values(session, actor, NOTHING)}
    # As long as all queues together, and each part of it reads the end of an index whoever asks.
    with planning.once(session):
        (found,) = statement.all(session, values)
    return {queue.code: count or 0 for queue, count in zip(queues, found, strict=True)}


def _sort(queue: Queue, asked: Asked) -> list[str]:
    sort = asked.keys or queue.sort
    try:
        queue_file.check_sort(sort, done=queue.done)
    except ValueError as wrong:
        raise queue_filters.FilterInvalid(facts={"fields": ["sort"]}) from wrong
    return sort


@lru_cache(maxsize=_KEPT)
def statement(alike: Alike) -> Prepared | None:
    """The first rows of every place, and of these the first, with their lines; None where nothing can be."""
    ordered = alike.ordered
    wanted = [queue_filters.condition(token) for token in alike.wanted]
    if alike.beyond:
        wanted.append(queue_order.beyond(ordered))
    columns = [key.column.label(f"key_{at}") for at, key in enumerate(ordered)]
    columns = [_TASKS.c.task_id.label("found_id"), *columns]
    each = _found(alike.worked, alike.done, alike.where, wanted, columns)
    if not each:
        return None
    firsts = [
        select(one.order_by(*queue_order.by(ordered)).limit(PAGE + 1).subquery()) for one in each
    ]
    together = union_all(*firsts).subquery()
    said = [together.c[f"key_{at}"] for at in range(len(ordered))]
    by = [one.desc() if key.down else one.asc() for one, key in zip(said, ordered, strict=True)]
    ids = select(together.c.found_id).order_by(*by).limit(PAGE + 1).subquery()
    found = queue_lines.lines().join(ids, ids.c.found_id == _TASKS.c.task_id)
    return Prepared(found.order_by(*queue_order.by(ordered)))


@lru_cache(maxsize=_KEPT)
def _counting(worked: Shape, queues: tuple[tuple[bool, Where], ...]) -> Prepared | None:
    """The counts of these queues, in their order; None where nothing can be in any."""
    asked: list[Any] = []
    for done, where in queues:
        found = _found(worked, done, where, [], [_TASKS.c.task_id])
        if not done and where.holder != queue_filters.ME:
            # Else a plan for any value goes by whatever reads all, as if rows of every post came early on.
            plain = worked.count(where.place)
            found[:plain] = [one.order_by(_TASKS.c.due_on) for one in found[:plain]]
        ends = [select(one.limit(COUNTED).subquery()) for one in found]
        held = union_all(*ends).limit(COUNTED) if len(ends) > 1 else ends[0] if ends else None
        counted = None if held is None else select(func.count()).select_from(held.subquery())
        asked.append(counted)
    if not any(one is not None for one in asked):
        return None
    columns = [literal(0) if one is None else one.scalar_subquery() for one in asked]
    return Prepared(select(*(one.label(f"of_{nth}") for nth, one in enumerate(columns))))


def _found(
    worked: Shape,
    done: bool,
    where: Where,
    wanted: Sequence[ColumnElement[bool]],
    columns: Sequence[Any],
) -> list[Select[Any]]:
    """For every place of a queue the statement that finds its rows."""
    plain = select(*columns).select_from(queue_lines.OF_CASES).where(*wanted)
    if done:
        mine = _TASKS.c.closed_by == bindparam(queue_places.ME)
        return [plain.where(mine, _TASKS.c.closed_at >= bindparam("day_began"))]
    conditions = queue_filters.of_queue(where)
    return [plain.where(at, *conditions, *SEPARATE) for at in worked.waiting(where.place)]


def _values(keys: Sequence[Key], row: Any) -> list[Any]:
    return [getattr(row, key.column.key) for key in keys]
