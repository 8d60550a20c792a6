"""Somebody's sessions seen and ended by a security administrator, with a reason: a lost machine, a hunch."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from authz.offices.accounts import Account, AccountNotFound
from authz.signing_in import sessions
from authz.signing_in.identity_record import SessionEnding
from authz.signing_in.sessions import SignIn, SignInNotFound
from database import clock

END = "end_sessions"


def of(session: Session, actor: Actor, staff_no: str) -> Sequence[SignIn]:
    """Somebody's sessions that count, newest first. Raises AccountNotFound, Forbidden."""
    return sessions.mine(session, _required(session, actor, staff_no).account_id)


def end(
    session: Session, actor: Actor, staff_no: str, reason: str, sign_in_id: int | None = None
) -> tuple[SessionEnding, Account]:
    """End one of somebody's sessions, or all of them (None), those halfway in included.

    Raises AccountNotFound, Forbidden, SignInNotFound.
    """
    account = _required(session, actor, staff_no)
    open_now = [one.sign_in_id for one in sessions.mine(session, account.account_id)]
    if sign_in_id is not None:
        sessions.end_one(session, account.account_id, sign_in_id)
    elif not open_now:
        raise SignInNotFound
    else:
        sessions.end_all(session, account.account_id)
    ending = SessionEnding(
        account_id=account.account_id,
        sign_in_id=sign_in_id,
        ended=1 if sign_in_id is not None else len(open_now),
        reason=reason,
        ended_by=actor.account_id,
        ended_at=clock.now(session),
    )
    session.add(ending)
    session.flush()
    return ending, account


def _required(session: Session, actor: Actor, staff_no: str) -> Account:
    found = select(Account).where(Account.staff_no == staff_no)
    account = session.execute(found).scalar_one_or_none()
    if account is None or account.agency_code not in agencies.below(session, actor.agency):
        raise AccountNotFound
    decisions.require(session, actor, Act(END, agency=account.agency_code))
    return account
