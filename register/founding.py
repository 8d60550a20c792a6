"""Founding changes: what puts a person or an employer on the register, and the rows it makes.

A founding change is the first thing ever said of somebody: all of his key data, and nothing it was before.
Its row is only ever inserted: were it an update, a signed enrolment could be made to overwrite a record.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from database import keys
from database.declarative import Base, table_of
from database.prepared import Prepared
from database.refusals import Conflict, InvariantBroken
from register.changes import founds
from register.entries import Change
from register.subjects import Employer, Person


class IdNumberTaken(Conflict):
    """Another person on the register has this id number: resolve the double registration first."""

    rule = "register.id_no_taken"


class CreditCodeTaken(Conflict):
    """Another employer on the register has this credit code: resolve the double registration first."""

    rule = "register.uscc_taken"


class FoundedTwice(InvariantBroken):
    """A posting would found somebody who is on the register already."""


def _inserts(model: type[Base]) -> Mapping[str, Prepared]:
    """Insert unless the number is taken: both databases speak this sentence, each in its dialect."""
    table = table_of(model)
    return {
        name: Prepared(inserting(table).on_conflict_do_nothing().returning(table.c.version))
        for name, inserting in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
    }


_INSERT_PERSON = _inserts(Person)
_INSERT_EMPLOYER = _inserts(Employer)


def changes(listed: Sequence[Change]) -> dict[str, Change]:
    """The founding changes of a sound posting, by whom they found."""
    return {change.subject_id: change for change in listed if founds(change)}


def insert(session: Session, newcomers: Sequence[Change], at: datetime) -> None:
    """Put these on the register, counted once each.

    In the order of their numbers: two cases that enrol the same people wait for each other, and never both.
    Raises IdNumberTaken, CreditCodeTaken.
    """
    dialect = session.get_bind().dialect.name
    persons = sorted((_person_row(c, at) for c in newcomers if c.subject_kind == "person"), key=_by)
    employers = sorted(
        (_employer_row(c, at) for c in newcomers if c.subject_kind == "employer"), key=_by
    )
    refuse_taken(session, [c.after["id_no"] for c in newcomers if c.subject_kind == "person"])
    for row in persons:
        if _INSERT_PERSON[dialect].first(session, row) is None:
            raise IdNumberTaken
    for row in employers:
        if _INSERT_EMPLOYER[dialect].first(session, row) is None:
            raise CreditCodeTaken


def refuse_taken(session: Session, numbers: Sequence[str]) -> None:
    """Look who has these numbers while indexes move to another version of the key.

    The database, whose word it is otherwise, compares indexes of one version. Raises IdNumberTaken.
    """
    indexes = [keys.current().blind_indexes("id_no", number) for number in numbers]
    if not any(len(each) > 1 for each in indexes):
        return
    asked = select(Person.person_id).where(Person.id_no_index.in_([*chain(*indexes)]))
    if session.execute(asked.limit(1)).first() is not None:
        raise IdNumberTaken


def _by(row: Mapping[str, Any]) -> str:
    return str(row.get("id_no_index") or row["uscc"])


def _person_row(change: Change, at: datetime) -> dict[str, Any]:
    index = keys.current().blind_index("id_no", change.after["id_no"])
    return {
        "person_id": change.subject_id,
        "id_no_index": index,
        "version": 1,
        "opened_at": at,
    }


def _employer_row(change: Change, at: datetime) -> dict[str, Any]:
    return {
        "employer_id": change.subject_id,
        "uscc": change.after["uscc"],
        "version": 1,
        "opened_at": at,
    }
