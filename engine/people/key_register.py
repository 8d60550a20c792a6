"""The journal's side of signing keys: which key signs for whom, from when, and what became of the last one.

A key's id commits to its public bytes, so that the journal, once sealed, holds fast which key was whose.
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import actors, decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.keys import key_enrolments, signing_keys
from authz.keys.key_enrolments import KeyEnrolment
from authz.keys.outside_keys import KeyCertificate, KeyElsewhere
from authz.keys.signers import OpenKey
from authz.keys.signing_keys import KeyRetirement, NewKey, PublicKey, SigningKey
from authz.offices import accounts, agencies
from authz.signing_in import sessions
from database.declarative import Base
from database.refusals import Conflict, NotFound
from engine import journal, office_record
from engine.journal import JournalEntry

MADE = "key_made"


class KeyNotFound(NotFound):
    """There is no such signing key."""

    rule = "signing.key_not_found"


class KeyRetired(Conflict):
    """This key signs nothing any more: it is retired already."""

    rule = "key.retired"


def replace(session: Session, actor: Actor, new: NewKey, reason: str) -> OpenKey:
    """Let a person sign with a new key from now on; the one he had, if any, is retired for this reason."""
    epoch.hold_alone(session)
    _retire(session, (actor.account_id, actor.agency), actor, reason)
    signing_keys.enroll(session, actor.account_id, new)
    _made(session, actor, KeyElsewhere(new.key.suite, new.key.key_id), [])
    return new.key


def apply(session: Session, actor: Actor, pem: str, data_dir: Path) -> KeyEnrolment:
    """Apply for a key of one's own that is held elsewhere. Raises as ``key_enrolments.apply``."""
    enrolment = key_enrolments.apply(session, actor, pem, data_dir)
    _tell(session, actor, "key_applied", actor, enrolment)
    return enrolment


def prove(session: Session, actor: Actor, enrolment_id: int, signature: str) -> KeyEnrolment:
    """Take the proof that its holder has it. Raises as ``key_enrolments.prove``."""
    enrolment = key_enrolments.prove(session, actor, enrolment_id, signature)
    _tell(session, actor, "key_proved", actor, enrolment)
    return enrolment


def confirm(session: Session, actor: Actor, enrolment_id: int, data_dir: Path) -> KeyEnrolment:
    """Confirm it as the second person: from now on its holder signs with it, and with nothing else.

    Raises as ``key_enrolments.confirm``.
    """
    epoch.hold_alone(session)
    enrolment, certificate = key_enrolments.confirm(session, actor, enrolment_id, data_dir)
    holder = actors.load(session, enrolment.account_id)
    _tell(session, actor, "key_confirmed", holder, enrolment)
    _retire(session, (holder.account_id, holder.agency), actor, "replaced")
    key = KeyElsewhere(enrolment.suite, enrolment.key_id)
    public = bytes.fromhex(enrolment.public_key)
    signing_keys.enroll_outside(session, holder.account_id, key, public, certificate)
    listed = [] if certificate is None else [session.get_one(KeyCertificate, key.key_id)]
    _made(session, holder, key, listed)
    epoch.bump(session)
    return enrolment


def retire_lost(session: Session, actor: Actor, key_id: str) -> str:
    """Let a key that is held elsewhere and lost sign nothing any more; the staff number of its holder.

    By its holder, or by an administrator over him; at his next sign-in he gets a key that the office keeps.
    Raises KeyNotFound, Forbidden, KeyRetired.
    """
    epoch.hold_alone(session)
    key = signing_keys.public_keys(session, [key_id]).get(key_id)
    if key is None:
        raise KeyNotFound
    row = session.get_one(SigningKey, key_id)
    account = accounts.get(session, row.account_id)
    if row.account_id != actor.account_id:
        if account.agency_code not in agencies.below(session, actor.agency):
            raise KeyNotFound
        act = Act(key_enrolments.CONFIRM, agency=account.agency_code)
        decisions.require(session, actor, act)
    held = signing_keys.held_elsewhere(session, row.account_id)
    if held is None or held.key_id != key_id:
        raise KeyRetired
    # Whoever has left, too: his account is closed, and his key may still lie in a drawer.
    _retire(session, (account.account_id, account.agency_code), actor, "lost")
    return key.staff_no


def _retire(session: Session, holder: tuple[int, str], actor: Actor, reason: str) -> None:
    """Take the key of its holder (account, agency) out of use, if he has one, and journal who did so."""
    account_id, agency = holder
    retired = signing_keys.retire(session, account_id, reason)
    if retired is None:
        return
    sessions.forget_key(session, retired)
    office_record.note(
        session,
        agency,
        "key_retired",
        [session.get_one(KeyRetirement, retired)],
        actor=actor,
        detail={"key": retired, "reason": reason},
    )


def _made(session: Session, holder: Actor, key: KeyElsewhere, further: Sequence[Base]) -> None:
    office_record.note(
        session,
        holder.agency,
        MADE,
        [session.get_one(SigningKey, key.key_id), *further],
        actor=holder,
        detail={"key": key.key_id, "suite": key.suite},
    )


def _tell(
    session: Session, actor: Actor, action: str, holder: Actor, enrolment: KeyEnrolment
) -> None:
    detail = {
        "enrolment": enrolment.enrolment_id,
        "for": holder.staff_no,
        "key": enrolment.key_id,
    }
    journal.append_office(session, holder.agency, action, actor=actor, detail=detail)


def entry_of(session: Session, key: PublicKey) -> JournalEntry | None:
    """The journal's entry that says whose a key is; None in a database of before that was noted."""
    made = (
        select(JournalEntry)
        .where(
            JournalEntry.staff_no == key.staff_no,
            JournalEntry.action == MADE,
            JournalEntry.at >= key.made_at,
        )
        .order_by(JournalEntry.entry_id)
    )
    told = session.execute(made).scalars()
    return next((entry for entry in told if entry.detail.get("key") == key.key_id), None)
