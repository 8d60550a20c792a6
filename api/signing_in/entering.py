"""Signing in: the password, then the second factor where the account has one or a post demands it.

A program gives both in one request. At the desk the right password opens a sign-in that can do nothing but
take the second factor, within five minutes; with it another begins under a new token, and that one ends. A
wrong code counts as a wrong password does, and the count is forgotten only when both were right.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request

from api import credentials
from api.signing_in import browsers
from authz import actors
from authz.actors import Actor
from authz.factors import factor_demands, second_factors
from authz.keys import signing_keys
from authz.keys.outside_keys import KeyElsewhere
from authz.keys.signers import OpenKey, SessionKey, Signer
from authz.keys.signing_keys import NewKey
from authz.offices.accounts import Account
from authz.signing_in import lockouts, passwords, sessions
from authz.signing_in.sessions import SignIn
from database import suites
from database.connection import Sessions
from database.refusals import NotSignedIn
from engine import journal
from engine.people import first_passwords, key_register
from engine.people.first_passwords import FirstPasswordExpired


class WrongPassword(NotSignedIn):
    """Staff number or password is wrong."""

    rule = "session.wrong_password"


class SecondFactorNeeded(NotSignedIn):
    """The password is right, and this account takes a second factor: give its code too."""

    rule = "session.second_factor"


class WrongFactor(NotSignedIn):
    """This code or security key is not right, or was used already."""

    rule = "session.wrong_factor"


class FactorTooLate(NotSignedIn):
    """The second factor came too late, or elsewhere: begin again with the password."""

    rule = "session.factor_late"


@dataclass(frozen=True, slots=True)
class Entered:
    """A sign-in that was opened: its token, told this once, who it is, and how far it has come."""

    token: str
    actor: Actor
    stage: str | None


# Says by what the second factor of an account was right, or None.
Check = Callable[[Session, SignIn], str | None]


def enter(
    request: Request,
    staff_no: str,
    password: str,
    code: str | None = None,
    *,
    at_desk: bool = False,
) -> Entered:
    """Open a session for whoever gives the right password, and the code where one is needed.

    ``at_desk`` the second factor is asked for afterwards. Raises WrongPassword, WrongFactor,
    SecondFactorNeeded, FirstPasswordExpired, LockedOut, CrossSite, NotOnThisMachine; a failed attempt is
    counted and journalled.
    """
    credentials.require_own_page(request)
    office: Sessions = request.app.state.sessions
    # The password takes 20 ms of work, so it is checked before the transaction that writes.
    address = credentials.address(request)
    with office.reading() as session:
        lockouts.require_open(session, staff_no, address)
        proof = passwords.check(session, staff_no, password)
        key = None if proof is None else signing_keys.open_key(session, proof.account_id, password)
    if proof is None:
        note_failure(office, staff_no, address, WrongPassword.rule)
        raise WrongPassword
    # The first sign-in of an account makes its key, and so does the first under another suite; not where it
    # is held elsewhere, which stays as its holder enrolled it.
    new = signing_keys.make(password) if not key or key.suite != suites.current().name else None
    try:
        with office.command() as session:
            if not passwords.still_valid(session, proof):
                raise WrongPassword
            actor = actors.load(session, proof.account_id)
            if actor.demo:
                credentials.require_loopback(request)
            if actor.first_password:
                first_passwords.require_in_time(session, actor.account_id)
            ways = second_factors.ways(session, actor.account_id)
            by = _given(session, actor, ways, code) if ways and not at_desk else None
            signing = key_of(session, actor, key, new)
            stage = stage_of(session, actor, waits=bool(ways) and by is None)
            token, _ = sessions.open_session(session, proof, signing, stage, browsers.kind(request))
            if stage == sessions.AWAITED:
                note_asked(session, actor)
            else:
                admitted(session, actor, address, by)
            if at_desk:
                leave(session, request)
    except SecondFactorNeeded:
        with office.command() as session:
            note_asked(session, actors.load(session, proof.account_id))
        raise
    except (WrongFactor, FirstPasswordExpired) as refused:
        note_failure(office, staff_no, address, refused.rule)
        raise
    return Entered(token, actor, stage)


def complete(request: Request, token: str, check: Check) -> Entered:
    """Go on from the right password to a whole sign-in, under a new token.

    Raises FactorTooLate, WrongFactor, LockedOut, CrossSite, NotOnThisMachine.
    """
    credentials.require_own_page(request)
    office: Sessions = request.app.state.sessions
    address = credentials.address(request)
    with office.reading() as session:
        staff_no = _awaited(session, token)[1].staff_no
        lockouts.require_open(session, staff_no, address)
    try:
        with office.command() as session:
            half, actor = _awaited(session, token)
            if actor.demo:
                credentials.require_loopback(request)
            by = _right(check(session, half))
            key = _kept(sessions.signer(half, token))
            proof = sessions.proof_of(half)
            sessions.end(session, token)
            leave(session, request)
            new, _ = sessions.open_session(session, proof, key, None, browsers.kind(request))
            admitted(session, actor, address, by, half.identity_id)
    except WrongFactor:
        note_failure(office, staff_no, address, WrongFactor.rule)
        raise
    return Entered(new, actor, None)


def awaited(session: Session, token: str) -> SignIn | None:
    """The sign-in that waits for its second factor, for the page that asks for it."""
    try:
        return _awaited(session, token)[0]
    except NotSignedIn:
        return None


def _awaited(session: Session, token: str) -> tuple[SignIn, Actor]:
    half = sessions.awaiting(session, token)
    if half is None:
        raise FactorTooLate
    actor = actors.load(session, half.account_id)
    if actor.credential_no != half.credential_no:
        raise FactorTooLate
    return half, actor


def _given(session: Session, actor: Actor, ways: tuple[str, ...], code: str | None) -> str:
    """By which factor the code of the request is right."""
    if code is None:
        raise SecondFactorNeeded(facts={"accepts": list(ways)})
    return _right(second_factors.code_is_right(session, actor.account_id, code))


def _right(by: str | None) -> str:
    """By what the second factor was right. Raises WrongFactor."""
    if by is None:
        raise WrongFactor
    return by


def key_of(
    session: Session, actor: Actor, key: OpenKey | None, new: NewKey | None
) -> OpenKey | KeyElsewhere | None:
    """What somebody signs with whose password opened a key, or made a new one."""
    held = signing_keys.held_elsewhere(session, actor.account_id)
    if held is None and new is not None:
        return key_register.replace(session, actor, new, "suite")
    return held or key


def _kept(held: Signer | None) -> OpenKey | KeyElsewhere | None:
    """What the sign-in that waited can sign with, for the one that follows it."""
    if isinstance(held, SessionKey):
        return held.opened()
    return held if isinstance(held, KeyElsewhere) else None


def stage_of(session: Session, actor: Actor, *, waits: bool) -> str | None:
    """How far a sign-in has come whose first factor was right; None where it is whole."""
    if waits:
        return sessions.AWAITED
    has_one = second_factors.of(session, actor.account_id)
    if not has_one and factor_demands.bind(session, actor):
        return sessions.ENROLLING
    return None


def admitted(
    session: Session,
    actor: Actor,
    address: str | None,
    by: str | None,
    identity_id: int | None = None,
) -> None:
    """The whole sign-in succeeded: failures of that place count no more, and the journal says by what."""
    lockouts.forget(session, actor.staff_no, address)
    said: dict[str, Any] = {} if by is None else {"factor": by}
    if identity_id is not None:
        said["identity"] = identity_id
    journal.append_office(session, actor.agency, "signed_in", actor=actor, detail=said)


def note_asked(session: Session, actor: Actor) -> None:
    """The password was right and no factor came yet: where none follows, somebody else knows it."""
    journal.append_office(session, actor.agency, "factor_asked", actor=actor)


def leave(session: Session, request: Request) -> None:
    """End what this browser had open: one desk, one person."""
    sessions.end(session, request.cookies.get(credentials.COOKIE, ""))


def note_failure(office: Sessions, staff_no: str, address: str | None, rule: str) -> None:
    """Count a failed attempt, and journal it for an account that exists; else it may be a password."""
    with office.command() as session:
        lockouts.note(session, staff_no, address)
        agency = session.execute(
            select(Account.agency_code).where(Account.staff_no == staff_no)
        ).scalar_one_or_none()
        if agency is not None:
            journal.append_office(session, agency, "sign_in_failed", staff_no=staff_no, rule=rule)
