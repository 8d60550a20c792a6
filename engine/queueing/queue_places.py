"""Whose tasks a person may act on: for each post of an agency that he works in, own or stood in.

What a statement says about it and what it is asked with are two things: the words depend on how many places
and sections there are (``Shape``), never on which, so that they are made once for everybody alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, literal, or_, select
from sqlalchemy.orm import Session

from authz import widening
from authz.actors import Actor
from authz.offices import agencies
from database import clock
from database.declarative import table_of
from engine.queueing import wider_places
from engine.queueing.wider_places import Counted, Which, among
from engine.record import Case, Task
from engine.signoffs import SignOff

# Tables, not classes: a statement over them is built in a third of the time.
_TASKS, _CASES, _SIGNED = table_of(Task), table_of(Case), table_of(SignOff)
MAKER_STEPS = ("handle", "correct")
ME, MY_PERSON = "me", "my_person"


@dataclass(frozen=True, slots=True)
class Place:
    """One post of one agency, and the categories of business he works on there; None for all.

    Asked for one place at a time a database reads the first rows of an index and stops; asked for all at
    once it reads and sorts everything that waits.
    """

    agency: str
    post: str
    categories: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Shape:
    """What the words of a statement about somebody's tasks depend on.

    ``whose`` counts for whom he may correct; ``places`` has for each kind of place how many categories each
    of them has, None where it has all; ``wider`` how many offices and categories those have from which
    reviews are offered wider to him.
    """

    whose: int
    places: tuple[tuple[Which, tuple[int | None, ...]], ...]
    wider: tuple[tuple[Which, Counted], ...] = ()

    def count(self, which: Which) -> int:
        """How many places there are that ``waiting`` begins with, each with an index of what waits there."""
        return len(dict(self.places)[which])

    def waiting(self, which: Which) -> list[ColumnElement[bool]]:
        """For each place the waiting tasks that are offered there, then what is offered wider."""
        return [
            *(
                _waiting(which, nth, self.whose, n)
                for nth, n in enumerate(dict(self.places)[which])
            ),
            *wider_places.waiting(which or "all", dict(self.wider).get(which, ()), ME),
        ]

    def may_act(self, which: Which = None) -> ColumnElement[bool] | None:
        """All of it as one condition; None where he works nowhere."""
        places = self.waiting(which)
        return and_(or_(*places), *SEPARATE) if places else None


@dataclass(frozen=True, slots=True)
class Worked:
    """Where a person works: the words it takes, and what they are asked with."""

    shape: Shape
    values: Mapping[str, Any]


def worked(session: Session, actor: Actor, kinds: Sequence[Which] = (None,)) -> Worked:
    """Where a person works: at all his places, his ``own`` posts', or those ``stood_in``."""
    # Whose corrections he may take: each once, since the same colleague may be stood in for twice.
    others = (done.absent_id for done in actor.stood_in if done.absent_id is not None)
    whose = list(dict.fromkeys((actor.account_id, *others)))
    values: dict[str, Any] = {ME: actor.account_id, MY_PERSON: actor.person_id}
    values |= {_whose(nth): account_id for nth, account_id in enumerate(whose)}
    shapes: list[tuple[Which, tuple[int | None, ...]]] = []
    wider: list[tuple[Which, Counted]] = []
    for which in kinds:
        places = of(session, actor, which)
        for nth, place in enumerate(places):
            name = _place(which, nth)
            values |= {f"{name}_agency": place.agency, f"{name}_post": place.post}
            served = place.categories or ()
            values |= {f"{name}_category_{at}": one for at, one in enumerate(served)}
        counted = (None if one.categories is None else len(one.categories) for one in places)
        shapes.append((which, tuple(counted)))
        wide = wider_places.of(session, actor, which, _taken(places))
        wider.append((which, wider_places.counted(wide)))
        values |= wider_places.values(which or "all", wide)
    if any(counts for _, counts in wider):
        values |= wider_places.moments(clock.now(session))
    return Worked(Shape(len(whose), tuple(shapes), tuple(wider)), values)


def _taken(places: Sequence[Place]) -> dict[str, tuple[str, ...] | None]:
    """The offices whose reviews are his anyway, with the categories; None for all."""
    return {one.agency: one.categories for one in places if one.post == widening.POST}


def of(session: Session, actor: Actor, which: Which = None) -> list[Place]:
    """The places where a person works: all, his ``own`` posts', or those ``stood_in``.

    The same post of one agency is one place, so that no task is listed twice. Who is away works nowhere.
    """
    found: dict[tuple[str, str], list[list[str] | None]] = {}
    if actor.away is not None:
        return []
    for agency, section, post in _worked(actor, which):
        served = agencies.categories(session, agency, section)
        found.setdefault((agency, post), []).append(served)
    return [Place(*at, _together(served)) for at, served in found.items()]


def _together(served: Sequence[list[str] | None]) -> tuple[str, ...] | None:
    categories: dict[str, None] = {}
    for each in served:
        if each is None:
            return None
        categories |= dict.fromkeys(each)
    return tuple(categories)


def _worked(actor: Actor, which: Which) -> Iterator[tuple[str, str | None, str]]:
    if which != "stood_in":
        yield from ((actor.agency, actor.section, post) for post in actor.posts)
    if which != "own":
        yield from ((done.agency, done.section, done.post) for done in actor.stood_in)


def _separate() -> tuple[ColumnElement[bool], ...]:
    signed = select(_SIGNED.c.sign_off_id).where(
        _SIGNED.c.case_id == _TASKS.c.case_id,
        _SIGNED.c.cycle == _TASKS.c.cycle,
        _SIGNED.c.signer_person == bindparam(MY_PERSON),
        _SIGNED.c.step != _TASKS.c.step,
    )
    return (
        or_(_TASKS.c.step == "correct", ~signed.exists()),
        or_(
            _TASKS.c.step.in_([literal(step) for step in MAKER_STEPS]),
            _CASES.c.accepted_person != bindparam(MY_PERSON),
        ),
    )


# What separation of duties leaves: no other step of the case signed by him, nor accepted.
SEPARATE = _separate()


def _place(which: Which, nth: int) -> str:
    return f"{which or 'all'}_{nth}"


def _whose(nth: int) -> str:
    return f"whose_{nth}"


def _waiting(which: Which, nth: int, whose: int, categories: int | None) -> ColumnElement[bool]:
    """The waiting tasks of a place that are offered; a correction only to whom it is reserved for."""
    name = _place(which, nth)
    conditions = [
        _TASKS.c.agency_code == bindparam(f"{name}_agency"),
        _TASKS.c.post == bindparam(f"{name}_post"),
        _TASKS.c.closed_at.is_(None),
        or_(
            _TASKS.c.reserved_for.is_(None),
            among(_TASKS.c.reserved_for, [_whose(one) for one in range(whose)]),
        ),
    ]
    if categories is not None:
        served = [f"{name}_category_{at}" for at in range(categories)]
        conditions.append(among(_CASES.c.category, served))
    return and_(*conditions)
