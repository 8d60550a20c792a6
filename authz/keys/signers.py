"""What signs for a person: one small interface, and the keys the server keeps sealed for whom has no other.

A USB key, an HSM or a certificate of a third party fills ``Signer`` in the same way (电子签名法 §13: the data
for making a signature are under the sole control of the signer). A key kept here is opened by its owner's
password, or by the token of a sign-in in which he gave it: what the database holds signs nothing.
"""

import secrets
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from authz import stretching
from database import digest, suites
from database.refusals import InvariantBroken

SALT_BYTES = 16
NONCE_BYTES = 12
KEY_BYTES = 32


class Signer(Protocol):
    """Signs in somebody's name with the key of this id; ``suite`` names the key's algorithms."""

    @property
    def suite(self) -> str:
        """The suite of the key."""

    @property
    def key_id(self) -> str:
        """The id of the registered public key."""

    def sign(self, covered: bytes) -> bytes:
        """The signature over these bytes."""


class WrongSecret(Exception):  # noqa: N818
    """A sealed key does not open with this secret."""


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A key in the clear, for as long as one command holds it."""

    suite: str
    key_id: str
    private: bytes = field(repr=False)

    def sign(self, covered: bytes) -> bytes:
        """The signature over these bytes."""
        return suites.named(self.suite).sign(self.private, covered)


@dataclass(frozen=True, slots=True)
class SessionKey:
    """A key sealed under a sign-in's token, opened only when something is signed."""

    suite: str
    key_id: str
    sealed: bytes = field(repr=False)
    token: str = field(repr=False)

    def sign(self, covered: bytes) -> bytes:
        """The signature over these bytes. Raises InvariantBroken where the row was altered."""
        return self.opened().sign(covered)

    def opened(self) -> OpenKey:
        """The key in the clear. Raises InvariantBroken where the row was altered."""
        try:
            private = _opened(_of_token(self.token, self.key_id), self.key_id, self.sealed)
        except WrongSecret as altered:
            raise InvariantBroken(
                "the key of a sign-in does not open: its row was altered"
            ) from altered
        return OpenKey(self.suite, self.key_id, private)


def new_key() -> tuple[OpenKey, bytes]:
    """A fresh key under the office's suite, and its public half."""
    suite = suites.current()
    private = suite.new_private()
    public = suite.public(private)
    return OpenKey(suite.name, key_id(suite.name, public), private), public


def key_id(suite: str, public: bytes) -> str:
    """The id of a key (SHA-256, hex): another public key has another id."""
    return digest.address("signing-key", [suite, public.hex()])


def seal_for_password(key: OpenKey, password: str) -> bytes:
    """The key as it is kept: opened by the password alone. About 20 ms of work."""
    salt = secrets.token_bytes(SALT_BYTES)
    return salt + _sealed(_of_password(password, salt), key)


def open_with_password(suite: str, of_key: str, sealed: bytes, password: str) -> OpenKey:
    """The key that ``seal_for_password`` sealed. Raises WrongSecret. About 20 ms of work."""
    secret = _of_password(password, sealed[:SALT_BYTES])
    return OpenKey(suite, of_key, _opened(secret, of_key, sealed[SALT_BYTES:]))


def seal_for_token(key: OpenKey, token: str) -> bytes:
    """The key as a sign-in keeps it: opened by the token, which the server doesn't keep."""
    return _sealed(_of_token(token, key.key_id), key)


def _sealed(secret: bytes, key: OpenKey) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed: bytes = AESGCM(secret).encrypt(nonce, key.private, key.key_id.encode())
    return nonce + sealed


def _opened(secret: bytes, of_key: str, sealed: bytes) -> bytes:
    try:
        plain: bytes = AESGCM(secret).decrypt(
            sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], of_key.encode()
        )
    except (InvalidTag, ValueError) as wrong:
        raise WrongSecret from wrong
    return plain


def _of_token(token: str, of_key: str) -> bytes:
    info = b"tongban-v1 session " + of_key.encode()
    return HKDF(hashes.SHA256(), KEY_BYTES, None, info).derive(token.encode())


def _of_password(password: str, salt: bytes) -> bytes:
    # Another salt than the stored hash has: that hash must not open the key.
    return stretching.key_of(password, salt, KEY_BYTES)
