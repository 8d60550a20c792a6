"""Composes the record of a person or an employer out of its rows, as they stand or stood.

What is left out (``without``) is what some cases wrote: ``register.as_of`` asks for earlier states so.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from database import own_keys
from database.direct_slots import set_directly
from database.refusals import NotFound
from register import balances, claims, held, holds, obligations, staff, unpaid, versions
from register.deferred import DeferredMapping, DeferredSequence, within
from register.obligations import Claim
from register.records import (
    ContributionMonth,
    EmployerRecord,
    Entitlement,
    PersonRecord,
    Relation,
    Spell,
    UnpaidPayable,
)


class PersonErased(NotFound):
    """What was recorded of this person was erased by law: nobody can read it any more."""

    rule = "person.erased"


@set_directly
@dataclass(frozen=True, slots=True)
class Held:
    """How what a person holds is read, part by part, when somebody asks for it."""

    relations: Callable[[], tuple[Relation, ...]]
    entitlements: Callable[[], tuple[Entitlement, ...]]
    months: Callable[[], tuple[ContributionMonth, ...]]
    sums: Callable[[], dict[str, int]]
    unpaid: Callable[[], tuple[UnpaidPayable, ...]]
    claims: Callable[[], tuple[Claim, ...]]


def person(
    session: Session,
    person_id: str,
    version: int,
    on: date,
    *,
    deferred: bool,
    without: Collection[str] = (),
) -> PersonRecord:
    """The record of a person at this version, but for what the cases ``without`` wrote.

    ``deferred``: what he holds is read only when somebody asks for it.
    """
    said = versions.describing(session, person_id, without)
    held_by = (session, person_id, without)
    parts = Held(
        relations=lambda: _relations(*held_by),
        entitlements=lambda: _entitlements(*held_by),
        months=lambda: _months(*held_by),
        sums=lambda: _sums(*held_by),
        unpaid=lambda: unpaid.of_person(*held_by),
        claims=lambda: claims.of_person(*held_by),
    )
    return described(session, (person_id, version), said, parts, on, deferred=deferred)


def described(
    session: Session,
    who: tuple[str, int],
    said: Sequence[Any],
    parts: Held,
    on: date,
    *,
    deferred: bool,
) -> PersonRecord:
    """The record of ``who`` (id, version) out of what was ``said`` of him and what he holds.

    Raises PersonErased.
    """
    key = versions.folded(said, "person_key")
    if own_keys.key_id_of_erased(key) is not None:
        raise PersonErased
    relations = DeferredSequence(within(session, parts.relations))
    entitlements = DeferredSequence(within(session, parts.entitlements))
    months = DeferredSequence(within(session, parts.months))
    sums = DeferredMapping(within(session, parts.sums))
    due = DeferredSequence(within(session, parts.unpaid))
    account = DeferredMapping(lambda: balances.parts(sums))
    owed = DeferredMapping(lambda: balances.owed(sums))
    return PersonRecord(
        person_id=who[0],
        id_no=key["id_no"],
        name=key["name"],
        sex=key["sex"],
        birth=date.fromisoformat(key["birth"]),
        first_work_on=date.fromisoformat(key["first_work_on"]) if key["first_work_on"] else None,
        post_kind=key["post_kind"],
        contact=versions.folded(said, "person_contact"),
        payment_account=versions.in_force(said, "payment_account", on),
        relations=relations if deferred else tuple(relations),
        months=months if deferred else tuple(months),
        balances=account if deferred else dict(account),
        entitlements=entitlements if deferred else tuple(entitlements),
        version=who[1],
        former_names=_names(said, "person_key") - {key["name"]},
        owed=owed if deferred else dict(owed),
        declared_base=versions.folded(said, "declared_base") or None,
        certification=versions.folded(said, "certification") or None,
        # No page shows it but by the payables themselves, so it is never read at once.
        unpaid=due,
        claims=DeferredSequence(within(session, parts.claims)),
        holds=holds.in_force(said, on),
    )


def _none() -> Collection[str]:
    return ()


def employer(
    session: Session,
    employer_id: str,
    version: int,
    without: Collection[str] = (),
    *,
    without_of_staff: Callable[[], Collection[str]] = _none,
) -> EmployerRecord:
    """The record of an employer at this version, but for what the cases ``without`` wrote.

    Its staff is others' business: which cases are left out there is asked when the staff is. Staff and
    claims are read only when somebody asks for them.
    """
    said = versions.of_employer(session, employer_id, without)
    key = versions.folded(said, "employer_key")
    return EmployerRecord(
        employer_id=employer_id,
        version=version,
        **key,
        contact=versions.folded(said, "employer_contact"),
        former_names=_names(said, "employer_key") - {key["name"]},
        staff=DeferredSequence(
            within(session, lambda: staff.of_employer(session, employer_id, without_of_staff()))
        ),
        claims=DeferredSequence(
            within(session, lambda: claims.of_employer(session, employer_id, without))
        ),
        deferrals=obligations.approved(said),
    )


def _names(said: Sequence[Any], kind: str) -> set[str]:
    keys_said = (row.after for row in said if row.kind == kind)
    return {str(after["name"]) for after in keys_said if after.get("name")}


def _sums(session: Session, person_id: str, without: Collection[str]) -> dict[str, int]:
    if without:
        return balances.of_person_without(session, person_id, without)
    return balances.of_person(session, person_id)


def _months(
    session: Session, person_id: str, without: Collection[str]
) -> tuple[ContributionMonth, ...]:
    return months_of(held.months(session, person_id, without))


def months_of(rows: Iterable[Sequence[Any]]) -> tuple[ContributionMonth, ...]:
    """Months that count, out of rows that begin with month, base and origin."""
    return tuple(ContributionMonth(row[0], row[1], row[2]) for row in rows)


def _relations(session: Session, person_id: str, without: Collection[str]) -> tuple[Relation, ...]:
    return relations_of(held.relations(session, person_id, without))


def relations_of(rows: Iterable[Any]) -> tuple[Relation, ...]:
    """Relations out of their latest rows."""
    return tuple(
        Relation(
            relation_id=row.relation_id,
            agency_code=row.agency_code,
            kind=row.kind,
            status=row.status,
            from_month=row.from_month,
            employer_id=row.employer_id,
            policy_code=row.policy_code,
        )
        for row in rows
    )


def _entitlements(
    session: Session, person_id: str, without: Collection[str]
) -> tuple[Entitlement, ...]:
    return entitlements_of(held.entitlement_histories(session, person_id, without))


def entitlements_of(histories: Iterable[Sequence[Any]]) -> tuple[Entitlement, ...]:
    """Benefits out of all their rows, each in order."""
    return tuple(
        Entitlement(
            entitlement_id=row.entitlement_id,
            kind=row.kind,
            monthly_cents=row.monthly_cents,
            from_month=row.from_month,
            status=row.status,
            components=row.components,
            version=row.version,
            earlier=tuple(
                Spell(past.from_month, past.status, past.monthly_cents, past.components)
                for past in before
            ),
        )
        for *before, row in histories
    )
