"""What is said later of an employer's people and rests on what a case said of the employer; and the reverse.

A late fee is reckoned under the deferrals there are, people are insured with an employer that is on the
register, and an employer leaves it once nothing is owed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select, union_all
from sqlalchemy.orm import Session

from register.claims import ClaimVersion
from register.entries import Change
from register.ledger import RegisterPosting
from register.rights import RelationVersion
from register.subjects import Version

# What of people names an employer.
_OF_PEOPLE = ("relation", "claim")


def on_case(
    session: Session,
    wrote: Sequence[Version],
    undoing: Iterable[Change],
    founded: Collection[str | None],
    since: Any,
) -> list[Version]:
    """The later versions that rest so on a case which ``wrote`` these and ``founded`` those."""
    deferred = _deferred(wrote)
    owing = {
        str(change.after["employer_id"])
        for change in undoing
        if change.kind == "claim" and change.after["status"] == "ASSESSED"
    }
    employers = {row.employer_id for row in wrote if row.employer_id in founded} - {None}
    if not (deferred or owing or employers):
        return []
    naming = union_all(
        select(ClaimVersion.case_no).where(ClaimVersion.employer_id.in_({*deferred, *employers})),
        select(RelationVersion.case_no).where(RelationVersion.employer_id.in_(employers)),
    )
    asked = (
        select(Version)
        .join(RegisterPosting, RegisterPosting.case_no == Version.case_no)
        .where(
            or_(
                Version.kind.in_(_OF_PEOPLE) & Version.case_no.in_(naming),
                (Version.kind == "employer_key") & Version.employer_id.in_(owing),
            ),
            Version.version_id > max(row.version_id for row in wrote),
            RegisterPosting.posted_at >= since,
        )
        .order_by(Version.version_id)
    )
    found = session.execute(asked).scalars()
    return [row for row in found if _rests(row, deferred, employers)]


def _deferred(wrote: Iterable[Version]) -> dict[str, date]:
    """The employers whose deferrals the case granted or took back, each with the first day deferred."""
    found: dict[str, date] = {}
    for row in wrote:
        if row.kind == "deferral":
            employer_id = str(row.employer_id)
            found[employer_id] = min(row.effective_from, found.get(employer_id, date.max))
    return found


def _rests(row: Version, deferred: Mapping[str, date], employers: Collection[str | None]) -> bool:
    """Whether a version that was found is about one of these employers, and after what was deferred."""
    if row.kind == "employer_key":
        return row.after.get("status") == "CLOSED"
    named = str(row.after.get("employer_id"))
    if named in employers:
        return True
    # The fee is reckoned to the day from which a claim says so.
    return row.kind == "claim" and named in deferred and row.effective_from >= deferred[named]
