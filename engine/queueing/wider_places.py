"""From which offices reviews that nobody took are offered to somebody (扩大派送, ``authz.widening``).

One place has several offices, unlike others: few reviews wait for that long, and those of a city's counties
are read at once off the index of what waits at the window.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, bindparam, false, func, literal_column, or_
from sqlalchemy.orm import Session

from authz import widening
from authz.actors import Actor
from authz.offices import agencies
from database.declarative import table_of
from engine.queueing import claim_terms
from engine.record import Case, Task

Which = Literal["own", "stood_in"] | None
# How many offices and how many categories each place has, None where it has all.
Counted = tuple[tuple[int, int | None], ...]
_TASKS, _CASES = table_of(Task), table_of(Case)
_UNTIL = "wider_opened_until"
# In the statement itself, as the index is cut by it: a database that plans for any value finds no such index.
_LEVEL: ColumnElement[int] = literal_column("2")
# Not the bare column: both databases would go by arrival through all that waits, most of it older than that.
_OPENED: ColumnElement[datetime] = func.coalesce(_TASKS.c.opened_at, _TASKS.c.opened_at)
# Nor this one: SQLite would go through all that waits there in the order of its days.
_POST: ColumnElement[str] = func.coalesce(_TASKS.c.post, _TASKS.c.post)
_STEP: ColumnElement[str] = literal_column(f"'{widening.WIDENS}'")


@dataclass(frozen=True, slots=True)
class WiderPlace:
    """Offices, and the categories of business of which their reviews are offered to him; None for all."""

    offices: tuple[str, ...]
    categories: tuple[str, ...] | None


def of(
    session: Session, actor: Actor, which: Which, taken: Mapping[str, tuple[str, ...] | None]
) -> list[WiderPlace]:
    """The places of somebody's posts, ``own`` or ``stood_in``; reviews that are ``taken`` are his anyway."""
    if actor.away is not None:
        return []
    found: dict[str, tuple[str, ...] | None] = {}
    for office, served in _offered(session, actor, which):
        known = found.get(office, ())
        both = None if known is None or served is None else tuple(dict.fromkeys((*known, *served)))
        found[office] = both
    places: dict[tuple[str, ...] | None, list[str]] = {}
    for office, served in found.items():
        his = taken.get(office, ())
        if his is None:
            continue
        left = served if served is None else tuple(one for one in served if one not in his)
        if left is None or left:
            places.setdefault(left, []).append(office)
    return [WiderPlace(tuple(offices), served) for served, offices in places.items()]


def _offered(
    session: Session, actor: Actor, which: Which
) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """Each office with the categories, None for all, as the policy gives them to his posts."""
    for agency, section, post in _held(actor, which):
        if post not in widening.POSTS:
            continue
        served = agencies.categories(session, agency, section) if post == widening.POST else None
        categories = None if served is None else tuple(served)
        yield agency, categories
        if post == widening.POST:
            for below in agencies.tree(session).directly_below(agency):
                yield below, categories


def _held(actor: Actor, which: Which) -> Iterator[tuple[str, str | None, str]]:
    if which != "stood_in":
        yield from ((actor.agency, actor.section, post) for post in actor.posts)
    if which != "own":
        done = (*actor.stood_in, *actor.standing_by)
        yield from ((one.agency, one.section, one.post) for one in done)


def counted(places: Sequence[WiderPlace]) -> Counted:
    """What the words of a statement about them depend on."""
    return tuple(
        (len(one.offices), None if one.categories is None else len(one.categories))
        for one in places
    )


def values(kind: str, places: Sequence[WiderPlace]) -> dict[str, Any]:
    """What ``waiting`` is asked with, beside ``moments``."""
    found: dict[str, Any] = {}
    for nth, place in enumerate(places):
        found |= dict(
            zip(_names(kind, nth, "office", len(place.offices)), place.offices, strict=True)
        )
        served = place.categories or ()
        found |= dict(zip(_names(kind, nth, "category", len(served)), served, strict=True))
    return found


def moments(now: datetime) -> dict[str, Any]:
    """The moments that ``waiting`` is asked with."""
    return {_UNTIL: widening.opened_until(now), **claim_terms.moments(now)}


def waiting(kind: str, counts: Counted, me: str) -> list[ColumnElement[bool]]:
    """For each place its reviews that are offered wider: nobody else holds them (``me`` names oneself)."""
    return [_waiting(kind, nth, *count, me) for nth, count in enumerate(counts)]


def _waiting(
    kind: str, nth: int, offices: int, categories: int | None, me: str
) -> ColumnElement[bool]:
    conditions = [
        among(_TASKS.c.agency_code, _names(kind, nth, "office", offices)),
        literal_column(f"'{widening.POST}'") == _POST,
        _TASKS.c.step == _STEP,
        _TASKS.c.risk_level == _LEVEL,
        _TASKS.c.closed_at.is_(None),
        bindparam(_UNTIL, type_=_TASKS.c.opened_at.type) >= _OPENED,
        or_(
            _TASKS.c.claimed_by.is_(None),
            _TASKS.c.claimed_by == bindparam(me),
            claim_terms.HAS_LAPSED,
        ),
    ]
    if categories is not None:
        conditions.append(among(_CASES.c.category, _names(kind, nth, "category", categories)))
    return and_(*conditions)


def _names(kind: str, nth: int, what: str, count: int) -> list[str]:
    return [f"wider_{kind}_{nth}_{what}_{at}" for at in range(count)]


def among(column: Any, names: Sequence[str]) -> ColumnElement[bool]:
    """Whether a column is one of the values of these names; of none it is not."""
    if not names:
        return false()
    return and_(column.in_([bindparam(name, type_=column.type) for name in names]))
