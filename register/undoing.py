"""Turns around what a case wrote of persons and employers: the changes that restore what stood before it.

What stood before is read from the rows the case's own came after, and these only grow: whenever it is asked,
the same case is undone in the same way. Money is turned around by who knows what became of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from register import changes, months
from register.claims import ClaimVersion
from register.entries import Change
from register.rights import EntitlementVersion, MonthVersion, RelationVersion
from register.subjects import Version

VOID = "VOID"
# What says something of a subject; undone by saying again what was said before.
SAID = (
    "person_key",
    "person_contact",
    "payment_account",
    "declared_base",
    "certification",
    "hold",
    "deferral",
    "employer_key",
    "employer_contact",
)
# What begins with the first status is taken back with the second.
_TAKEN_BACK = MappingProxyType({"hold": ("FROZEN", "LIFTED"), "deferral": ("APPROVED", VOID)})
# Held in rows of their own, and undone by these: what names one of a kind first, and what of it goes back.
_VERSIONED: Mapping[str, tuple[Any, Sequence[str], Sequence[str]]] = MappingProxyType(
    {
        "relation": (
            RelationVersion,
            ("relation_id",),
            ("agency_code", "kind", "status", "from_month", "employer_id", "policy_code"),
        ),
        "entitlement": (
            EntitlementVersion,
            ("entitlement_id",),
            ("kind", "monthly_cents", "from_month", "status", "components"),
        ),
        "claim": (
            ClaimVersion,
            ("claim_id", "employer_id"),
            ("late_fee_cents", "status", "receipt_no"),
        ),
    }
)
HELD = (*_VERSIONED, "months")


def of_case(session: Session, case_no: str, wrote: Sequence[Version], on: date) -> list[Change]:
    """The changes that undo what a case ``wrote``, for the day ``on``."""
    return [
        *_said(wrote),
        *(change for kind in _VERSIONED for change in _versions(session, case_no, on, kind)),
        *_months(session, case_no, on),
    ]


def _said(wrote: Iterable[Version]) -> Iterator[Change]:
    """The last first: of what was said twice the first word goes on what stood before."""
    for row in sorted(wrote, key=lambda one: one.change_no, reverse=True):
        if row.kind not in SAID:
            continue
        if changes.founds_json({"kind": row.kind, "after": row.after, "before": row.before}):
            # Who was put on the register stays there: an employer closed, a person insured nowhere.
            if row.employer_id is not None:
                yield _change(row, {"status": "CLOSED"}, {"status": row.after["status"]})
            continue
        was = dict(row.after)
        if row.kind in _TAKEN_BACK:
            begun, ended = _TAKEN_BACK[row.kind]
            was = {"status": begun, **was}
            before = {**was, "status": ended, **row.before}
        else:
            before = {name: row.before.get(name) for name in row.after}
        yield _change(row, before, was)


def _change(row: Version, after: dict[str, Any], before: dict[str, Any]) -> Change:
    """From the same day on as the change it undoes: of one day's the last recorded wins."""
    kind = "person" if row.person_id is not None else "employer"
    subject_id = str(row.person_id or row.employer_id)
    return Change(row.kind, kind, subject_id, row.effective_from, after, before)  # type: ignore[arg-type]


def _versions(session: Session, case_no: str, on: date, kind: str) -> Iterator[Change]:
    """Each thing of a kind that is held in versions of its own goes back to the one before."""
    kept, identity, names = _VERSIONED[kind]
    column = identity[0]
    asked = select(kept).where(kept.case_no == case_no).order_by(kept.row_id)
    for first, last in _spans(session.execute(asked).scalars(), column):
        number = getattr(first, column)
        before = session.execute(
            select(kept).where(getattr(kept, column) == number, kept.version == first.version - 1)
        ).scalar_one_or_none()
        named = {name: getattr(last, name) for name in identity}
        yield from _restored(kind, named, before, last, on, names)


def _spans(rows: Iterable[Any], identity: str) -> list[tuple[Any, Any]]:
    """The first and the last row that the case wrote of each thing, in order."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, identity), []).append(row)
    return [(written[0], written[-1]) for written in found.values()]


def _restored(
    kind: str,
    identity: dict[str, Any],
    before: Any,
    written: Any,
    on: date,
    names: Sequence[str],
) -> Iterator[Change]:
    """What differs goes back; what the case began counts no longer."""
    after = {"status": VOID}
    if before is not None:
        after = {name: getattr(before, name) for name in names}
    now = {name: getattr(written, name) for name in after}
    differing = {name: value for name, value in after.items() if value != now[name]}
    if differing:
        was = {name: now[name] for name in differing}
        yield Change(kind, "person", written.person_id, on, identity | differing, identity | was)


def _months(session: Session, case_no: str, on: date) -> Iterator[Change]:
    """Each month goes back to its version before, or counts no longer; a change for each run of them."""
    kept = MonthVersion
    asked = select(kept).where(kept.case_no == case_no).order_by(kept.row_id)
    first: dict[tuple[str, int], int] = {}
    for row in session.execute(asked).scalars():
        first.setdefault((row.person_id, row.month), row.version)
    run: list[Any] = []
    for (person_id, month), version in sorted(first.items()):
        base_cents, origin = _month_before(session, person_id, month, version)
        if run and (person_id, months.shifted(run[2], 1), base_cents, origin) == (
            run[0],
            month,
            *run[3:],
        ):
            run[2] = month
            continue
        yield from _run(run, on)
        run = [person_id, month, month, base_cents, origin]
    yield from _run(run, on)


def _month_before(session: Session, person_id: str, month: int, version: int) -> tuple[int, str]:
    kept = MonthVersion
    asked = select(kept.base_cents, kept.origin).where(
        kept.person_id == person_id, kept.month == month, kept.version == version - 1
    )
    found = session.execute(asked).first()
    return (0, VOID) if found is None else (found.base_cents, found.origin)


def _run(run: Sequence[Any], on: date) -> Iterator[Change]:
    if run:
        names = ("from_month", "to_month", "base_cents", "origin")
        yield Change("months", "person", run[0], on, dict(zip(names, run[1:], strict=True)))
