"""Reads a record as it stood once: with what some of the cases that wrote it had written by then.

The register is only ever added to and every row names its case, so any earlier state is today's rows but
for those of later cases. Which cases came later the caller knows; here it is only left out.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select, union
from sqlalchemy.orm import Session

from database import clock
from database.declarative import table_of
from database.prepared import Prepared
from register import composing, reading, staff
from register.claims import ClaimVersion
from register.ledger import LedgerLine, RegisterPosting
from register.parameters import Parameters
from register.records import EmployerRecord, PersonRecord, Records
from register.subjects import Version

_VERSIONS = table_of(Version)
_LINES = table_of(LedgerLine)
# Relations, months and entitlements are written with a version that orders them, so these two say all.
_OF_PERSON = union(
    select(_VERSIONS.c.case_no).where(_VERSIONS.c.person_id == bindparam("subject_id")),
    select(_LINES.c.case_no).where(_LINES.c.subject_id == bindparam("subject_id")),
).subquery()
_WROTE_OF_PERSON = Prepared(select(_OF_PERSON.c.case_no))
_CLAIMS = table_of(ClaimVersion)
_OF_EMPLOYER = union(
    select(_VERSIONS.c.case_no).where(_VERSIONS.c.employer_id == bindparam("subject_id")),
    select(_CLAIMS.c.case_no).where(_CLAIMS.c.employer_id == bindparam("subject_id")),
).subquery()
_WROTE_OF_EMPLOYER = Prepared(select(_OF_EMPLOYER.c.case_no))

_AMONG: Any = bindparam("among", expanding=True)
_EACH_PERSON = union(
    select(_VERSIONS.c.person_id.label("whose"), _VERSIONS.c.case_no).where(
        _VERSIONS.c.person_id.in_(_AMONG)
    ),
    select(_LINES.c.subject_id.label("whose"), _LINES.c.case_no).where(
        _LINES.c.subject_id.in_(_AMONG)
    ),
)
_EACH_EMPLOYER = union(
    select(_VERSIONS.c.employer_id.label("whose"), _VERSIONS.c.case_no).where(
        _VERSIONS.c.employer_id.in_(_AMONG)
    ),
    select(_CLAIMS.c.employer_id.label("whose"), _CLAIMS.c.case_no).where(
        _CLAIMS.c.employer_id.in_(_AMONG)
    ),
)

Wrote = Callable[[str, str], set[str]]
Recorded = Callable[[str, int, date, Collection[str]], PersonRecord]
Later = Callable[[Collection[str]], Collection[str]]


@dataclass(frozen=True, slots=True)
class Then:
    """A moment that has passed: ``wrote`` as below, and those of some cases that came ``later``.

    ``person`` composes a person's record (id, version, day, whose writing is left out).
    """

    wrote: Wrote
    later: Later
    person: Recorded


def wrote(session: Session, kind: str, subject_id: str) -> set[str]:
    """The numbers of the cases that wrote about a ``person`` or ``employer``, openings included."""
    asked = _WROTE_OF_PERSON if kind == "person" else _WROTE_OF_EMPLOYER
    return {row.case_no for row in asked.all(session, {"subject_id": subject_id})}


def wrote_of_each(session: Session, kind: str, subject_ids: Collection[str]) -> dict[str, set[str]]:
    """As ``wrote``, of several; of whom nothing was written is left out."""
    found: dict[str, set[str]] = defaultdict(set)
    asked = _EACH_PERSON if kind == "person" else _EACH_EMPLOYER
    for row in session.execute(asked, {"among": list(subject_ids)}):
        found[row.whose].add(row.case_no)
    return dict(found)


def written_after(session: Session, kind: str, subject_id: str, day: date) -> set[str]:
    """The cases that wrote about a ``person`` or ``employer`` after the end of a day at the office."""
    headers = table_of(RegisterPosting)
    asked = select(headers.c.case_no).where(
        headers.c.case_no.in_(wrote(session, kind, subject_id)),
        headers.c.posted_at >= clock.day_ends(day),
    )
    return set(session.execute(asked).scalars())


def load(
    session: Session,
    kind: str,
    subject_id: str,
    *,
    then: Then,
    accepted_on: date,
    parameters: Parameters,
    read: Iterable[Mapping[str, Any]] = (),
) -> Records:
    """As ``reading.load``, but for what the cases wrote that came later.

    Nobody, where nothing was written of the subject by then. What a person holds is read when a process
    asks for it, within this transaction. ``read`` is what the signed posting says it read: beside the
    applicant a process saw only the employers named there.
    """
    others = OthersThen(
        session,
        [
            str(said["id"])
            for said in read
            if said["kind"] == "employer" and said["id"] != subject_id
        ],
        then,
    )
    written_by = then.wrote(kind, subject_id)
    without = then.later(written_by)
    # A subject's version counts its postings, and a case posts once.
    version = len(set(written_by) - set(without))
    beside: dict[str, Any] = {"others": others, "agencies": reading.agency_names(session)}
    if not version:
        return Records(None, None, accepted_on, parameters, **beside)
    if kind == "person":
        person = then.person(subject_id, version, accepted_on, without)
        return Records(person, None, accepted_on, parameters, **beside)
    found = employer(session, subject_id, then)
    return Records(None, found, accepted_on, parameters, **beside)


def employer(session: Session, employer_id: str, then: Then) -> EmployerRecord:
    """An employer's record of then; its staff is read of then too, when a process asks."""
    # A subject's version counts its postings, and a case posts once.
    written_by = then.wrote("employer", employer_id)
    without = then.later(written_by)
    return composing.employer(
        session,
        employer_id,
        len(written_by - set(without)),
        without,
        without_of_staff=lambda: then.later(staff.wrote(session, employer_id)),
    )


class OthersThen:
    """Looks up those employers beside the applicant that a posting says it read, as they stood then.

    A credit code may be another's today, so it is compared with what each of them had then.
    """

    def __init__(self, session: Session, known: Collection[str], then: Then) -> None:
        self._session, self._known, self._then = session, known, then

    def employer_numbered(self, uscc: str) -> EmployerRecord | None:
        """The employer that had this credit code then."""
        found = (employer(self._session, known, self._then) for known in self._known)
        return next((record for record in found if record.uscc == uscc.upper()), None)
