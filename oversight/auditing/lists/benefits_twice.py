"""Benefits twice (重复待遇): persons with two benefits of one kind in force, or insured on while retired."""

from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from oversight.auditing.lists import people, shape
from oversight.auditing.lists.shape import Asked, Page
from register.records import IN_FORCE
from register.rights import EntitlementVersion, MonthVersion

TWICE, AFTER = "同类待遇并存 twice", "退休后仍缴费 paid on"
PAID = ("PAID", "BACK_PAID", "BACKFILLED")


def page(session: Session, asked: Asked, after: str | None, limit: int) -> Page:
    """By person. What is in force is read from each benefit's last version."""
    return shape.numbered(_rows(session, asked), after, limit)


def _rows(session: Session, asked: Asked) -> list[tuple[Any, ...]]:
    found: list[tuple[str, EntitlementVersion, int | None]] = [
        (TWICE, row, None) for row in _twice(session)
    ]
    found += [(AFTER, row, month) for row, month in _paid_on(session)]
    ids = {row.person_id for _why, row, _month in found}
    where, names = people.agencies(session, ids), people.named(session, ids)
    rows: list[tuple[Any, ...]] = [
        (
            why,
            row.person_id,
            *names.get(row.person_id, ("", "")),
            " ".join(sorted(where[row.person_id])),
            row.kind,
            row.monthly_cents,
            row.from_month,
            row.status,
            month,
            row.case_no,
        )
        for why, row, month in found
        if where[row.person_id].intersection(asked.scope.codes)
    ]
    return sorted(rows, key=lambda row: (row[1], row[0], row[10]))


def _last() -> Any:
    later = aliased(EntitlementVersion)
    return ~(
        select(later.row_id)
        .where(
            later.entitlement_id == EntitlementVersion.entitlement_id,
            later.version > EntitlementVersion.version,
        )
        .exists()
    )


def _twice(session: Session) -> list[EntitlementVersion]:
    several = (
        select(EntitlementVersion.person_id, EntitlementVersion.kind)
        .where(_last(), EntitlementVersion.status.in_(IN_FORCE))
        .group_by(EntitlementVersion.person_id, EntitlementVersion.kind)
        .having(func.count() > 1)
        .subquery()
    )
    found = (
        select(EntitlementVersion)
        .join(
            several,
            and_(
                several.c.person_id == EntitlementVersion.person_id,
                several.c.kind == EntitlementVersion.kind,
            ),
        )
        .where(_last(), EntitlementVersion.status.in_(IN_FORCE))
    )
    return list(session.execute(found).scalars())


def _paid_on(session: Session) -> list[tuple[EntitlementVersion, int]]:
    """Pensions in force whose person has paid months from the month of payment on; with the last."""
    first = aliased(EntitlementVersion)
    since = (
        select(func.min(first.from_month))
        .where(first.entitlement_id == EntitlementVersion.entitlement_id)
        .correlate(EntitlementVersion)
        .scalar_subquery()
    )
    paid = (
        select(func.max(MonthVersion.month))
        .where(
            MonthVersion.person_id == EntitlementVersion.person_id,
            MonthVersion.month >= since,
            MonthVersion.origin.in_(PAID),
        )
        .correlate(EntitlementVersion)
        .scalar_subquery()
    )
    found = select(EntitlementVersion, paid).where(
        _last(),
        EntitlementVersion.kind == "pension",
        EntitlementVersion.status.in_(IN_FORCE),
        paid.is_not(None),
    )
    return [(row, last) for row, last in session.execute(found)]
