"""What somebody asks of a queue besides the queue itself: filters and an order, as an address carries them.

No name, id number or word of anybody's: what stands in an address stands in histories and logs too.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import ColumnElement, and_, bindparam, literal_column, not_, or_, select
from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.offices import agencies
from authz.offices.accounts import Account
from database import clock
from database.declarative import table_of
from database.refusals import Invalid
from engine.queueing import claim_terms, queue_file, queue_places, wider_places
from engine.queueing.queue_file import MOST_KEYS, Where
from engine.record import Case, Task
from engine.timing import workdays

# Tables, not classes: a statement over them is built in a third of the time.
_TASKS, _CASES = table_of(Task), table_of(Case)
ME, NOBODY = "me", "nobody"
Token = tuple[str, Any]


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


def tokens(session: Session, actor: Actor, asked: Asked) -> tuple[Token, ...]:
    """What the words of a statement with these filters depend on: which filters, not what they are asked."""
    found: list[Token] = []
    for name in _FILTERS:
        said = getattr(asked, name)
        if said is None:
            continue
        if name == "section":
            found.append((name, len(_served(session, actor, said))))
        elif name == "green":
            found.append((name, said))
        elif name == "holder":
            found.append((name, said if said in (ME, NOBODY) else None))
        else:
            found.append((name, None))
    return tuple(found)


def condition(token: Token) -> ColumnElement[bool]:
    """What a filter says of a task and its case, of ``values``."""
    name, more = token
    if name == "section":
        return wider_places.among(_CASES.c.category, [_category(at) for at in range(more or 0)])
    if name == "green":
        return _TASKS.c.in_turn.is_not(bool(more))
    if name == "holder":
        return held_by(more)
    return _PLAIN[name]


def values(session: Session, actor: Actor, asked: Asked) -> dict[str, Any]:
    """What the conditions of filters and queues are asked with."""
    now = clock.now(session)
    today = clock.office_date(now)
    given: dict[str, Any] = {
        "today": today,
        "at_risk_until": at_risk_until(today),
        "day_began": day_began(today),
        **claim_terms.moments(now),
    }
    for name in _FILTERS:
        said = getattr(asked, name)
        if said is None:
            continue
        if name == "section":
            served = _served(session, actor, said)
            given |= {_category(at): category for at, category in enumerate(served)}
        elif name in _OTHERWISE:
            given[name] = _OTHERWISE[name](said)
        else:
            given[name] = said
    return given


def of_queue(where: Where) -> list[ColumnElement[bool]]:
    """What a queue says of a task, but for whose it is.

    Values that an index is cut by are said in the statement itself: a database that plans for any value
    finds no such index.
    """
    found: list[ColumnElement[bool]] = []
    if where.holder is not None:
        found.append(held_by(where.holder))
    if where.step is not None:
        found.append(_TASKS.c.step == literal_column(f"'{where.step}'"))
    if where.level is not None:
        found.append(_TASKS.c.risk_level == literal_column(str(where.level)))
    if where.stopped is not None:
        # Of a case with two clocks one may stand still while the other runs: it is both.
        found.append(and_(_TASKS.c.stopped) if where.stopped else not_(_TASKS.c.halted))
    if where.due is not None:
        found.append(_DUE[where.due])
    return found


def held_by(holder: str | None) -> ColumnElement[bool]:
    """Tasks that oneself holds, or nobody, or who is asked for; a claim that lapsed is nobody's."""
    if holder == NOBODY:
        return or_(_TASKS.c.claimed_by.is_(None), claim_terms.HAS_LAPSED)
    whose: Any = bindparam(queue_places.ME) if holder == ME else _HOLDER
    return and_(_TASKS.c.claimed_by == whose, ~claim_terms.HAS_LAPSED)


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


def _served(session: Session, actor: Actor, section: str) -> Sequence[str]:
    return agencies.tree(session).categories(actor.agency, section)


def _category(at: int) -> str:
    return f"section_{at}"


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


_HOLDER = (
    select(Account.account_id).where(Account.staff_no == bindparam("holder")).scalar_subquery()
)
_DUE: Mapping[str, ColumnElement[bool]] = {
    "today": _TASKS.c.due_on == bindparam("today"),
    "overdue": _TASKS.c.due_on < bindparam("today"),
    "at_risk": _TASKS.c.due_on.between(bindparam("today"), bindparam("at_risk_until")),
}
# The filters that are one comparison with what is asked.
_PLAIN: Mapping[str, ColumnElement[bool]] = {
    "process": _CASES.c.process == bindparam("process"),
    "level": _TASKS.c.risk_level == bindparam("level"),
    "due_before": _TASKS.c.due_on <= bindparam("due_before"),
    "received_from": _CASES.c.received_at >= bindparam("received_from"),
    "received_to": _CASES.c.received_at < bindparam("received_to"),
    "applicant": _CASES.c.subject_kind == bindparam("applicant"),
    "state": _CASES.c.status == bindparam("state"),
}
# Days of the office, compared as moments.
_OTHERWISE: Mapping[str, Callable[[Any], Any]] = {
    "received_from": lambda said: clock.day_ends(_before(said)),
    "received_to": clock.day_ends,
}
_FILTERS = (*_PLAIN, "section", "holder", "green")
