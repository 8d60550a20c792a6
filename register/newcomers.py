"""What a process proposes to write of people whom the register doesn't have yet.

Pure values in the words of ``register.changes``; birth date and sex are those of the id number. Only the
posting of a case writes them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from register import identity, months
from register.entries import Change
from register.records import PostKind, RelationKind


def person(
    person_id: str,
    id_no: str,
    name: str,
    post_kind: PostKind,
    first_work_on: date | None,
    on: date,
) -> Change:
    """Somebody comes on the register; goes with the ``relation`` that begins."""
    after = {
        "id_no": id_no,
        "name": name,
        "sex": identity.sex_of(id_no),
        "birth": identity.birth_of(id_no).isoformat(),
        "first_work_on": first_work_on and first_work_on.isoformat(),
        "post_kind": post_kind,
    }
    return Change("person_key", "person", person_id, on, after)


def contact(person_id: str, said: Mapping[str, Any], known: Mapping[str, Any], on: date) -> Change:
    """How somebody is reached, and what else he says of himself; ``known`` is what the register knew."""
    before = {name: known.get(name) for name in said} if known else {}
    return Change("person_contact", "person", person_id, on, dict(said), before)


def relation(
    person_id: str,
    agency_code: str,
    kind: RelationKind,
    from_month: int,
    employer_id: str | None = None,
    policy_code: str | None = None,
) -> Change:
    """An insured relation begins, active from a month on: it names the personal account."""
    after: dict[str, Any] = {
        "agency_code": agency_code,
        "kind": kind,
        "status": "ACTIVE",
        "from_month": from_month,
        "employer_id": employer_id,
    }
    if policy_code is not None:
        after["policy_code"] = policy_code
    return Change("relation", "person", person_id, months.first_day(from_month), after)


def employer(employer_id: str, key: Mapping[str, Any], on: date) -> Change:
    """An employer comes on the register with all its key data."""
    return Change("employer_key", "employer", employer_id, on, dict(key))
