"""Reads a record as it stood once: with what some of the cases that wrote it had written by then.

The register is only ever added to and every row names its case, so any earlier state is today's rows but
for those of later cases. Which cases came later the caller knows; here it is only left out.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import bindparam, select, union
from sqlalchemy.orm import Session

from database import clock
from database.declarative import table_of
from database.prepared import Prepared
from register import composing, reading
from register.ledger import LedgerLine, RegisterPosting
from register.parameters import Parameters
from register.records import Records
from register.subjects import Version

_VERSIONS = table_of(Version)
_LINES = table_of(LedgerLine)
# Relations, months and entitlements are written with a version that orders them, so these two say all.
_OF_PERSON = union(
    select(_VERSIONS.c.case_no).where(_VERSIONS.c.person_id == bindparam("subject_id")),
    select(_LINES.c.case_no).where(_LINES.c.subject_id == bindparam("subject_id")),
).subquery()
_WROTE_OF_PERSON = Prepared(select(_OF_PERSON.c.case_no))
_WROTE_OF_EMPLOYER = Prepared(
    select(_VERSIONS.c.case_no).where(_VERSIONS.c.employer_id == bindparam("subject_id")).distinct()
)


def wrote(session: Session, kind: str, subject_id: str) -> set[str]:
    """The numbers of the cases that wrote about a ``person`` or ``employer``, openings included."""
    asked = _WROTE_OF_PERSON if kind == "person" else _WROTE_OF_EMPLOYER
    return {row.case_no for row in asked.all(session, {"subject_id": subject_id})}


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
    written_by: Collection[str],
    later: Collection[str],
    accepted_on: date,
    parameters: Parameters,
) -> Records:
    """As ``reading.load``, but for what the cases ``later`` wrote; ``written_by`` is what ``wrote`` answered.

    What a person holds is read when a process asks for it, within this transaction.
    """
    # A subject's version counts its postings, and a case posts once.
    version = len(set(written_by) - set(later))
    names = reading.agency_names(session)
    if kind == "person":
        person = composing.person(
            session, subject_id, version, accepted_on, deferred=True, without=later
        )
        return Records(person, None, accepted_on, parameters, names)
    employer = composing.employer(session, subject_id, version, later)
    return Records(None, employer, accepted_on, parameters, names)
