"""Reads dated versions: what was last recorded of a kind, and what is in force on a day."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from database import own_keys
from database.declarative import table_of
from database.prepared import Prepared
from register import changes
from register.entries import Change
from register.subjects import Version, of_index

_VERSIONS = table_of(Version)
# Relations and entitlements have tables of their own: opening these versions too would cost for nothing.
DESCRIBING = (
    "person_key",
    "person_contact",
    "payment_account",
    "declared_base",
    "certification",
    "hold",
)


def _description(person_id: ColumnElement[str]) -> Prepared:
    """The query of what was said of a person himself."""
    return Prepared(
        select(
            _VERSIONS.c.version_id,
            _VERSIONS.c.kind,
            _VERSIONS.c.effective_from,
            _VERSIONS.c.after,
            _VERSIONS.c.case_no,
        )
        .where(
            _VERSIONS.c.person_id == person_id,
            or_(*(_VERSIONS.c.kind == kind for kind in DESCRIBING)),
        )
        .order_by(_VERSIONS.c.version_id)
    )


_DESCRIPTION = _description(bindparam("person_id"))
_DESCRIPTION_BY_INDEX = _description(of_index("index"))


def ahead_by_index(session: Session, index: str) -> None:
    """As ``ahead``, for whoever the blind index of his number is of."""
    _DESCRIPTION_BY_INDEX.ahead(session, {"index": index})


def found(session: Session, index: str, person_id: str) -> None:
    """Say whom the index is of."""
    said = {"person_id": person_id}
    _DESCRIPTION_BY_INDEX.stand_for(session, {"index": index}, _DESCRIPTION, said)


def ahead(session: Session, person_id: str) -> None:
    """Announce that ``describing`` will be asked for."""
    _DESCRIPTION.ahead(session, {"person_id": person_id})


def describing(session: Session, person_id: str, without: Collection[str] = ()) -> list[Any]:
    """What was said of a person himself, in the order of recording: key data, contact, account.

    What the cases ``without`` said is left out.
    """
    found = _DESCRIPTION.all(session, {"person_id": person_id})
    return [row for row in found if row.case_no not in without] if without else found


def of_person(session: Session, person_id: str, kind: str | None = None) -> list[Version]:
    """A person's versions in the order of recording, of one kind or of all."""
    query = select(Version).where(Version.person_id == person_id).order_by(Version.version_id)
    if kind is not None:
        query = query.where(Version.kind == kind)
    return list(session.execute(query).scalars())


def of_employer(session: Session, employer_id: str, without: Collection[str] = ()) -> list[Version]:
    """An employer's versions in the order of recording, but for those of the cases ``without``."""
    query = select(Version).where(Version.employer_id == employer_id).order_by(Version.version_id)
    return [row for row in session.execute(query).scalars() if row.case_no not in without]


def folded(said: Sequence[Any], kind: str) -> dict[str, Any]:
    """The fields of a kind as they were recorded last, whenever they take effect; erased as they are.

    None of a kind that a correction took back altogether.
    """
    state: dict[str, Any] = {}
    for version in said:
        if version.kind == kind:
            erased = own_keys.key_id_of_erased(version.after) is not None
            state = version.after if erased else state | version.after
    if not state or own_keys.key_id_of_erased(state) is not None:
        return state
    return {} if changes.withdraws(kind, state) else state


def in_force(said: Sequence[Any], kind: str, on: date) -> dict[str, Any] | None:
    """The fields of a kind in force on a day, or None; of one day's versions the last recorded wins."""
    begun = [row for row in said if row.kind == kind and row.effective_from <= on]
    begun.sort(key=lambda row: (row.effective_from, row.version_id))
    return folded(begun, kind) or None


def change(version: Version) -> Change:
    """The change a version holds, in the words that were signed."""
    person = version.person_id is not None
    return Change(
        kind=version.kind,
        subject_kind="person" if person else "employer",
        subject_id=str(version.person_id if person else version.employer_id),
        effective_from=version.effective_from,
        after=version.after,
        before=version.before,
    )
