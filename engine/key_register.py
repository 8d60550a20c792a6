"""The journal's side of signing keys: which key signs for whom, from when, and what became of the last one.

A key's id commits to its public bytes, so that the journal, once sealed, holds fast which key was whose.
"""

from sqlalchemy.orm import Session

from authz import epoch, sessions, signing_keys
from authz.actors import Actor
from authz.signers import OpenKey
from authz.signing_keys import KeyRetirement, NewKey, SigningKey
from engine import office_record


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
        "key_made",
        [session.get_one(SigningKey, new.key.key_id)],
        actor=actor,
        detail={"key": new.key.key_id, "suite": new.key.suite},
    )
    return new.key
