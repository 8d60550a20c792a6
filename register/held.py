"""Reads what a person holds as it stands: the last version of each relation, month and entitlement.

The rows keep their ``case_no``: every value leads back to the case that wrote it. ``without`` names cases
whose writing is left out, so that what stood before them is read.
"""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from database.declarative import table_of
from database.prepared import Prepared
from register.rights import EntitlementVersion, MonthVersion, RelationVersion
from register.subjects import of_index

VOID = "VOID"
_PERSON: BindParameter[str] = bindparam("person_id")
_RELATIONS = table_of(RelationVersion)
_MONTHS = table_of(MonthVersion)
_ENTITLEMENTS = table_of(EntitlementVersion)
_HIS_RELATIONS, _RELATIONS_BY_INDEX = (
    Prepared(
        select(_RELATIONS)
        .where(_RELATIONS.c.person_id == person)
        .order_by(_RELATIONS.c.relation_id, _RELATIONS.c.version)
    )
    for person in (_PERSON, of_index("index"))
)
_HIS_MONTHS = Prepared(
    select(_MONTHS.c.month, _MONTHS.c.base_cents, _MONTHS.c.origin, _MONTHS.c.case_no)
    .where(_MONTHS.c.person_id == _PERSON)
    .order_by(_MONTHS.c.month, _MONTHS.c.version)
)
_HIS_ENTITLEMENTS = Prepared(
    select(_ENTITLEMENTS)
    .where(_ENTITLEMENTS.c.person_id == _PERSON)
    .order_by(_ENTITLEMENTS.c.entitlement_id, _ENTITLEMENTS.c.version)
)


def ahead_by_index(session: Session, index: str) -> None:
    """Announce that ``relations`` will be asked for, of whoever the blind index of his number is of."""
    _RELATIONS_BY_INDEX.ahead(session, {"index": index})


def found(session: Session, index: str, person_id: str) -> None:
    """Say whom the index is of."""
    said = {"person_id": person_id}
    _RELATIONS_BY_INDEX.stand_for(session, {"index": index}, _HIS_RELATIONS, said)


def relations(
    session: Session, person_id: str, without: Collection[str] = (), *, void: bool = False
) -> list[Any]:
    """A person's insured relations (columns of ``relation_versions``), the earliest first.

    ``void``: also those that a correction took back.
    """
    found = _HIS_RELATIONS.all(session, {"person_id": person_id})
    return latest_relations(found, without, void=void)


def latest_relations(
    found: Iterable[Any], without: Collection[str] = (), *, void: bool = False
) -> list[Any]:
    """Of all the versions of one person's relations, in order, the last of each."""
    latest = {row.relation_id: row for row in found if row.case_no not in without}
    kept = (row for row in latest.values() if void or row.status != VOID)
    return sorted(kept, key=lambda row: (row.from_month, row.row_id))


def months(session: Session, person_id: str, without: Collection[str] = ()) -> list[Any]:
    """(month, base_cents, origin, case_no) of the months that count, in order, as plain rows for speed."""
    return latest_months(_HIS_MONTHS.all(session, {"person_id": person_id}), without)


def latest_months(found: Iterable[Any], without: Collection[str] = ()) -> list[Any]:
    """Of all the versions of one person's months, in order, those that count."""
    latest = {row[0]: row for row in found if row[3] not in without}
    return [row for row in latest.values() if row[2] != VOID]


def entitlements(
    session: Session, person_id: str, without: Collection[str] = (), *, void: bool = False
) -> list[Any]:
    """A person's benefits (columns of ``entitlement_versions``), the earliest first.

    ``void``: also those that a correction took back.
    """
    found = _HIS_ENTITLEMENTS.all(session, {"person_id": person_id})
    return [versions[-1] for versions in histories_of(found, without, void=void)]


def entitlement_histories(
    session: Session, person_id: str, without: Collection[str] = ()
) -> list[list[Any]]:
    """Every version of each of a person's benefits, in order; the benefits as in ``entitlements``."""
    return histories_of(_HIS_ENTITLEMENTS.all(session, {"person_id": person_id}), without)


def histories_of(
    found: Iterable[Any], without: Collection[str] = (), *, void: bool = False
) -> list[list[Any]]:
    """All the versions of one person's benefits, in order, benefit by benefit."""
    histories: dict[str, list[Any]] = {}
    for row in found:
        if row.case_no not in without:
            histories.setdefault(row.entitlement_id, []).append(row)
    kept = (rows for rows in histories.values() if void or rows[-1].status != VOID)
    return sorted(kept, key=lambda rows: (rows[-1].from_month, rows[-1].row_id))
