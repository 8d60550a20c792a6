"""Reads the records of all the persons a list names in a fixed number of queries, however long it is.

An employer's case is about thousands of persons; what costs a query for one would cost thousands for all.
What they hold is read for all of them together, when a process asks for the first of them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import cached_property, partial
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, bindparam, select, union
from sqlalchemy.orm import Session

from database import keys
from database.declarative import table_of
from register import balances, claims, composing, held, unpaid, versions
from register.claims import ClaimVersion
from register.composing import Held
from register.ledger import LedgerLine
from register.records import PersonRecord
from register.rights import EntitlementVersion, MonthVersion, RelationVersion
from register.subjects import Person, Version

T = TypeVar("T")

_PERSONS = table_of(Person)
_VERSIONS = table_of(Version)
_LINES = table_of(LedgerLine)
_RELATIONS = table_of(RelationVersion)
_MONTHS = table_of(MonthVersion)
_CLAIMS = table_of(ClaimVersion)
_ENTITLEMENTS = table_of(EntitlementVersion)


class _Together(Generic[T]):
    """A part of all the records, read once."""

    def __init__(self, read: Callable[[], Mapping[str, T]]) -> None:
        self._read = read

    @cached_property
    def found(self) -> Mapping[str, T]:
        return self._read()

    def of(self, person_id: str, nothing: T) -> Callable[[], T]:
        """How the part of one person is read."""
        return lambda: self.found.get(person_id, nothing)


def numbered(
    session: Session, numbers: Collection[str], on: date, *, locking: bool
) -> dict[str, PersonRecord]:
    """The records of the persons with these id numbers, by number; whom nobody knows is left out.

    A command says ``locking``: the rows are locked in the order of their ids, so that two lists that name
    the same persons wait for one another and never for each other.
    """
    blind = keys.current().blind_indexes
    indexes = {index for number in numbers for index in blind("id_no", number)}
    query = (
        select(_PERSONS.c.person_id, _PERSONS.c.version)
        .where(_among(_PERSONS.c.id_no_index))
        .order_by(_PERSONS.c.person_id)
    )
    rows = _rows(session, query.with_for_update() if locking else query, indexes)
    found = _records(session, {row.person_id: row.version for row in rows}, on, ())
    return {record.id_no: record for record in found}


def owners(session: Session, numbers: Collection[str]) -> dict[str, str | None]:
    """The register id of whom each of these id numbers belongs to; None where it is nobody's."""
    blind = keys.current().blind_indexes
    whose = {index: number for number in numbers for index in blind("id_no", number)}
    query = select(_PERSONS.c.person_id, _PERSONS.c.id_no_index).where(
        _among(_PERSONS.c.id_no_index)
    )
    found = {whose[row.id_no_index]: row.person_id for row in _rows(session, query, whose)}
    return {number: found.get(number) for number in numbers}


def relations(session: Session, ids: Collection[str]) -> Mapping[str, list[Any]]:
    """The latest row (columns of ``relation_versions``) of each relation, by the person; void ones too."""
    rows = _by_person(session, _RELATIONS, "relation_id", ids)
    return {person_id: held.latest_relations(his, void=True) for person_id, his in rows.items()}


def wrote(session: Session, ids: Collection[str]) -> dict[str, set[str]]:
    """The numbers of the cases that wrote about each of these persons, openings included."""
    cases: dict[str, set[str]] = defaultdict(set)
    if not ids:
        return cases
    both = union(
        select(_VERSIONS.c.person_id.label("whose"), _VERSIONS.c.case_no).where(
            _among(_VERSIONS.c.person_id)
        ),
        select(_LINES.c.subject_id.label("whose"), _LINES.c.case_no).where(
            _among(_LINES.c.subject_id)
        ),
    )
    for row in _rows(session, both, ids):
        cases[row.whose].add(row.case_no)
    return cases


def as_of(
    session: Session, written: Mapping[str, Collection[str]], later: Collection[str], on: date
) -> dict[str, PersonRecord]:
    """The records as they stood but for what the cases ``later`` wrote, by the numbers they had then.

    ``written`` is what ``wrote`` answered: whom only later cases wrote about wasn't there.
    """
    posted = {person_id: len(set(cases) - set(later)) for person_id, cases in written.items()}
    there = {person_id: version for person_id, version in posted.items() if version}
    return {record.id_no: record for record in _records(session, there, on, later)}


def _records(
    session: Session, whose: Mapping[str, int], on: date, without: Collection[str]
) -> Iterable[PersonRecord]:
    """The record of each of these persons (ids with versions), but for what the cases ``without`` wrote."""
    ids = list(whose)
    said = _described(session, ids, without)
    relations = _Together(
        lambda: {
            person_id: composing.relations_of(held.latest_relations(rows, without))
            for person_id, rows in _by_person(session, _RELATIONS, "relation_id", ids).items()
        }
    )
    entitlements = _Together(
        lambda: {
            person_id: composing.entitlements_of(held.histories_of(rows, without))
            for person_id, rows in _by_person(session, _ENTITLEMENTS, "entitlement_id", ids).items()
        }
    )
    owed = _Together(
        lambda: {
            person_id: claims.latest(rows, without)
            for person_id, rows in _by_person(session, _CLAIMS, "claim_id", ids).items()
        }
    )
    months = _Together(lambda: _months(session, ids, without))
    sums = _Together(lambda: _sums(session, ids, without))
    for person_id, version in whose.items():
        parts = Held(
            relations=relations.of(person_id, ()),
            entitlements=entitlements.of(person_id, ()),
            months=months.of(person_id, ()),
            sums=sums.of(person_id, balances.as_they_grow({})),
            unpaid=partial(unpaid.of_person, session, person_id, without),
            claims=owed.of(person_id, ()),
        )
        who = (person_id, version)
        yield composing.described(session, who, said[person_id], parts, on, deferred=True)


def _described(
    session: Session, ids: Collection[str], without: Collection[str]
) -> Mapping[str, list[Any]]:
    columns = (
        _VERSIONS.c.version_id,
        _VERSIONS.c.kind,
        _VERSIONS.c.effective_from,
        _VERSIONS.c.after,
        _VERSIONS.c.case_no,
        _VERSIONS.c.person_id,
    )
    query = (
        select(*columns)
        .where(_among(_VERSIONS.c.person_id), _VERSIONS.c.kind.in_(versions.DESCRIBING))
        .order_by(_VERSIONS.c.version_id)
    )
    return _grouped(row for row in _rows(session, query, ids) if row.case_no not in without)


def _by_person(
    session: Session, table: Any, identity: str, ids: Collection[str]
) -> Mapping[str, list[Any]]:
    """All the versions of what these persons hold, by person, in order."""
    order = (table.c.person_id, table.c[identity], table.c.version)
    query = select(table).where(_among(table.c.person_id)).order_by(*order)
    return _grouped(_rows(session, query, ids))


def _months(session: Session, ids: Collection[str], without: Collection[str]) -> Mapping[str, Any]:
    columns = _MONTHS.c.month, _MONTHS.c.base_cents, _MONTHS.c.origin, _MONTHS.c.case_no
    query = (
        select(*columns, _MONTHS.c.person_id)
        .where(_among(_MONTHS.c.person_id))
        .order_by(_MONTHS.c.person_id, _MONTHS.c.month, _MONTHS.c.version)
    )
    return {
        person_id: composing.months_of(held.latest_months(rows, without))
        for person_id, rows in _grouped(_rows(session, query, ids)).items()
    }


def _sums(
    session: Session, ids: Collection[str], without: Collection[str]
) -> Mapping[str, dict[str, int]]:
    credited = balances.CREDITED
    query = (
        select(_LINES.c.subject_id, _LINES.c.account, _LINES.c.case_no, credited.label("cents"))
        .where(_among(_LINES.c.subject_id))
        .group_by(_LINES.c.subject_id, _LINES.c.account, _LINES.c.case_no)
    )
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in _rows(session, query, ids):
        if row.case_no not in without:
            found[row.subject_id][row.account] += int(row.cents)
    return {person_id: balances.as_they_grow(of_his) for person_id, of_his in found.items()}


def _among(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column.in_(bindparam("among", expanding=True))


def _rows(session: Session, query: Any, values: Collection[str]) -> list[Any]:
    """The rows of a query whose condition is ``_among``; of no values there are none."""
    if not values:
        return []
    return list(session.execute(query, {"among": sorted(values)}))


def _grouped(rows: Iterable[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.person_id].append(row)
    return groups
