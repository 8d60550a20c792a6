"""Adds versions of what persons hold: relations, months and entitlements, from the changes of a posting."""

from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from database.declarative import table_of
from database.identifiers import new_id
from database.refusals import InvariantBroken
from register import held, months, soundness
from register.entries import Change
from register.records import IN_FORCE
from register.rights import EntitlementVersion, MonthVersion, RelationVersion


class HoldingUnknown(InvariantBroken):
    """A change names a relation or entitlement that this person doesn't hold."""


class HeldTwice(InvariantBroken):
    """A posting begins a benefit that the person holds already."""


def add_relation(session: Session, change: Change, key: dict[str, object]) -> None:
    """The next version of a relation, or the first of a new one. Raises HoldingUnknown."""
    state: dict[str, Any] = {"version": 0, "employer_id": None, "policy_code": None}
    if soundness.begins(change.kind, change.after):
        state["relation_id"] = new_id()
    else:
        wanted = change.after["relation_id"]
        found = held.relations(session, change.subject_id)
        row_held = next((row for row in found if row.relation_id == wanted), None)
        if row_held is None:
            raise HoldingUnknown(f"person {change.subject_id} has no relation {wanted}")
        state = {
            name: getattr(row_held, name)
            for name in (
                "version",
                "agency_code",
                "kind",
                "status",
                "from_month",
                "employer_id",
                "policy_code",
            )
        }
    row = state | dict(change.after) | key
    row |= {"person_id": change.subject_id, "version": state["version"] + 1}
    session.execute(insert(table_of(RelationVersion)), [row])


def add_months(session: Session, change: Change, key: dict[str, object]) -> None:
    """The next version of every month of a span."""
    person_id, said = change.subject_id, change.after
    versions = select(MonthVersion.month, func.max(MonthVersion.version)).where(
        MonthVersion.person_id == person_id,
        MonthVersion.month.between(said["from_month"], said["to_month"]),
    )
    found = session.execute(versions.group_by(MonthVersion.month))
    last: dict[int, int] = {month: version for month, version in found}  # noqa: C416
    rows = [
        {
            "person_id": person_id,
            "month": month,
            "version": last.get(month, 0) + 1,
            "base_cents": said["base_cents"],
            "origin": said["origin"],
            **key,
        }
        for month in months.spanned(said["from_month"], said["to_month"])
    ]
    session.execute(insert(table_of(MonthVersion)), rows)


def add_entitlement(session: Session, change: Change, key: dict[str, object]) -> None:
    """The next version of a benefit, or the first of a new one. Raises HoldingUnknown, HeldTwice."""
    found = held.entitlements(session, change.subject_id)
    latest = {row.entitlement_id: row for row in found}
    state: dict[str, Any] = {"version": 0}
    if soundness.begins(change.kind, change.after):
        kind = change.after["kind"]
        if any(row.kind == kind and row.status in IN_FORCE for row in found):
            raise HeldTwice(f"person {change.subject_id} holds a {kind} already")
        state["entitlement_id"] = new_id()
    else:
        wanted = change.after["entitlement_id"]
        if wanted not in latest:
            raise HoldingUnknown(f"person {change.subject_id} has no entitlement {wanted}")
        state = {
            name: getattr(latest[wanted], name)
            for name in ("version", "kind", "monthly_cents", "from_month", "status", "components")
        }
    row = state | dict(change.after) | key
    row |= {"person_id": change.subject_id, "version": state["version"] + 1}
    session.execute(insert(table_of(EntitlementVersion)), [row])
