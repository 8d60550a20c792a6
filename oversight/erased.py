"""Tells what was erased from what was altered: each erasure is whole, and nothing else reads as erased.

A value reads as erased where its key is one whose secret an erasure destroyed. Whose key that is is checked
wherever such a value stands: another person's erasure covers nobody's edit. Of what is erased, chains,
sign-offs, commitments and digests are checked as ever; only what they cover can't be opened any more.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from database import own_keys
from engine.erasure import erasable
from engine.erasure.erasure_record import Erasure, ErasureRequest
from oversight.findings import Finding, Findings
from register import reading
from register.person_keys import PersonKey
from register.subjects import Person


def of_persons(session: Session) -> dict[str, str]:
    """The keys whose secrets were destroyed, by the persons whose they were."""
    asked = select(Erasure.person_id, Erasure.key_id).where(Erasure.key_id.is_not(None))
    return {str(row.person_id): str(row.key_id) for row in session.execute(asked)}


def is_erased(value: object) -> bool:
    """Whether a value reads as erased; whose it was is for ``check_rows`` to say."""
    return own_keys.key_id_of_erased(value) is not None


def check_rows(
    case_no: str, key_id: str | None, rows: Iterable[tuple[str, Mapping[str, Any]]]
) -> Findings:
    """Each value of these named rows that reads as erased was under the key of whom they are about."""
    for name, said in rows:
        for column, value in said.items():
            under = own_keys.key_id_of_erased(value)
            if under is not None and under != key_id:
                yield Finding(case_no, name, column, "erasure.of_another")


def check(session: Session) -> Findings:
    """Every secret is there that wasn't erased, and gone that was; and nothing of the erased is left."""
    erased = of_persons(session)
    asked = select(ErasureRequest.key_id, ErasureRequest.person_id).distinct()
    wanted = {str(row.key_id): str(row.person_id) for row in session.execute(asked)}
    rows = select(PersonKey.key_id, PersonKey.person_id)
    there = {str(row.key_id): str(row.person_id) for row in session.execute(rows)}
    for key_id, person_id in sorted(wanted.items()):
        name = f"person_keys#{key_id}"
        if erased.get(person_id) != key_id and there.get(key_id) != person_id:
            yield Finding(person_id, name, "secret", "erasure.secret_gone")
        if erased.get(person_id) == key_id and key_id in there:
            yield Finding(person_id, name, "secret", "erasure.secret_there")
    for key_id in sorted(there.keys() - wanted.keys()):
        yield Finding(there[key_id], f"person_keys#{key_id}", "key_id", "erasure.unasked")
    for person_id, key_id in sorted(erased.items()):
        yield from _whole(session, person_id, key_id)


def _whole(session: Session, person_id: str, key_id: str) -> Findings:
    """Nothing of an erased person opens, and nobody finds him by a number."""
    for table, count in sorted(erasable.elsewhere(session, person_id, key_id).items()):
        yield Finding(person_id, table, "", "erasure.readable", count, 0)
    asked = select(Person.id_no_index).where(Person.person_id == person_id)
    index = session.execute(asked).scalar_one_or_none()
    if index is None or not index.startswith(reading.NO_INDEX):
        yield Finding(person_id, "persons", "id_no_index", "erasure.readable")
