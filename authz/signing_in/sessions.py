"""Sign-ins: opaque tokens on the server's side, so that ending one bites in the very next request."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz.keys import signers
from authz.keys.outside_keys import KeyElsewhere
from authz.keys.signers import OpenKey, SessionKey, Signer
from authz.offices.accounts import Account
from authz.signing_in import session_limits
from authz.signing_in.identity_record import OutsideIdentity
from authz.signing_in.passwords import PasswordProof
from database import clock
from database.columns import BigId, UtcDateTime
from database.declarative import Base, table_of
from database.prepared import Prepared
from database.refusals import NotFound

TOKEN_BYTES = 32
TOUCH_EVERY = timedelta(minutes=1)
KEPT = timedelta(days=1)
SHOWN = 50
AWAITED, ENROLLING = "factor", "enrol"
# How long a right password waits for its second factor.
WAITS = timedelta(minutes=5)
# And how long whoever was sent to another party may take to come back.
WAITS_OUTSIDE = timedelta(minutes=10)
CHALLENGE_BYTES = 32


@dataclass(frozen=True, slots=True)
class OutsideProof:
    """That another party vouches for an account, by which binding, and which password the account has."""

    account_id: int
    credential_no: int
    identity_id: int


class SignInNotFound(NotFound):
    """There is no such session of yours, or it has ended."""

    rule = "session.not_found"


class SignIn(Base):
    """One sign-in. The token itself is nowhere in the database, only its SHA-256.

    ``sealed_key`` is the person's signing key, which only the token opens; it goes when the sign-in ends. One
    held elsewhere is only named. ``stage`` is None once it is whole: before, the second factor is awaited
    (``AWAITED``; a security key is to sign ``challenge``) or has to be enrolled first (``ENROLLING``).
    ``identity_id`` is the binding by which another party vouched; None where it was the password. ``browser``
    is the kind of browser it was opened from, in two coarse words.
    """

    __tablename__ = "sign_ins"
    __table_args__ = (Index(None, "account_id"),)

    sign_in_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    credential_no: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    password_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    key_suite: Mapped[str | None] = mapped_column(String(10))
    key_id: Mapped[str | None] = mapped_column(ForeignKey("signing_keys.key_id"))
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    stage: Mapped[str | None] = mapped_column(String(10))
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary)
    identity_id: Mapped[int | None] = mapped_column(ForeignKey(OutsideIdentity.identity_id))
    browser: Mapped[str | None] = mapped_column(String(30))


_SIGN_INS, _ACCOUNTS = table_of(SignIn), table_of(Account)
_FIND = Prepared(
    select(_SIGN_INS)
    .join(_ACCOUNTS, _ACCOUNTS.c.account_id == _SIGN_INS.c.account_id)
    .where(
        _SIGN_INS.c.token_hash == bindparam("hashed"),
        func.coalesce(_SIGN_INS.c.stage, "") != AWAITED,
        _SIGN_INS.c.ended_at.is_(None),
        _SIGN_INS.c.expires_at > bindparam("now", type_=UtcDateTime),
        _SIGN_INS.c.last_seen_at > bindparam("idle_since", type_=UtcDateTime),
        _ACCOUNTS.c.active,
        _ACCOUNTS.c.credential_no == _SIGN_INS.c.credential_no,
    )
)
_NOTE_PASSWORD = Prepared(
    update(_SIGN_INS).where(_SIGN_INS.c.sign_in_id == bindparam("of_sign_in"))
)


def open_session(
    session: Session,
    proof: PasswordProof | OutsideProof,
    key: OpenKey | KeyElsewhere | None = None,
    stage: str | None = None,
    browser: str | None = None,
) -> tuple[str, SignIn]:
    """Sign in whoever proved who he is; the token (256 random bits) is told this once.

    ``key`` is the person's signing key: without it nothing can be signed in this sign-in. With a ``stage``
    it isn't whole yet.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = clock.now(session)
    sign_in = SignIn(
        token_hash=_hashed(token),
        account_id=proof.account_id,
        credential_no=proof.credential_no,
        opened_at=now,
        last_seen_at=now,
        expires_at=now + session_limits.current().longest,
        key_suite=key.suite if key else None,
        key_id=key.key_id if key else None,
        sealed_key=signers.seal_for_token(key, token) if isinstance(key, OpenKey) else None,
        stage=stage,
        challenge=secrets.token_bytes(CHALLENGE_BYTES) if stage == AWAITED else None,
        identity_id=proof.identity_id if isinstance(proof, OutsideProof) else None,
        browser=browser,
    )
    session.add(sign_in)
    session.flush()
    return token, sign_in


def find(session: Session, token: str) -> SignIn | None:
    """The sign-in of a token, while it counts.

    It doesn't once it was ended, too long idle or too old (``session_limits``), or its account was closed
    or got another password.
    """
    now = clock.now(session)
    said = {"hashed": _hashed(token), "now": now, "idle_since": now - session_limits.current().idle}
    return next(iter(_FIND.records(session, SignIn, said)), None)


def awaiting(session: Session, token: str) -> SignIn | None:
    """The sign-in of a token that waits for its second factor, for five minutes after its password."""
    found = select(SignIn).where(
        SignIn.token_hash == _hashed(token),
        SignIn.stage == AWAITED,
        SignIn.ended_at.is_(None),
        SignIn.opened_at > clock.now(session) - WAITS,
    )
    return session.execute(found).scalar_one_or_none()


def proof_of(half: SignIn) -> PasswordProof | OutsideProof:
    """By what a sign-in that waits was begun, for the one that follows it."""
    if half.identity_id is None:
        return PasswordProof(half.account_id, half.credential_no)
    return OutsideProof(half.account_id, half.credential_no, half.identity_id)


def is_outside(session: Session, sign_in_id: int) -> bool:
    """Whether another party's word began this sign-in."""
    begun = select(SignIn.identity_id).where(SignIn.sign_in_id == sign_in_id)
    return session.execute(begun).scalar_one_or_none() is not None


def hold_key(session: Session, sign_in_id: int, key: OpenKey, token: str) -> None:
    """Let a sign-in that was opened without it sign with this key from now on."""
    held = {
        "key_suite": key.suite,
        "key_id": key.key_id,
        "sealed_key": signers.seal_for_token(key, token),
    }
    session.execute(update(SignIn).where(SignIn.sign_in_id == sign_in_id).values(held))


def admit(session: Session, sign_in_id: int) -> None:
    """Let a sign-in be whole: what had to be enrolled first is."""
    session.execute(update(SignIn).where(SignIn.sign_in_id == sign_in_id).values(stage=None))


def remove_ended(session: Session, now: datetime, most: int) -> int:
    """Remove sign-ins that ended, or were too old, more than a day ago; at most so many, how many.

    The journal says who signed in when: the row only held the token's hash and the sealed key.
    """
    past = now - KEPT
    old = select(SignIn.sign_in_id).where(or_(SignIn.expires_at < past, SignIn.ended_at < past))
    removed = delete(SignIn).where(SignIn.sign_in_id.in_(old.limit(most)))
    return len(session.execute(removed.returning(SignIn.sign_in_id)).all())


def signer(sign_in: SignIn, token: str) -> Signer | None:
    """What signs for the person of a sign-in, by its token."""
    if sign_in.key_suite is None or sign_in.key_id is None:
        return None
    if sign_in.sealed_key is None:
        return KeyElsewhere(sign_in.key_suite, sign_in.key_id)
    return SessionKey(sign_in.key_suite, sign_in.key_id, sign_in.sealed_key, token)


def touch_is_due(session: Session, sign_in: SignIn) -> bool:
    """Whether its last sighting is so old that it should be noted: at most once a minute."""
    return clock.now(session) - sign_in.last_seen_at >= TOUCH_EVERY


def touch(session: Session, sign_in_id: int) -> None:
    """Note that somebody was here just now; does nothing within a minute of the last time."""
    now = clock.now(session)
    session.execute(
        update(SignIn)
        .where(
            SignIn.sign_in_id == sign_in_id,
            SignIn.ended_at.is_(None),
            SignIn.last_seen_at <= now - TOUCH_EVERY,
        )
        .values(last_seen_at=now)
    )


def end(session: Session, token: str) -> None:
    """End the sign-in of a token; an unknown or ended one stays as it is."""
    _end_where(session, SignIn.token_hash == _hashed(token))


def mine(session: Session, account_id: int) -> Sequence[SignIn]:
    """The sign-ins of an account that still count, newest first."""
    found = select(SignIn).where(SignIn.account_id == account_id, counting(clock.now(session)))
    return session.execute(found.order_by(SignIn.sign_in_id.desc()).limit(SHOWN)).scalars().all()


def counting(now: datetime) -> ColumnElement[bool]:
    """The condition that a sign-in counts at a moment."""
    return and_(
        SignIn.ended_at.is_(None),
        func.coalesce(SignIn.stage, "") != AWAITED,
        SignIn.expires_at > now,
        SignIn.last_seen_at > now - session_limits.current().idle,
    )


def end_one(session: Session, account_id: int, sign_in_id: int) -> None:
    """End one of an account's own sign-ins. Raises SignInNotFound."""
    if all(sign_in.sign_in_id != sign_in_id for sign_in in mine(session, account_id)):
        raise SignInNotFound
    _end_where(session, SignIn.sign_in_id == sign_in_id)


def end_all(session: Session, account_id: int, *, but: int | None = None) -> None:
    """End every sign-in of an account, or every one but this."""
    theirs = SignIn.account_id == account_id
    _end_where(session, theirs if but is None else theirs & (SignIn.sign_in_id != but))


def end_of_identity(session: Session, identity_id: int) -> None:
    """End every sign-in that a binding opened."""
    _end_where(session, SignIn.identity_id == identity_id)


def forget_key(session: Session, key_id: str) -> None:
    """Let no sign-in sign with this key any more; they go on for what takes no signature."""
    gone = {"sealed_key": None, "key_id": None, "key_suite": None}
    session.execute(update(SignIn).where(SignIn.key_id == key_id).values(gone))


def note_password(session: Session, sign_in_id: int) -> None:
    """Note that the password was given once more, for step-up before signing."""
    said = {"of_sign_in": sign_in_id, "password_checked_at": clock.now(session)}
    _NOTE_PASSWORD.write(session, said)


def _end_where(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(
        update(SignIn)
        .where(which, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now(session), sealed_key=None)
    )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
