"""The journal's side of second factors: who has which, which posts demand one, and what ended them.

The rows that say it are noted column by column, so that verification finds one that was put in, altered or
taken out in the database; what they hold secret stands there as a keyed fingerprint.
"""

from typing import Any

from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.factors import (
    factor_demands,
    factor_enrolments,
    factor_resets,
    recovery_codes,
    second_factors,
)
from authz.factors.factor_demands import DemandEntry
from authz.factors.factor_record import FactorDemand, FactorEnd, FactorReset, SecondFactor
from authz.factors.security_keys import Place
from authz.offices import accounts
from authz.signing_in import sessions
from engine import journal, office_record
from engine.office_record import Noted

NOTED: Noted = {
    SecondFactor: (("account_id", "kind", "credential_id", "made_at"), ("label", "secret")),
    FactorEnd: (("ended_by", "ended_at", "ended_as"), ()),
    FactorDemand: (("agency_code", "post", "demanded", "entered_by", "entered_at"), ("basis",)),
}


def enrol_codes(
    session: Session, actor: Actor, code: str, label: str
) -> tuple[SecondFactor, list[str]]:
    """Finish with codes; the recovery codes where this is the first factor. Raises as ``prove_codes``."""
    return _enrolled(session, actor, factor_enrolments.prove_codes(session, actor, code, label))


def enrol_key(
    session: Session, actor: Actor, place: Place, answer: Any, label: str
) -> tuple[SecondFactor, list[str]]:
    """Finish with a security key, as with codes. Raises as ``prove_key``."""
    factor = factor_enrolments.prove_key(session, actor, place, answer, label)
    return _enrolled(session, actor, factor)


def remove(session: Session, actor: Actor, factor_id: int) -> None:
    """Take one's own factor away; every other sign-in ends. Raises FactorNotFound."""
    ended = second_factors.end(session, actor.account_id, factor_id)
    sessions.end_all(session, actor.account_id, but=actor.sign_in_id)
    _note(session, actor, actor.agency, "factor_removed", [ended], {"factor": factor_id})


def renew_recovery_codes(session: Session, actor: Actor) -> list[str]:
    """A new sheet of codes; those of before count no more. Raises FactorNotFound where there is no factor."""
    if not second_factors.of(session, actor.account_id):
        raise second_factors.FactorNotFound
    codes = recovery_codes.renew(session, actor.account_id)
    journal.append_office(session, actor.agency, "recovery_codes_made", actor=actor)
    return codes


def enter_demand(session: Session, actor: Actor, entry: DemandEntry) -> FactorDemand:
    """Demand a second factor of a post, or no longer. Raises as ``factor_demands.enter``."""
    demand = factor_demands.enter(session, actor, entry)
    said = {"post": entry.post, "demanded": entry.demanded}
    _note(session, actor, entry.agency, "factor_demand_entered", [demand], said)
    return demand


def apply_reset(session: Session, actor: Actor, staff_no: str, reason: str) -> FactorReset:
    """Apply to end somebody's lost factors. Raises as ``factor_resets.apply``."""
    reset = factor_resets.apply(session, actor, staff_no, reason)
    agency = accounts.get(session, reset.account_id).agency_code
    said = {"reset": reset.reset_id, "for": staff_no}
    journal.append_office(session, agency, "factor_reset_applied", actor=actor, detail=said)
    return reset


def confirm_reset(session: Session, actor: Actor, reset_id: int) -> FactorReset:
    """Confirm it: the factors and sign-ins of that account end now. Raises as ``factor_resets.confirm``."""
    reset = factor_resets.confirm(session, actor, reset_id)
    account = accounts.get(session, reset.account_id)
    ended = second_factors.reset(session, reset.account_id, actor.account_id)
    sessions.end_all(session, reset.account_id)
    said = {"reset": reset.reset_id, "for": account.staff_no}
    _note(session, actor, account.agency_code, "factor_reset_confirmed", ended, said)
    return reset


def _enrolled(
    session: Session, actor: Actor, factor: SecondFactor
) -> tuple[SecondFactor, list[str]]:
    """Journal a factor; whoever had to enrol one first may now go on, and other sign-ins of his end."""
    said = {"factor": factor.factor_id, "kind": factor.kind}
    _note(session, actor, actor.agency, "factor_enrolled", [factor], said)
    sessions.end_all(session, actor.account_id, but=actor.sign_in_id)
    if actor.sign_in_id is not None:
        sessions.admit(session, actor.sign_in_id)
    if len(second_factors.of(session, actor.account_id)) > 1:
        return factor, []
    return factor, renew_recovery_codes(session, actor)


def _note(
    session: Session,
    actor: Actor,
    agency: str,
    action: str,
    rows: list[Any],
    detail: dict[str, Any],
) -> None:
    office_record.note(session, agency, action, rows, actor=actor, detail=detail, noted=NOTED)
