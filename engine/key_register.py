"""The journal's side of signing keys: which key signs for whom, from when, and what became of the last one.

A key's id commits to its public bytes, so that the journal, once sealed, holds fast which key was whose.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import epoch, sessions, signing_keys
from authz.actors import Actor
from authz.signers import OpenKey
from authz.signing_keys import KeyRetirement, NewKey, PublicKey, SigningKey
from engine import office_record
from engine.journal import JournalEntry

MADE = "key_made"


def replace(session: Session, actor: Actor, new: NewKey, reason: str) -> OpenKey:
    """Let a person sign with a new key from now on; the one he had, if any, is retired for this reason."""
    epoch.hold_alone(session)
    retired = signing_keys.retire(session, actor.account_id, reason)
    if retired is not None:
        sessions.forget_key(session, retired)
        office_record.note(
            session,
            actor.agency,
            "key_retired",
            [session.get_one(KeyRetirement, retired)],
            actor=actor,
            detail={"key": retired, "reason": reason},
        )
    signing_keys.enroll(session, actor.account_id, new)
    office_record.note(
        session,
        actor.agency,
        MADE,
        [session.get_one(SigningKey, new.key.key_id)],
        actor=actor,
        detail={"key": new.key.key_id, "suite": new.key.suite},
    )
    return new.key


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
