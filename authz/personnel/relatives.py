"""Declared relatives (亲属回避): whose business a member of staff keeps out of, besides his own.

Each declares for himself; id numbers are sealed, and found by their blind index alone. A declaration counts
through the day on which it is ended, so that nobody ends one to sign. Source: 宁社保发[2014]24号 三(一).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, insert, or_, select
from sqlalchemy.orm import Session

from authz.granting.grant_entry import IsoDate
from authz.offices.accounts import Account
from authz.offices.people import ID_NO
from authz.personnel.relative_record import Relative, RelativeEnd, in_force
from database import clock, keys
from database.refusals import Conflict, Invalid, NotFound

Relation = Literal["spouse", "parent", "child", "sibling", "in_law", "other"]


class RelativeEntry(BaseModel):
    """A relative to be declared by his id number; ``from`` (``since``), ``to`` (``until``) are included."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True
    )

    id_no: str = Field(min_length=18, max_length=18)
    name: str = Field(min_length=1, max_length=50)
    relation: Relation
    since: IsoDate = Field(validation_alias="from", serialization_alias="from")
    until: IsoDate | None = Field(default=None, validation_alias="to", serialization_alias="to")


class RelativeInvalid(Invalid):
    """The declaration is not right; each field says why."""

    rule = "relative.invalid"


class RelativeNotFound(NotFound):
    """There is no such declaration, or it is not yours."""

    rule = "relative.not_found"


class AlreadyEnded(Conflict):
    """This declaration is over already."""

    rule = "relative.already_ended"


@dataclass(frozen=True, slots=True)
class RelativeLine:
    """One declaration with the member of staff who made it, and its end."""

    declared: Relative
    staff_no: str
    agency: str
    end: RelativeEnd | None


def declare(session: Session, person_id: int, account_id: int, entry: RelativeEntry) -> Relative:
    """Write a declaration down; what it says was checked."""
    row = {
        "person_id": person_id,
        "id_no": entry.id_no,
        "id_no_index": keys.current().blind_index(ID_NO, entry.id_no),
        "name": entry.name,
        "relation": entry.relation,
        "valid_from": entry.since,
        "valid_to": entry.until,
        "declared_by": account_id,
        "declared_at": clock.now(session),
    }
    return session.execute(insert(Relative).returning(Relative), [row]).scalar_one()


def end(session: Session, declared: Relative, account_id: int) -> RelativeEnd:
    """Write down that a declaration ends with today."""
    row = {
        "declaration_id": declared.declaration_id,
        "last_on": clock.today(session),
        "ended_by": account_id,
        "ended_at": clock.now(session),
    }
    return session.execute(insert(RelativeEnd).returning(RelativeEnd), [row]).scalar_one()


def of_persons(session: Session, persons: Collection[int] | None, on: date) -> dict[int, set[str]]:
    """Blind indexes of the relatives who count on a day, by person of the staff; None asks for all."""
    asked = (
        select(Relative.person_id, Relative.id_no_index)
        .outerjoin(RelativeEnd, RelativeEnd.declaration_id == Relative.declaration_id)
        .where(in_force(on))
    )
    if persons is not None:
        asked = asked.where(Relative.person_id.in_(persons))
    found: dict[int, set[str]] = {}
    for person_id, index in session.execute(asked):
        found.setdefault(person_id, set()).add(index)
    return found


def lines(session: Session, *wanted: ColumnElement[bool], limit: int) -> Sequence[RelativeLine]:
    """Declarations, newest first, each with the account it was made from."""
    asked = (
        select(Relative, Account.staff_no, Account.agency_code, RelativeEnd)
        .join(Account, Account.account_id == Relative.declared_by)
        .outerjoin(RelativeEnd, RelativeEnd.declaration_id == Relative.declaration_id)
        .where(*wanted)
        .order_by(Relative.declaration_id.desc())
        .limit(limit)
    )
    return [RelativeLine(*row) for row in session.execute(asked)]


def number_errors(
    session: Session, person_id: int, own_index: str, entry: RelativeEntry
) -> list[tuple[str, str, str]]:
    """What is wrong with whom a person of the staff declares: himself, or somebody he declared already."""
    if keys.current().matching(ID_NO, [own_index], [entry.id_no]):
        return [("id_no", "is your own: own cases are refused to you anyway", "relative.self")]
    known = (
        select(Relative.declaration_id)
        .outerjoin(RelativeEnd, RelativeEnd.declaration_id == Relative.declaration_id)
        .where(
            Relative.person_id == person_id,
            Relative.id_no_index.in_(keys.current().blind_indexes(ID_NO, entry.id_no)),
            RelativeEnd.end_id.is_(None),
            or_(Relative.valid_to.is_(None), Relative.valid_to >= clock.today(session)),
        )
    )
    if session.execute(known.limit(1)).first() is not None:
        return [("id_no", "you declared this relative already", "relative.known")]
    return []


def date_errors(session: Session, entry: RelativeEntry) -> list[tuple[str, str, str]]:
    """What is wrong with the days of a declaration."""
    if entry.until is not None and entry.until < max(entry.since, clock.today(session)):
        return [("to", "lies before from, or is already past", "relative.dates")]
    return []
