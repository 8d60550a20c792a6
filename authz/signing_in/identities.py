"""Who signs in by another party's word: a security administrator binds an identity there to an account.

Nobody binds himself, and nothing is matched by an address or name that somebody typed elsewhere: what counts
is an entry here, with its basis. Its end is the end of every sign-in that it opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from authz.offices.accounts import Account, AccountNotFound
from authz.signing_in import sessions
from authz.signing_in.identity_record import IdentityEnd, OutsideIdentity, SpentReturn
from authz.signing_in.sessions import OutsideProof
from database import clock, keys
from database.refusals import Conflict, Forbidden, NotFound

BIND, READ = "bind_identity", "read_identities"
INDEXED = "outside_identities.subject"
MAX_ISSUER, MAX_SUBJECT, MAX_SAID, SHOWN = 400, 255, 400, 500


class IdentityEntry(BaseModel):
    """What is entered: the account, who it is at the issuer as the configured claim says it, the basis."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, str_strip_whitespace=True)

    staff_no: str = Field(min_length=1, max_length=32)
    subject: str = Field(min_length=1, max_length=MAX_SUBJECT)
    basis: str = Field(min_length=1, max_length=MAX_SAID)


class IdentityNotFound(NotFound):
    """There is no such outside identity, it has ended, or it is not yours to see."""

    rule = "identity.not_found"


class IdentityBound(Conflict):
    """This outside identity is bound to an account already: end that first."""

    rule = "identity.bound"


class IdentityOfSelf(Forbidden):
    """Nobody binds an outside identity to an account of his own: another administrator does."""

    rule = "identity.to_self"


@dataclass(frozen=True, slots=True)
class IdentityLine:
    """One binding that counts, as those who look after them see it."""

    identity: OutsideIdentity
    staff_no: str
    name: str
    agency: str
    bound_by: str


def bind(session: Session, actor: Actor, entry: IdentityEntry, issuer: str) -> OutsideIdentity:
    """Let an account sign in by this identity at the issuer, from now on.

    Raises AccountNotFound, also outside his agencies, Forbidden, IdentityOfSelf, IdentityBound.
    """
    account = session.execute(
        select(Account).where(Account.staff_no == entry.staff_no, Account.active)
    ).scalar_one_or_none()
    if account is None or account.agency_code not in agencies.below(session, actor.agency):
        raise AccountNotFound
    decisions.require(session, actor, Act(BIND, agency=account.agency_code))
    if account.person_id == actor.person_id:
        raise IdentityOfSelf
    indexes = _indexes(issuer, entry.subject)
    before = select(func.count()).where(OutsideIdentity.subject_index.in_(indexes))
    if _in_force(session, indexes) is not None:
        raise IdentityBound
    bound = OutsideIdentity(
        account_id=account.account_id,
        issuer=issuer,
        subject=entry.subject,
        subject_index=indexes[-1],
        turn=session.execute(before).scalar_one(),
        basis=entry.basis,
        bound_by=actor.account_id,
        bound_at=clock.now(session),
    )
    session.add(bound)
    try:
        session.flush()
    except IntegrityError as together:
        raise IdentityBound from together
    return bound


def end(session: Session, actor: Actor, identity_id: int, reason: str) -> IdentityEnd:
    """End a binding, and every sign-in that it opened. Raises IdentityNotFound, Forbidden."""
    found = session.get(OutsideIdentity, identity_id)
    account = None if found is None else session.get_one(Account, found.account_id)
    if account is None or account.agency_code not in agencies.below(session, actor.agency):
        raise IdentityNotFound
    decisions.require(session, actor, Act(BIND, agency=account.agency_code))
    if session.get(IdentityEnd, identity_id) is not None:
        raise IdentityNotFound
    ended = IdentityEnd(
        identity_id=identity_id,
        reason=reason,
        ended_by=actor.account_id,
        ended_at=clock.now(session),
    )
    session.add(ended)
    session.flush()
    sessions.end_of_identity(session, identity_id)
    return ended


def proof(session: Session, issuer: str, subject: str) -> OutsideProof | None:
    """The account that this identity signs in to, where it is bound to one that is open."""
    found = _in_force(session, _indexes(issuer, subject))
    account = None if found is None else session.get(Account, found.account_id)
    if found is None or account is None or not account.active:
        return None
    return OutsideProof(account.account_id, account.credential_no, found.identity_id)


def listing(session: Session, actor: Actor) -> Sequence[IdentityLine]:
    """The bindings that count of the agencies in one's care, by staff number. Raises Forbidden."""
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    entered = select(Account.account_id, Account.staff_no).subquery()
    rows = session.execute(
        select(OutsideIdentity, Account, entered.c.staff_no)
        .join(Account, Account.account_id == OutsideIdentity.account_id)
        .join(entered, entered.c.account_id == OutsideIdentity.bound_by)
        .where(
            OutsideIdentity.identity_id.not_in(select(IdentityEnd.identity_id)),
            Account.agency_code.in_(agencies.below(session, actor.agency)),
        )
        .order_by(Account.staff_no, OutsideIdentity.identity_id)
        .limit(SHOWN)
    )
    return [
        IdentityLine(identity, account.staff_no, account.name, account.agency_code, by)
        for identity, account, by in rows
    ]


def spend(session: Session, state_hash: str) -> bool:
    """Take a return from an issuer, once: False where the same one was taken before."""
    if session.get(SpentReturn, state_hash) is not None:
        return False
    row = {"state_hash": state_hash, "at": clock.now(session)}
    try:
        session.execute(insert(SpentReturn), [row])
    except IntegrityError:
        return False
    return True


def remove_spent(session: Session, now: datetime, most: int) -> int:
    """Remove returns that nobody could repeat any more; at most so many, how many."""
    old = select(SpentReturn.state_hash).where(SpentReturn.at < now - 2 * sessions.WAITS_OUTSIDE)
    removed = delete(SpentReturn).where(SpentReturn.state_hash.in_(old.limit(most)))
    return len(session.execute(removed.returning(SpentReturn.state_hash)).all())


def _in_force(session: Session, indexes: Sequence[str]) -> OutsideIdentity | None:
    return session.execute(
        select(OutsideIdentity).where(
            OutsideIdentity.subject_index.in_(indexes),
            OutsideIdentity.identity_id.not_in(select(IdentityEnd.identity_id)),
        )
    ).scalar_one_or_none()


def _indexes(issuer: str, subject: str) -> Sequence[str]:
    """What a row of this identity may be found by, the one to write last."""
    return keys.current().blind_indexes(INDEXED, indexed_text(issuer, subject))


def indexed_text(issuer: str, subject: str) -> str:
    """What the index of an identity is over: a newline is in no issuer, so no two pairs read the same."""
    return f"{issuer}\n{subject}"
