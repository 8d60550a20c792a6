"""The register of signing keys: whose key, since when, until when; one in use for each account.

Public keys and retirements are only added: a retired key signs nothing more, and what it signed before
still verifies. The sealed private half of the key in use is kept apart, and replaced with it; that of a key
held elsewhere (``authz.keys.outside_keys``) is not here at all.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz import epoch
from authz.epoch import Memory
from authz.keys import signers
from authz.keys.certificates import Certificate
from authz.keys.outside_keys import Certified, KeyCertificate, KeyElsewhere, OutsideKey
from authz.keys.signers import OpenKey, WrongSecret
from authz.offices.accounts import Account
from database import clock, suites
from database.columns import UtcDateTime
from database.declarative import APPEND_ONLY, Base
from database.refusals import InvariantBroken

REASONS = ("replaced", "lost", "suite")


class SigningKey(Base):
    """A public key and the account it signs for; ``public_key`` is hex."""

    __tablename__ = "signing_keys"
    __table_args__ = (APPEND_ONLY,)

    key_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"), index=True)
    suite: Mapped[str] = mapped_column(String(10))
    public_key: Mapped[str] = mapped_column(String(128))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KeyRetirement(Base):
    """From when a key signs nothing more, and why."""

    __tablename__ = "key_retirements"
    __table_args__ = (
        CheckConstraint("reason IN ('replaced','lost','suite')", name="reason"),
        APPEND_ONLY,
    )

    key_id: Mapped[str] = mapped_column(ForeignKey("signing_keys.key_id"), primary_key=True)
    retired_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(10))


class SealedKey(Base):
    """The private half of the key an account signs with now, sealed under its password."""

    __tablename__ = "sealed_keys"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.account_id"), primary_key=True, autoincrement=False
    )
    key_id: Mapped[str] = mapped_column(ForeignKey("signing_keys.key_id"), unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key made for an account, not yet in the register: its public half, and the sealed private one."""

    key: OpenKey
    public: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A registered key: its algorithms, its bytes, who signs with it, from when to when.

    ``certified`` tells of the certificate it was enrolled with: outside its dates the key signs nothing.
    """

    key_id: str
    suite: str
    public: bytes
    staff_no: str
    person_id: int
    made_at: datetime
    retired_at: datetime | None
    certified: Certified | None = None

    def counts_at(self, moment: datetime) -> bool:
        """Whether it was in use then. A retired key still verifies what it signed before."""
        of = self.certified
        return (
            (of is None or of.valid_from <= moment <= of.valid_until)
            and self.made_at <= moment
            and (self.retired_at is None or moment < self.retired_at)
        )

    def verifies(self, covered: bytes, signature: str) -> bool:
        """Whether this signature (hex) over these bytes is of this key; False on anything malformed."""
        try:
            raw = bytes.fromhex(signature)
        except ValueError:
            return False
        return _verified(self.suite, self.public, covered, raw)


@lru_cache(maxsize=256)
def _verified(suite: str, public: bytes, covered: bytes, signature: bytes) -> bool:
    """It follows from these bytes alone; whoever verifies a case asks twice, check and guard apart."""
    return suites.named(suite).verify(public, covered, signature)


def make(password: str) -> NewKey:
    """A fresh key under the office's suite, sealed under this password. About 20 ms: do it outside."""
    key, public = signers.new_key()
    return NewKey(key, public, signers.seal_for_password(key, password))


def enroll(session: Session, account_id: int, new: NewKey) -> None:
    """Let an account sign with this key from now on; it must have none in use (``retire``)."""
    _register(session, account_id, KeyElsewhere(new.key.suite, new.key.key_id), new.public)
    kept = {"account_id": account_id, "key_id": new.key.key_id, "sealed": new.sealed}
    session.execute(insert(SealedKey).values(kept))


def enroll_outside(
    session: Session,
    account_id: int,
    key: KeyElsewhere,
    public: bytes,
    certificate: Certificate | None,
) -> None:
    """Let an account sign with a key held elsewhere from now on; it must have none in use (``retire``)."""
    _register(session, account_id, key, public)
    session.add(OutsideKey(account_id=account_id, key_id=key.key_id))
    if certificate is not None:
        session.add(
            KeyCertificate(
                key_id=key.key_id,
                certificate=certificate.pem,
                sha256=certificate.sha256,
                valid_from=certificate.valid_from,
                valid_until=certificate.valid_until,
            )
        )
    session.flush()


def _register(session: Session, account_id: int, key: KeyElsewhere, public: bytes) -> None:
    row = {
        "key_id": key.key_id,
        "account_id": account_id,
        "suite": key.suite,
        "public_key": public.hex(),
        "made_at": clock.now(session),
    }
    session.execute(insert(SigningKey).values(row))


def retire(session: Session, account_id: int, reason: str) -> str | None:
    """Take the key of an account out of use: its id, or None where there is none.

    Hold the policy epoch alone before (``epoch.hold_alone``): it begins a new one.
    """
    key_id = in_use(session, account_id)
    if key_id is None:
        return None
    session.execute(delete(SealedKey).where(SealedKey.account_id == account_id))
    session.execute(delete(OutsideKey).where(OutsideKey.account_id == account_id))
    row = {"key_id": key_id, "retired_at": clock.now(session), "reason": reason}
    session.execute(insert(KeyRetirement).values(row))
    epoch.bump(session)
    return key_id


def reseal(session: Session, account_id: int, key_id: str, sealed: bytes) -> None:
    """Keep the key of an account under another password."""
    kept = session.get_one(SealedKey, account_id)
    if kept.key_id != key_id:
        raise InvariantBroken(f"account {account_id} signs with another key than {key_id[:12]}")
    kept.sealed = sealed
    session.flush()


def open_key(session: Session, account_id: int, password: str) -> OpenKey | None:
    """The key an account signs with, opened by its password; None where it has none that opens.

    About 20 ms of work, so it is done before a command begins.
    """
    found = session.execute(
        select(SigningKey.suite, SealedKey.key_id, SealedKey.sealed)
        .join(SealedKey, SealedKey.key_id == SigningKey.key_id)
        .where(SealedKey.account_id == account_id)
    ).one_or_none()
    if found is None:
        return None
    try:
        return signers.open_with_password(found.suite, found.key_id, found.sealed, password)
    except WrongSecret:
        return None


def in_use(session: Session, account_id: int) -> str | None:
    """The id of the key an account signs with now."""
    kept = select(SealedKey.key_id).where(SealedKey.account_id == account_id)
    elsewhere = select(OutsideKey.key_id).where(OutsideKey.account_id == account_id)
    return session.execute(kept.union_all(elsewhere)).scalar_one_or_none()


def held_elsewhere(session: Session, account_id: int) -> KeyElsewhere | None:
    """The key an account signs with now, where that is held elsewhere."""
    found = session.execute(
        select(SigningKey.suite, SigningKey.key_id)
        .join(OutsideKey, OutsideKey.key_id == SigningKey.key_id)
        .where(OutsideKey.account_id == account_id)
    ).one_or_none()
    return None if found is None else KeyElsewhere(found.suite, found.key_id)


def public_keys(session: Session, key_ids: Collection[str]) -> dict[str, PublicKey]:
    """The registered keys of these ids; one whose id isn't that of its bytes is left out."""
    rows = session.execute(
        select(
            SigningKey,
            Account.staff_no,
            Account.person_id,
            KeyRetirement.retired_at,
            KeyCertificate.sha256,
            KeyCertificate.valid_from,
            KeyCertificate.valid_until,
        )
        .join(Account, Account.account_id == SigningKey.account_id)
        .outerjoin(KeyRetirement, KeyRetirement.key_id == SigningKey.key_id)
        .outerjoin(KeyCertificate, KeyCertificate.key_id == SigningKey.key_id)
        .where(SigningKey.key_id.in_(key_ids))
    )
    found = {}
    for key, staff_no, person_id, retired_at, sha256, valid_from, valid_until in rows:
        try:
            public = bytes.fromhex(key.public_key)
        except ValueError:
            continue
        if signers.key_id(key.suite, public) == key.key_id:
            found[key.key_id] = PublicKey(
                key_id=key.key_id,
                suite=key.suite,
                public=public,
                staff_no=staff_no,
                person_id=person_id,
                made_at=key.made_at,
                retired_at=retired_at,
                certified=Certified(sha256, valid_from, valid_until) if sha256 else None,
            )
    return found


def known(session: Session, key_ids: Collection[str]) -> dict[str, PublicKey]:
    """As ``public_keys``, remembered by policy epoch: what changes a key's use begins a new one."""
    found = {key_id: _known(session, key_id) for key_id in key_ids}
    return {key_id: key for key_id, key in found.items() if key is not None}


_kept: Memory[PublicKey] = Memory(4096)


def _known(session: Session, key_id: str) -> PublicKey | None:
    return _kept.recall(session, key_id, lambda: public_keys(session, [key_id]).get(key_id))
