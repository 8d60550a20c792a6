"""The journal's side of who gets in: outside identities bound and ended, sessions ended by an administrator.

The rows are noted column by column, as those of second factors are, so that verification finds one that was
put in, altered or taken out in the database.
"""

from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.offices.accounts import Account
from authz.signing_in import identities, session_endings
from authz.signing_in.identities import IdentityEntry
from authz.signing_in.identity_record import IdentityEnd, OutsideIdentity, SessionEnding
from engine import office_record
from engine.office_record import Noted

NOTED: Noted = {
    OutsideIdentity: (
        ("account_id", "issuer", "subject_index", "turn", "bound_by", "bound_at"),
        ("subject", "basis"),
    ),
    IdentityEnd: (("ended_by", "ended_at"), ("reason",)),
    SessionEnding: (("account_id", "sign_in_id", "ended", "ended_by", "ended_at"), ("reason",)),
}


def bind(session: Session, actor: Actor, entry: IdentityEntry, issuer: str) -> OutsideIdentity:
    """Bind an outside identity to an account. Raises as ``identities.bind``."""
    bound = identities.bind(session, actor, entry, issuer)
    account = session.get_one(Account, bound.account_id)
    office_record.note(
        session,
        account.agency_code,
        "identity_bound",
        [bound],
        actor=actor,
        detail={"identity": bound.identity_id, "for": account.staff_no},
        noted=NOTED,
    )
    return bound


def unbind(session: Session, actor: Actor, identity_id: int, reason: str) -> IdentityEnd:
    """End a binding and the sign-ins that it opened. Raises as ``identities.end``."""
    ended = identities.end(session, actor, identity_id, reason)
    bound = session.get_one(OutsideIdentity, identity_id)
    account = session.get_one(Account, bound.account_id)
    office_record.note(
        session,
        account.agency_code,
        "identity_ended",
        [ended],
        actor=actor,
        detail={"identity": identity_id, "for": account.staff_no},
        noted=NOTED,
    )
    return ended


def end_sessions(
    session: Session, actor: Actor, staff_no: str, reason: str, sign_in_id: int | None = None
) -> SessionEnding:
    """End one of somebody's sessions, or all. Raises as ``session_endings.end``."""
    ending, account = session_endings.end(session, actor, staff_no, reason, sign_in_id)
    office_record.note(
        session,
        account.agency_code,
        "sessions_ended",
        [ending],
        actor=actor,
        detail={"for": staff_no, "ended": ending.ended},
        noted=NOTED,
    )
    return ending
