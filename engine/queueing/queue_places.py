"""Whose tasks a person may act on: for each post of an agency that he works in, own or stood in."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from authz import agencies
from authz.actors import Actor
from database.declarative import table_of
from engine.record import Case, Task
from engine.signoffs import SignOff

# Tables, not classes: a statement over them is built in a third of the time.
_TASKS, _CASES, _SIGNED = table_of(Task), table_of(Case), table_of(SignOff)
MAKER_STEPS = ("handle", "correct")


@dataclass(frozen=True, slots=True)
class Place:
    """One post of one agency, and which of its tasks are offered to a person.

    Asked for one place at a time a database reads the first rows of an index and stops; asked for all at
    once it reads and sorts everything that waits.
    """

    agency: str
    post: str
    offered: ColumnElement[bool]

    def waiting(self) -> ColumnElement[bool]:
        """The waiting tasks of the place that are offered."""
        here = (_TASKS.c.agency_code == self.agency, _TASKS.c.post == self.post)
        return and_(*here, _TASKS.c.closed_at.is_(None), self.offered)


def of(session: Session, actor: Actor, which: str | None = None) -> list[Place]:
    """The places where a person works: all, his ``own`` posts', or those ``stood_in``.

    The same post of one agency is one place, so that no task is listed twice. Who is away works nowhere.
    """
    found: dict[tuple[str, str], list[ColumnElement[bool]]] = {}
    if actor.away is not None:
        return []
    for agency, section, post in _worked(actor, which):
        found.setdefault((agency, post), []).append(_offered(session, actor, agency, section))
    return [Place(*at, or_(*offered)) for at, offered in found.items()]


def separate(actor: Actor) -> list[ColumnElement[bool]]:
    """What separation of duties leaves: no other step of the case signed by him, nor accepted."""
    signed = select(_SIGNED.c.sign_off_id).where(
        _SIGNED.c.case_id == _TASKS.c.case_id,
        _SIGNED.c.cycle == _TASKS.c.cycle,
        _SIGNED.c.signer_person == actor.person_id,
        _SIGNED.c.step != _TASKS.c.step,
    )
    return [
        or_(_TASKS.c.step == "correct", ~signed.exists()),
        or_(_TASKS.c.step.in_(MAKER_STEPS), _CASES.c.accepted_person != actor.person_id),
    ]


def may_act(session: Session, actor: Actor) -> Any:
    """All of it as one condition."""
    places = [place.waiting() for place in of(session, actor)]
    return and_(or_(*places), *separate(actor)) if places else _TASKS.c.task_id.is_(None)


def _worked(actor: Actor, which: str | None) -> Iterator[tuple[str, str | None, str]]:
    if which != "stood_in":
        yield from ((actor.agency, actor.section, post) for post in actor.posts)
    if which != "own":
        yield from ((done.agency, done.section, done.post) for done in actor.stood_in)


def _offered(
    session: Session, actor: Actor, agency: str, section: str | None
) -> ColumnElement[bool]:
    """Which tasks of a post are offered; a correction only to whom it is reserved for."""
    others = [done.absent_id for done in actor.stood_in if done.absent_id is not None]
    whose: Collection[int] = [actor.account_id, *others]
    conditions = [or_(_TASKS.c.reserved_for.is_(None), _TASKS.c.reserved_for.in_(whose))]
    categories = agencies.categories(session, agency, section)
    if categories is not None:
        conditions.append(_CASES.c.category.in_(categories))
    return and_(*conditions)
