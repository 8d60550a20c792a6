"""Adds versions of what persons hold: relations, months and entitlements, from the changes of a posting."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from database.declarative import table_of
from database.identifiers import new_id
from database.refusals import InvariantBroken
from register import held, months, rosters, soundness
from register.entries import Change
from register.records import IN_FORCE
from register.rights import EntitlementVersion, MonthVersion, RelationVersion


class HoldingUnknown(InvariantBroken):
    """A change names a relation or entitlement that this person doesn't hold."""


class HeldTwice(InvariantBroken):
    """A posting begins a benefit that the person holds already."""


_RELATION = (
    "version", "agency_code", "kind", "status", "from_month", "employer_id", "policy_code",
)  # fmt: skip


def add_relations(session: Session, changes: Sequence[Change], key: dict[str, object]) -> None:
    """The next versions of relations, or the first of new ones, in order. Raises HoldingUnknown."""
    ids = {change.subject_id for change in changes if not soundness.begins(*_said(change))}
    found = rosters.relations(session, ids) if len(ids) > 1 else _one(session, ids)
    states = {
        (person_id, row.relation_id): {name: getattr(row, name) for name in _RELATION}
        for person_id, rows in found.items()
        for row in rows
    }
    rows = []
    for change in changes:
        state: dict[str, Any] = {"version": 0, "employer_id": None, "policy_code": None}
        if soundness.begins(*_said(change)):
            state["relation_id"] = new_id()
        else:
            wanted = change.after["relation_id"]
            known = states.get((change.subject_id, wanted))
            if known is None:
                raise HoldingUnknown(f"person {change.subject_id} has no relation {wanted}")
            state = known
        row = state | dict(change.after) | key
        row |= {"person_id": change.subject_id, "version": state["version"] + 1}
        rows.append(row)
        # A second change of the same relation goes on from this one.
        states[change.subject_id, row["relation_id"]] = {name: row[name] for name in _RELATION}
    session.execute(insert(table_of(RelationVersion)), rows)


def _said(change: Change) -> tuple[str, Mapping[str, object]]:
    return change.kind, change.after


def _one(session: Session, ids: Collection[str]) -> Mapping[str, list[Any]]:
    return {person_id: held.relations(session, person_id, void=True) for person_id in ids}


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
    found = held.entitlements(session, change.subject_id, void=True)
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
