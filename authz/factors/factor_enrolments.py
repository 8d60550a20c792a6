"""Enrolling a second factor: begun with a secret or a challenge, done once the factor has proved itself."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.factors import codes_by_time, second_factors, security_keys
from authz.factors.factor_record import CODE, KEY, MAX_CREDENTIAL_ID, FactorEnrolment, SecondFactor
from authz.factors.security_keys import Place
from database import clock
from database.refusals import Conflict, Invalid

STANDS = timedelta(minutes=15)
CHALLENGE_BYTES = 32


class EnrolmentNotBegun(Conflict):
    """Nothing was begun, or more than a quarter of an hour ago: begin anew."""

    rule = "factor.not_begun"


class ProofWrong(Invalid):
    """This is not what the new factor shows now: nothing was changed."""

    rule = "factor.proof_wrong"


class TooManyFactors(Conflict):
    """Eight second factors are enough: remove one before."""

    rule = "factor.too_many"


class KeyKnown(Conflict):
    """This security key is somebody's already, or was: use another."""

    rule = "factor.key_known"


def begin_codes(session: Session, actor: Actor) -> str:
    """Begin with codes: the secret, for the authenticator. Raises TooManyFactors."""
    secret = codes_by_time.new_secret()
    _begin(session, actor, CODE, {"secret": secret})
    return secret


def begin_key(session: Session, actor: Actor, place: Place) -> str:
    """Begin with a security key: what the browser is to be asked (JSON). Raises TooManyFactors."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    _begin(session, actor, KEY, {"challenge": challenge.hex()})
    known = second_factors.known_keys(session, actor.account_id)
    return security_keys.asked_to_enrol(place, (actor.account_id, actor.staff_no), known, challenge)


def secret_begun(session: Session, account_id: int) -> str | None:
    """The secret of codes that were begun and not proved yet."""
    begun = _begun(session, account_id, CODE)
    return None if begun is None else str(begun["secret"])


def prove_codes(session: Session, actor: Actor, code: str, label: str) -> SecondFactor:
    """Take the first code; it is used up with it. Raises EnrolmentNotBegun, ProofWrong."""
    begun = _begun(session, actor.account_id, CODE)
    if begun is None:
        raise EnrolmentNotBegun
    step = codes_by_time.step_of(begun["secret"], code, clock.now(session), 0)
    if step is None:
        raise ProofWrong
    _done(session, actor.account_id, CODE)
    said = {"secret": begun["secret"]}
    return second_factors.add(session, actor.account_id, CODE, said, label=label, counter=step)


def prove_key(
    session: Session, actor: Actor, place: Place, answer: Any, label: str
) -> SecondFactor:
    """Take the key's answer. Raises EnrolmentNotBegun, ProofWrong, KeyKnown."""
    begun = _begun(session, actor.account_id, KEY)
    if begun is None:
        raise EnrolmentNotBegun
    key = security_keys.enrolled(place, bytes.fromhex(begun["challenge"]), answer)
    if key is None or len(key.credential_id) > MAX_CREDENTIAL_ID:
        raise ProofWrong
    _done(session, actor.account_id, KEY)
    known = select(SecondFactor.factor_id).where(SecondFactor.credential_id == key.credential_id)
    if session.execute(known).first() is not None:
        raise KeyKnown
    try:
        return second_factors.add(
            session,
            actor.account_id,
            KEY,
            {"public_key": key.public_key, "host": place.host},
            label=label,
            credential_id=key.credential_id,
            counter=key.counter,
        )
    except IntegrityError as taken:
        raise KeyKnown from taken


def _begin(session: Session, actor: Actor, kind: str, secret: dict[str, Any]) -> None:
    if len(second_factors.of(session, actor.account_id)) >= second_factors.MOST:
        raise TooManyFactors
    _done(session, actor.account_id, kind)
    session.add(
        FactorEnrolment(
            account_id=actor.account_id,
            kind=kind,
            secret={**secret, "account": actor.account_id},
            begun_at=clock.now(session),
        )
    )
    session.flush()


def _begun(session: Session, account_id: int, kind: str) -> dict[str, Any] | None:
    since = clock.now(session) - STANDS
    found = select(FactorEnrolment).where(
        FactorEnrolment.account_id == account_id,
        FactorEnrolment.kind == kind,
        FactorEnrolment.begun_at > since,
    )
    enrolment = session.execute(found).scalar_one_or_none()
    if enrolment is None or enrolment.secret.get("account") != account_id:
        return None
    return enrolment.secret


def _done(session: Session, account_id: int, kind: str) -> None:
    mine = (FactorEnrolment.account_id == account_id) & (FactorEnrolment.kind == kind)
    session.execute(delete(FactorEnrolment).where(mine))
