"""Whose tasks a person may act on: for each post of an agency that he works in, own or stood in."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from authz import agencies
from authz.actors import Actor
from engine.record import Case, Task
from engine.signoffs import SignOff

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
        here = (Task.agency_code == self.agency, Task.post == self.post)
        return and_(*here, Task.closed_at.is_(None), self.offered)


def of(session: Session, actor: Actor, which: str | None = None) -> list[Place]:
    """The places where a person works: all, his ``own`` posts', or those ``stood_in``.

    The same post of one agency is one place, so that no task is listed twice.
    """
    found: dict[tuple[str, str], list[ColumnElement[bool]]] = {}
    for agency, section, post in _worked(actor, which):
        found.setdefault((agency, post), []).append(_offered(session, actor, agency, section))
    return [Place(*at, or_(*offered)) for at, offered in found.items()]


def separate(actor: Actor) -> list[ColumnElement[bool]]:
    """What separation of duties leaves: no other step of the case signed by him, nor accepted."""
    signed = select(SignOff.sign_off_id).where(
        SignOff.case_id == Task.case_id,
        SignOff.cycle == Task.cycle,
        SignOff.signer_person == actor.person_id,
        SignOff.step != Task.step,
    )
    return [
        or_(Task.step == "correct", ~signed.exists()),
        or_(Task.step.in_(MAKER_STEPS), Case.accepted_person != actor.person_id),
    ]


def may_act(session: Session, actor: Actor) -> Any:
    """All of it as one condition."""
    places = [place.waiting() for place in of(session, actor)]
    return and_(or_(*places), *separate(actor)) if places else Task.task_id.is_(None)


def _worked(actor: Actor, which: str | None) -> Iterator[tuple[str, str | None, str]]:
    if which != "stood_in":
        yield from ((actor.agency, actor.section, post) for post in actor.posts)
    if which != "own":
        yield from ((done.agency, done.section, done.post) for done in actor.stood_in)


def _offered(
    session: Session, actor: Actor, agency: str, section: str | None
) -> ColumnElement[bool]:
    """Which tasks of a post are offered; a correction only to whom it is reserved for."""
    whose: Collection[int] = [actor.account_id, *(done.absent_id for done in actor.stood_in)]
    conditions = [or_(Task.reserved_for.is_(None), Task.reserved_for.in_(whose))]
    categories = agencies.categories(session, agency, section)
    if categories is not None:
        conditions.append(Case.category.in_(categories))
    return and_(*conditions)
