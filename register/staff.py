"""An employer's staff: whose insured relation is with it and has not ended, in two queries for any number."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from database.declarative import table_of
from database.prepared import Prepared
from register import versions
from register.obligations import StaffMember
from register.rights import RelationVersion
from register.subjects import Version

_RELATIONS = table_of(RelationVersion)
_VERSIONS = table_of(Version)
_ONCE_ITS = (
    select(_RELATIONS.c.relation_id)
    .where(_RELATIONS.c.employer_id == bindparam("employer_id"))
    .distinct()
    .scalar_subquery()
)
# A relation that moved to another employer has its last version there.
_HISTORIES = Prepared(
    select(_RELATIONS)
    .where(_RELATIONS.c.relation_id.in_(_ONCE_ITS))
    .order_by(_RELATIONS.c.relation_id, _RELATIONS.c.version)
)
_PERSONS = (
    select(_RELATIONS.c.person_id)
    .where(_RELATIONS.c.employer_id == bindparam("employer_id"))
    .distinct()
    .scalar_subquery()
)
_KEYS = Prepared(
    select(
        _VERSIONS.c.version_id,
        _VERSIONS.c.kind,
        _VERSIONS.c.person_id,
        _VERSIONS.c.after,
        _VERSIONS.c.case_no,
    )
    .where(_VERSIONS.c.person_id.in_(_PERSONS), _VERSIONS.c.kind == "person_key")
    .order_by(_VERSIONS.c.version_id)
)


def of_employer(
    session: Session, employer_id: str, without: Collection[str] = ()
) -> tuple[StaffMember, ...]:
    """The staff by person, but for what the cases ``without`` wrote."""
    kept = _kept(session, employer_id, without)
    numbers = _numbers(session, employer_id, without) if kept else {}
    return tuple(
        StaffMember(
            person_id=row.person_id,
            id_no=numbers.get(row.person_id, ""),
            relation_id=row.relation_id,
            agency_code=row.agency_code,
            status=row.status,
            from_month=row.from_month,
        )
        for row in sorted(kept, key=lambda row: (row.person_id, row.relation_id))
    )


def counts(session: Session, employer_id: str) -> dict[str, int]:
    """How many are insured and paying (``active``), how many ``interrupted``; opens nobody's key data."""
    statuses = [row.status for row in _kept(session, employer_id, ())]
    return {status.lower(): statuses.count(status) for status in ("ACTIVE", "INTERRUPTED")}


def _kept(session: Session, employer_id: str, without: Collection[str]) -> list[Any]:
    latest = {row.relation_id: row for row in _wrote(session, employer_id, without)}
    return [
        row
        for row in latest.values()
        if row.employer_id == employer_id and row.status not in ("ENDED", "VOID")
    ]


def wrote(session: Session, employer_id: str) -> set[str]:
    """The numbers of the cases that wrote about its staff, those who have gone included."""
    numbers = {row.case_no for row in _wrote(session, employer_id, ())}
    return numbers | {row.case_no for row in _KEYS.all(session, {"employer_id": employer_id})}


def _wrote(session: Session, employer_id: str, without: Collection[str]) -> Sequence[Any]:
    found = _HISTORIES.all(session, {"employer_id": employer_id})
    return [row for row in found if row.case_no not in without]


def _numbers(session: Session, employer_id: str, without: Collection[str]) -> dict[str, str]:
    said: dict[str, list[Any]] = {}
    for row in _KEYS.all(session, {"employer_id": employer_id}):
        if row.case_no not in without:
            said.setdefault(row.person_id, []).append(row)
    return {
        person_id: str(versions.folded(rows, "person_key")["id_no"])
        for person_id, rows in said.items()
    }
