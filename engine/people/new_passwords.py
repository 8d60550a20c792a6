"""A new password: chosen by its owner, or by an act of two people where the old one is lost; journalled.

Who knows the old one keeps his signing key, sealed anew; with a lost password the key is lost, so the account
gets another and the old one signs nothing any more. A key held elsewhere hangs on no password and stays.
Either way every sign-in of the account ends.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import actors
from authz.actors import Actor
from authz.keys import signers, signing_keys
from authz.keys.signers import OpenKey
from authz.keys.signing_keys import NewKey
from authz.offices import accounts, agencies
from authz.offices.accounts import Account
from authz.signing_in import guessed_passwords, password_resets, passwords, sessions
from authz.signing_in.password_reset_record import PasswordReset
from authz.signing_in.password_resets import WrongCode
from authz.signing_in.passwords import PasswordProof
from database.refusals import Conflict, NotSignedIn
from engine import journal
from engine.people import first_passwords, key_register


class OldPasswordWrong(NotSignedIn):
    """That is not your present password: nothing was changed."""

    rule = "password.old_wrong"


class SamePassword(Conflict):
    """The new password is the present one: choose another."""

    rule = "password.same"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A new password, made ready outside the transaction: 40 ms of work.

    ``sealed`` is the person's key under it, ``new`` a key to take the place of one that can't be opened.
    """

    password_hash: str
    proof: PasswordProof | None = None
    key: OpenKey | None = None
    sealed: bytes = b""
    new: NewKey | None = None


def choose(session: Session, proof: PasswordProof, old: str, new: str) -> Chosen:
    """Make the new password of whoever proved the old one ready.

    Raises FirstPasswordExpired, SamePassword, PasswordLength, GuessedPassword.
    """
    account_id = proof.account_id
    first_passwords.require_in_time(session, account_id)
    if old == new:
        raise SamePassword
    require_uncommon(session, accounts.get(session, account_id).staff_no, new)
    hashed = passwords.hash_password(new)
    if signing_keys.held_elsewhere(session, account_id) is not None:
        return Chosen(hashed, proof)
    key = signing_keys.open_key(session, account_id, old)
    if key is None:
        return Chosen(hashed, proof, new=signing_keys.make(new))
    return Chosen(hashed, proof, key, signers.seal_for_password(key, new))


def require_uncommon(session: Session, staff_no: str, new: str) -> None:
    """Raise GuessedPassword for a password of the lists, or one made of the names of this account."""
    account = session.execute(
        select(Account).where(Account.staff_no == staff_no)
    ).scalar_one_or_none()
    names = [staff_no]
    if account is not None:
        agency = agencies.get(session, account.agency_code)
        names += [account.name, agency.name, agency.code]
    guessed_passwords.require_uncommon(new, names)


def change(session: Session, actor: Actor, chosen: Chosen) -> None:
    """Give a person the password he chose; he signs in anew with it. Raises OldPasswordWrong."""
    if chosen.proof is None or not passwords.still_valid(session, chosen.proof):
        raise OldPasswordWrong
    if chosen.key is not None:
        signing_keys.reseal(session, actor.account_id, chosen.key.key_id, chosen.sealed)
    _set(session, actor, chosen)
    journal.append_office(session, actor.agency, "password_changed", actor=actor)


def apply(session: Session, actor: Actor, staff_no: str, reason: str) -> tuple[PasswordReset, str]:
    """Apply for a new password for somebody who lost his; the first half of the code."""
    reset, half = password_resets.apply(session, actor, staff_no, reason)
    _tell(session, actor, "reset_applied", reset, staff_no)
    return reset, half


def confirm(session: Session, actor: Actor, reset_id: int) -> tuple[PasswordReset, str]:
    """Confirm such an application; the second half of the code."""
    reset, half = password_resets.confirm(session, actor, reset_id)
    staff_no = accounts.get(session, reset.account_id).staff_no
    _tell(session, actor, "reset_confirmed", reset, staff_no)
    return reset, half


def complete(session: Session, staff_no: str, code: str, chosen: Chosen) -> None:
    """Give whoever has both halves of the code a new password and a new key. Raises WrongCode."""
    reset = password_resets.answering(session, staff_no, code)
    if reset is None:
        raise WrongCode
    password_resets.use(session, reset)
    actor = actors.load(session, reset.account_id)
    _set(session, actor, chosen)
    _tell(session, actor, "password_reset", reset, staff_no)


def failed(session: Session, staff_no: str) -> None:
    """Count and journal a wrong code; nothing where nobody waits for one."""
    reset = password_resets.open_of(session, staff_no)
    if reset is None or not password_resets.count_failure(session, staff_no):
        return
    agency = accounts.get(session, reset.account_id).agency_code
    detail = {"reset": reset.reset_id, "failures": reset.failures}
    journal.append_office(
        session, agency, "reset_failed", staff_no=staff_no, rule=WrongCode.rule, detail=detail
    )


def _set(session: Session, actor: Actor, chosen: Chosen) -> None:
    accounts.change_password(session, actor.account_id, chosen.password_hash)
    sessions.end_all(session, actor.account_id)
    if chosen.new is not None and signing_keys.held_elsewhere(session, actor.account_id) is None:
        key_register.replace(session, actor, chosen.new, "lost")


def _tell(session: Session, actor: Actor, action: str, reset: PasswordReset, staff_no: str) -> None:
    agency = accounts.get(session, reset.account_id).agency_code
    detail = {"reset": reset.reset_id, "for": staff_no}
    journal.append_office(session, agency, action, actor=actor, detail=detail)
