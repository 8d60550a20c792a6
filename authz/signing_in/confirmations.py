"""The password given once more before a level-1 signature, and for how long that stands.

It stands for ten minutes within the one sign-in in which it was given: another sign-in of the same person
has none of it, and the end of a sign-in (signing out, a new password, a closed account) is its end too.
Only the right password begins the ten minutes; signing under it doesn't make them longer.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.signing_in import passwords, sessions
from authz.signing_in.passwords import PasswordProof
from database import clock

STANDS = timedelta(minutes=10)


def is_fresh(session: Session, actor: Actor) -> bool:
    """Whether the person gave his password in this sign-in within the last ten minutes."""
    return fresh_until(session, actor) is not None


def fresh_until(session: Session, actor: Actor) -> datetime | None:
    """Until when the password given in this sign-in stands; None where it has to be given."""
    given = actor.confirmed_at
    if given is None or not stands(given, clock.now(session)):
        return None
    return given + STANDS


def stands(given: datetime, moment: datetime) -> bool:
    """Whether a password given then still counts at a moment."""
    return given <= moment < given + STANDS


def given_at(
    session: Session,
    actor: Actor,
    proof: PasswordProof | None,
    *,
    recall: bool,
    now: datetime,
) -> datetime | None:
    """When the person last gave the password that counts for a signature now; None where none does.

    A right password counts from now, and is noted in the sign-in. One given earlier counts where ``recall``
    says so: not where a wrong one came along with the request, so that trying passwords finds nothing.
    """
    if proof is None:
        return actor.confirmed_at if recall and is_fresh(session, actor) else None
    if proof.account_id != actor.account_id or not passwords.still_valid(session, proof):
        return None
    if actor.sign_in_id is not None:
        sessions.note_password(session, actor.sign_in_id)
    return now
