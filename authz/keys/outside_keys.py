"""Keys held elsewhere: on a USB key, in an HSM, with a third party (电子签名法 §13: sole control).

The office knows such a key's public half and, where there is one, its certificate. What it is asked to sign
goes out and a signature comes back: nothing here signs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from database.refusals import Conflict


class OutsideKey(Base):
    """The key an account signs with now, where its private half is held elsewhere."""

    __tablename__ = "outside_keys"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.account_id"), primary_key=True, autoincrement=False
    )
    key_id: Mapped[str] = mapped_column(ForeignKey("signing_keys.key_id"), unique=True)


class KeyCertificate(Base):
    """The certificate a key was enrolled with (PEM, with those above it); ``sha256`` is of its own DER."""

    __tablename__ = "key_certificates"
    __table_args__ = (APPEND_ONLY,)

    key_id: Mapped[str] = mapped_column(ForeignKey("signing_keys.key_id"), primary_key=True)
    certificate: Mapped[str] = mapped_column(Sealed("key_certificates.certificate"))
    sha256: Mapped[str] = mapped_column(String(64))
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Certified:
    """What is noted in the clear of a key's certificate: its fingerprint, from when to when it counts."""

    sha256: str
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """What of a sign-off is settled before it can be signed elsewhere: its moment and its salts by text."""

    signed_at: datetime
    salts: Mapping[str, str]


class SignatureNeeded(Conflict):
    """Your signing key is held elsewhere: prepare the signature first, have it made, then send it."""

    rule = "signing.prepare_first"

    def __init__(self, covered: bytes) -> None:
        super().__init__()
        self.covered = covered


@dataclass(frozen=True, slots=True)
class KeyElsewhere:
    """What a sign-in knows of such a key: it names it, and signs nothing."""

    suite: str
    key_id: str

    def sign(self, covered: bytes) -> bytes:
        """Raise SignatureNeeded, which carries the bytes that are to be signed."""
        raise SignatureNeeded(covered)
