"""Reads the register for the rest of the house: whole records for a case, and the small look-ups.

A record is read in a fixed number of queries, however many months and lines the person has.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from authz.offices import agencies
from database import keys, own_keys
from database.declarative import table_of
from database.prepared import Prepared
from database.refusals import NotFound
from register import balances, composing, held, versions
from register.deferred import DeferredMapping
from register.parameters import Parameters
from register.records import EmployerRecord, PersonRecord, Records
from register.rights import RelationVersion
from register.subjects import Employer, Person

unbalanced = balances.unbalanced
# What stands before the index of an erased person: no index of a number has such a letter.
NO_INDEX = own_keys.NO_INDEX

_PERSONS = table_of(Person)
_EMPLOYERS = table_of(Employer)


def _found_by(
    column: ColumnElement[Any], *columns: ColumnElement[Any]
) -> tuple[Prepared, Prepared]:
    """The query of a row by a value of its column, and the same under lock."""
    query = select(*columns).where(column == bindparam("value"))
    return Prepared(query), Prepared(query.with_for_update())


_PERSON_BY_ID = _found_by(_PERSONS.c.person_id, _PERSONS.c.person_id, _PERSONS.c.version)
_PERSON_BY_NUMBER = _found_by(_PERSONS.c.id_no_index, _PERSONS.c.person_id, _PERSONS.c.version)
_EMPLOYER_BY_ID = _found_by(
    _EMPLOYERS.c.employer_id, _EMPLOYERS.c.employer_id, _EMPLOYERS.c.version
)
_EMPLOYER_BY_NUMBER = _found_by(_EMPLOYERS.c.uscc, _EMPLOYERS.c.employer_id, _EMPLOYERS.c.version)


class PersonNotFound(NotFound):
    """There is no such person on the register, or not one that you may see."""

    rule = "person.not_found"


class EmployerNotFound(NotFound):
    """There is no such employer on the register, or not one that you may see."""

    rule = "employer.not_found"


def load(
    session: Session,
    *,
    person_id: str | None = None,
    employer_id: str | None = None,
    accepted_on: date,
    locking: bool = False,
) -> Records:
    """All a process may read for one case, on the register as it stands now.

    A command says ``locking``: nobody else then writes about the subject until it commits, so what
    posts rests on what was read.

    Key data, contact, relations and entitlements are what was recorded last: a correction holds for
    open cases too. The payment account is the one in force on ``accepted_on``. Six queries for a person, of
    which those for what he holds wait, in a command, until a process asks; two for an employer.
    Raises PersonNotFound, EmployerNotFound.
    """
    return Records(
        person=None
        if person_id is None
        else person(session, person_id, accepted_on, locking=locking),
        employer=None if employer_id is None else employer(session, employer_id, locking=locking),
        accepted_on=accepted_on,
        parameters=Parameters(),
        others=OthersNow(session, locking=locking),
        agencies=agency_names(session),
    )


def ahead(session: Session, person_id: str, *, sums: bool) -> None:
    """Announce that ``load``, locking, will be asked for this person, and his balances read."""
    _PERSON_BY_ID[True].ahead(session, {"value": person_id})
    versions.ahead(session, person_id)
    if sums:
        balances.ahead(session, person_id)


def person_numbered(
    session: Session, id_no: str, accepted_on: date, *, locking: bool = True
) -> Records:
    """As ``load`` for the person of this id number; no person where nobody has it."""
    row = _numbered(session, id_no, locking=locking, whole=True)
    found = row and composing.person(
        session, row.person_id, row.version, accepted_on, deferred=True
    )
    return Records(
        found,
        None,
        accepted_on,
        Parameters(),
        others=OthersNow(session, locking=locking),
        agencies=agency_names(session),
    )


def employer_numbered(
    session: Session, uscc: str, accepted_on: date, *, locking: bool = True
) -> Records:
    """As ``load`` for the employer of this credit code; no employer where none has it."""
    others = OthersNow(session, locking=locking)
    found = others.employer_numbered(uscc)
    names = agency_names(session)
    return Records(None, found, accepted_on, Parameters(), others=others, agencies=names)


class OthersNow:
    """Looks up employers by number on the register as it stands."""

    def __init__(self, session: Session, *, locking: bool) -> None:
        self._session, self._locking = session, locking

    def employer_numbered(self, uscc: str) -> EmployerRecord | None:
        """The employer of this credit code."""
        row = _one(self._session, _EMPLOYER_BY_NUMBER, uscc.upper(), locking=self._locking)
        return row and composing.employer(self._session, row.employer_id, row.version)


def agency_names(session: Session) -> Mapping[str, str]:
    """The names of all agencies by their codes, read where somebody asks for one."""
    return DeferredMapping(
        lambda: {code: one.name for code, one in agencies.tree(session).agencies.items()}
    )


def person(
    session: Session,
    person_id: str,
    on: date,
    *,
    locking: bool = False,
    without: Collection[str] = (),
) -> PersonRecord:
    """A person's whole record, but for what the cases ``without`` wrote. Raises PersonNotFound."""
    row = _one(session, _PERSON_BY_ID, person_id, locking=locking)
    if row is None or row.version <= len(without):
        raise PersonNotFound
    version = row.version - len(without)
    return composing.person(session, row.person_id, version, on, deferred=locking, without=without)


def employer(
    session: Session, employer_id: str, *, locking: bool = False, without: Collection[str] = ()
) -> EmployerRecord:
    """An employer's record, but for what the cases ``without`` wrote. Raises EmployerNotFound."""
    row = _one(session, _EMPLOYER_BY_ID, employer_id, locking=locking)
    if row is None or row.version <= len(without):
        raise EmployerNotFound
    return composing.employer(session, row.employer_id, row.version - len(without), without)


def _one(
    session: Session, queries: tuple[Prepared, Prepared], value: str, *, locking: bool = False
) -> Any | None:
    return queries[locking].first(session, {"value": value})


def find_person(session: Session, id_no: str) -> str | None:
    """The register id of the person with this id number, by its blind index."""
    row = _numbered(session, id_no)
    return None if row is None else str(row.person_id)


def _numbered(
    session: Session, id_no: str, *, locking: bool = False, whole: bool = False
) -> Any | None:
    """The row of this id number, under whichever version of the key its index is: mostly one question.

    ``whole``: what was said of him and his relations are read along with it, once it is locked.
    """
    for index in keys.current().blind_indexes("id_no", id_no.upper()):
        if whole:
            versions.ahead_by_index(session, index)
            held.ahead_by_index(session, index)
        row = _one(session, _PERSON_BY_NUMBER, index, locking=locking)
        if row is not None:
            if whole:
                versions.found(session, index, row.person_id)
                held.found(session, index, row.person_id)
            return row
    return None


def find_employer(session: Session, uscc: str) -> str | None:
    """The register id of the employer with this credit code."""
    row = _one(session, _EMPLOYER_BY_NUMBER, uscc.upper())
    return None if row is None else str(row.employer_id)


def version_of(session: Session, person_id: str) -> int:
    """How many postings wrote about a person. Raises PersonNotFound."""
    row = _one(session, _PERSON_BY_ID, person_id)
    if row is None:
        raise PersonNotFound
    return int(row.version)


def name_of(session: Session, person_id: str) -> str | None:
    """A person's name in force, or None for an unknown id."""
    said = versions.of_person(session, person_id, "person_key")
    name = versions.folded(said, "person_key").get("name")
    return None if name is None else str(name)


def employer_name_of(session: Session, employer_id: str) -> str | None:
    """An employer's name in force, or None for an unknown id."""
    name = versions.folded(versions.of_employer(session, employer_id), "employer_key").get("name")
    return None if name is None else str(name)


def agencies_of(session: Session, person_id: str) -> set[str]:
    """The agencies with which a person has, or had, an insured relation."""
    query = select(RelationVersion.agency_code).where(RelationVersion.person_id == person_id)
    return set(session.execute(query.distinct()).scalars())


def agencies_of_employer(session: Session, employer_id: str) -> set[str]:
    """The agency an employer is registered with."""
    key = versions.folded(versions.of_employer(session, employer_id), "employer_key")
    return {key["agency_code"]} if key else set()
