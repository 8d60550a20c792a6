"""Persons of the register as lists name them: masked, and with the agencies they belong to."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from register import masked, versions
from register.rights import RelationVersion
from register.subjects import Version

AT_ONCE = 500


def agencies(session: Session, person_ids: Collection[str]) -> dict[str, set[str]]:
    """The agencies with which each person has, or had, an insured relation."""
    found: dict[str, set[str]] = {person_id: set() for person_id in person_ids}
    wanted = sorted(found)
    for start in range(0, len(wanted), AT_ONCE):
        asked = select(RelationVersion.person_id, RelationVersion.agency_code).where(
            RelationVersion.person_id.in_(wanted[start : start + AT_ONCE])
        )
        for person_id, agency in session.execute(asked.distinct()):
            found[person_id].add(agency)
    return found


def named(session: Session, person_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Masked name and id number of each person as the register says them now."""
    said: dict[str, list[Version]] = {}
    wanted = sorted(set(person_ids))
    for start in range(0, len(wanted), AT_ONCE):
        asked = (
            select(Version)
            .where(
                Version.person_id.in_(wanted[start : start + AT_ONCE]),
                Version.kind == "person_key",
            )
            .order_by(Version.version_id)
        )
        for row in session.execute(asked).scalars():
            said.setdefault(str(row.person_id), []).append(row)
    found = {}
    for person_id, rows in said.items():
        key = versions.folded(rows, "person_key")
        found[person_id] = (masked.name(key["name"]), masked.id_no(key["id_no"]))
    return found
