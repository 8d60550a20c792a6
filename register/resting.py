"""What later cases wrote that rests on a case: as long as it stands, the case can't be undone under it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from register import changes, resting_between
from register.corrected import Later
from register.entries import Change
from register.ledger import LedgerLine, RegisterPosting
from register.payables import PAYMENT
from register.subjects import Version

# A decision on a benefit is computed from these.
_DECIDED_BY = ("months", "person_key")


def on_case(
    session: Session,
    case_no: str,
    wrote: Sequence[Version],
    undoing: Sequence[Change],
    without: Collection[str],
) -> Later:
    """What rests on a case that ``wrote`` these and would be undone so, but for the cases ``without``."""
    lines = session.execute(select(LedgerLine).where(LedgerLine.case_no == case_no)).scalars().all()
    drew = _drew(session, case_no, lines, without)
    accounts = {line.subject_id for line in lines if line.subject_id is not None}
    persons = {row.person_id for row in wrote if row.person_id is not None}
    employers = {row.employer_id for row in wrote if row.employer_id is not None}
    since = _posted(session, case_no)
    found = session.execute(
        select(Version)
        .join(RegisterPosting, RegisterPosting.case_no == Version.case_no)
        .where(
            or_(
                Version.person_id.in_(persons | accounts),
                Version.employer_id.in_(employers),
            ),
            Version.version_id > max((row.version_id for row in wrote), default=0),
            RegisterPosting.posted_at >= since,
            Version.case_no != case_no,
        )
        .order_by(Version.version_id)
    ).scalars()
    later = [row for row in found if row.case_no not in without]
    founded = {row.person_id or row.employer_id for row in wrote if changes.founds_json(_json(row))}
    beside = resting_between.on_case(session, wrote, undoing, founded, since)
    said = [
        row
        for row in later
        if (row.person_id or row.employer_id) in founded or _touched(row, wrote, undoing)
    ]
    deciding = {row.person_id for row in wrote if row.kind in _DECIDED_BY} | accounts
    decided = [
        row
        for row in later
        # One that only stops or goes on was not computed.
        if row.kind == "entitlement" and "monthly_cents" in row.after and row.person_id in deciding
    ]
    said += [row for row in beside if row.case_no not in {case_no, *without}]
    return Later(_numbers(sorted(said, key=_recorded)), _numbers(decided), drew)


def _recorded(row: Version) -> int:
    return row.version_id


def _numbers(rows: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.case_no for row in rows))


def _posted(session: Session, case_no: str) -> Any:
    asked = select(RegisterPosting.posted_at).where(RegisterPosting.case_no == case_no)
    return session.execute(asked).scalar_one()


def _drew(
    session: Session, case_no: str, lines: Sequence[LedgerLine], without: Collection[str]
) -> tuple[str, ...]:
    """The later cases that took something from accounts that this one credited."""
    credited = {(line.subject_id, line.account) for line in lines if line.subject_id is not None}
    if not credited:
        return ()
    asked = (
        select(LedgerLine)
        .where(
            LedgerLine.subject_id.in_({whose for whose, _ in credited}),
            LedgerLine.side == "debit",
            LedgerLine.line_id > max(line.line_id for line in lines),
        )
        .order_by(LedgerLine.line_id)
    )
    found = session.execute(asked).scalars()
    return _numbers(
        row
        for row in found
        if (row.subject_id, row.account) in credited
        and row.case_no not in {case_no, *without}
        and not row.case_no.startswith(PAYMENT)
    )


def _touched(row: Version, wrote: Iterable[Version], undoing: Iterable[Change]) -> bool:
    """Whether a later version says something of what the case wrote."""
    whose = row.person_id or row.employer_id
    if row.kind in ("relation", "entitlement", "claim"):
        identity = f"{row.kind}_id"
        known = row.after.get(identity)
        return known is not None and any(
            change.kind == row.kind and change.after[identity] == known for change in undoing
        )
    mine = (
        one for one in wrote if one.kind == row.kind and whose in (one.person_id, one.employer_id)
    )
    return any(_overlap(row.kind, one.after, row.after) for one in mine)


def _overlap(kind: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if kind in ("months", "deferral"):
        return bool(
            one["from_month"] <= other["to_month"] and other["from_month"] <= one["to_month"]
        )
    if kind == "hold":
        return bool(one["document_no"] == other["document_no"])
    return not set(one).isdisjoint(other) or changes.KINDS[kind].withdrawable


def _json(row: Version) -> dict[str, Any]:
    return {"kind": row.kind, "after": row.after, "before": row.before}
