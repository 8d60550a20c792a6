"""What somebody asks of a queue besides the queue itself: filters and an order, as an address carries them.

No name, id number or word of anybody's: what stands in an address stands in histories and logs too.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import ColumnElement, and_, false, literal_column, not_, or_, select
from sqlalchemy.orm import Session

from authz import agencies
from authz.accounts import Account
from authz.actors import Actor
from database import clock
from database.declarative import table_of
from database.refusals import Invalid
from engine.queueing import claim_terms, queue_file
from engine.queueing.queue_file import MOST_KEYS, Queue, Where
from engine.record import Case, Task
from engine.timing import workdays

# Tables, not classes: a statement over them is built in a third of the time.
_TASKS, _CASES = table_of(Task), table_of(Case)
ME, NOBODY = "me", "nobody"


class FilterInvalid(Invalid):
    """A queue can't be filtered or sorted like that."""

    rule = "queue.filter"


class Asked(BaseModel):
    """Filters and order; what isn't said doesn't matter.

    ``holder`` is ``me``, ``nobody`` or a staff number; ``sort`` up to three keys, ``-`` turning one round.
    ``received_from`` and ``received_to`` are days of the office, both included; so is ``due_before``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    process: str | None = Field(default=None, pattern="^[a-z0-9_]{1,40}$")
    level: int | None = Field(default=None, ge=1, le=2)
    section: str | None = Field(default=None, min_length=1, max_length=40)
    holder: str | None = Field(default=None, pattern="^[A-Za-z0-9_-]{1,20}$")
    green: bool | None = None
    due_before: date | None = None
    received_from: date | None = None
    received_to: date | None = None
    applicant: Literal["person", "employer", "agency"] | None = None
    state: Literal["awaiting_materials", "in_progress", "returned"] | None = None
    sort: str | None = Field(default=None, min_length=1, max_length=60)

    @model_validator(mode="after")
    def _sortable(self) -> Self:
        queue_file.check_sort(self.keys or [], done=True)
        return self

    @property
    def keys(self) -> list[str] | None:
        """The keys of the order asked for; None where it is the queue's own."""
        return None if self.sort is None else self.sort.split(",")[: MOST_KEYS + 1]

    def said(self) -> dict[str, str]:
        """What was said, as an address carries it."""
        return {
            name: str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in self.model_dump(mode="json", exclude_none=True).items()
        }


def of_address(query: Mapping[str, str]) -> Asked:
    """What the fields of an address ask for; empty ones ask nothing. Raises FilterInvalid."""
    given = {name: said for name in Asked.model_fields if (said := query.get(name, "").strip())}
    try:
        return Asked.model_validate(given)
    except ValidationError as wrong:
        fields = sorted({str(one["loc"][0]) if one["loc"] else "sort" for one in wrong.errors()})
        raise FilterInvalid(facts={"fields": fields}) from wrong


def conditions(session: Session, actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    """What the filters say of a task and its case."""
    given = {name: getattr(asked, name) for name in _FILTERS}
    return [
        _FILTERS[name](session, actor, said) for name, said in given.items() if said is not None
    ]


def of_queue(session: Session, actor: Actor, queue: Queue) -> list[ColumnElement[bool]]:
    """What a queue says of a task, but for whose it is.

    Values that an index is cut by are said in the statement itself: a database that plans for any value
    finds no such index.
    """
    where: Where = queue.where
    found: list[ColumnElement[bool]] = []
    if where.holder is not None:
        found.append(held_by(session, actor, where.holder))
    if where.step is not None:
        found.append(_TASKS.c.step == literal_column(f"'{where.step}'"))
    if where.level is not None:
        found.append(_TASKS.c.risk_level == literal_column(str(where.level)))
    if where.stopped is not None:
        found.append(and_(_TASKS.c.stopped) if where.stopped else not_(_TASKS.c.stopped))
    if where.due is not None:
        found.append(_due(clock.today(session), where.due))
    return found


def held_by(session: Session, actor: Actor, holder: str) -> ColumnElement[bool]:
    """Tasks that somebody holds, or nobody; a claim that lapsed is nobody's."""
    lapsed = claim_terms.has_lapsed(clock.now(session))
    if holder == NOBODY:
        return or_(_TASKS.c.claimed_by.is_(None), lapsed)
    if holder == ME:
        return and_(_TASKS.c.claimed_by == actor.account_id, ~lapsed)
    account = select(Account.account_id).where(Account.staff_no == holder).scalar_subquery()
    return and_(_TASKS.c.claimed_by == account, ~lapsed)


def at_risk_until(today: date) -> date:
    """The last day that is at risk: so many working days from today."""
    left, day = queue_file.in_use().at_risk_working_days, today
    while left:
        day = date.fromordinal(day.toordinal() + 1)
        left -= workdays.is_working_day(day)
    return day


def day_began(today: date) -> datetime:
    """The moment a day of the office began, UTC."""
    return clock.day_ends(_before(today))


def _due(today: date, due: str) -> ColumnElement[bool]:
    if due == "today":
        return _TASKS.c.due_on <= today
    if due == "overdue":
        return _TASKS.c.due_on < today
    return _TASKS.c.due_on.between(today, at_risk_until(today))


def _section(session: Session, actor: Actor, section: str) -> ColumnElement[bool]:
    served = agencies.tree(session).categories(actor.agency, section)
    return _CASES.c.category.in_(served) if served else false()


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


_Condition = Callable[[Session, Actor, Any], ColumnElement[bool]]
_FILTERS: Mapping[str, _Condition] = {
    "process": lambda _session, _actor, said: _CASES.c.process == said,
    "level": lambda _session, _actor, said: _TASKS.c.risk_level == said,
    "section": _section,
    "holder": held_by,
    "green": lambda _session, _actor, said: _TASKS.c.in_turn.is_not(said),
    "due_before": lambda _session, _actor, said: _TASKS.c.due_on <= said,
    "received_from": lambda _s, _a, said: _CASES.c.received_at >= clock.day_ends(_before(said)),
    "received_to": lambda _session, _actor, said: _CASES.c.received_at < clock.day_ends(said),
    "applicant": lambda _session, _actor, said: _CASES.c.subject_kind == said,
    "state": lambda _session, _actor, said: _CASES.c.status == said,
}
