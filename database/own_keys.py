"""Keys of persons' own: what is sealed under one can't be opened by anybody once its secret is destroyed.

The secret is 32 random bytes in a row of its own (``register.own_keys``), itself sealed under the office's
key, so that a new version of that key moves the secret and nothing else. A value says which secret it is
under. Where that was destroyed by an erasure, what is read says so (``ErasedText``, ``ErasedFields``,
``ErasedList``) instead of failing; where it is merely gone, reading fails as for anything altered.
"""

import secrets
from typing import Any, Literal, Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from database.refusals import InvariantBroken

ERASED = "已删除"
# What stands where an index stood by which nobody is to be found begins so; no index does.
NO_INDEX = "erased-"
SECRET_BYTES = 32
NONCE_BYTES = 12
# Before the key's id and the nonce. That an older value's nonce begins so by chance is no harm: no secret
# has the id that follows, and it then opens under the office's key.
MARK = b"\xf7tbp"
_ID_BYTES = 16
_BEGINS = len(MARK) + _ID_BYTES

GONE: Literal["erased"] = "erased"


class Source(Protocol):
    """Where secrets are looked up."""

    def __call__(self, key_id: str) -> bytes | Literal["erased"] | None:
        """A key's secret, ``GONE`` where an erasure destroyed it, or None where nobody knows it."""

    def forget(self, key_id: str) -> None:
        """Know this secret no longer, if it was remembered."""


class ErasedText(str):
    """Stands for an erased text: reads as ``ERASED``; ``key_id`` is the key it was sealed under."""

    __slots__ = ("key_id",)

    key_id: str

    def __new__(cls, key_id: str) -> Self:
        """The text for whoever shows it."""
        made = super().__new__(cls, ERASED)
        made.key_id = key_id
        return made


class ErasedFields(dict[str, Any]):
    """Stands for an erased JSON object: has what its column gives it, and ``ERASED`` for any other name."""

    def __init__(self, key_id: str, **kept: Any) -> None:
        super().__init__(kept)
        self.key_id = key_id

    def __bool__(self) -> bool:
        """Something was there."""
        return True

    def __missing__(self, name: str) -> str:
        """What was there is gone."""
        del name
        return ERASED


class ErasedList(list[Any]):
    """Stands for an erased JSON list of texts: one ``ERASED`` for each that it always has."""

    def __init__(self, key_id: str, length: int) -> None:
        super().__init__([ERASED] * length)
        self.key_id = key_id


def key_id_of_erased(value: object) -> str | None:
    """The key that an erased value was sealed under; None for a value that is there."""
    if isinstance(value, ErasedText | ErasedFields | ErasedList):
        return value.key_id
    return None


def new_id() -> str:
    """A fresh id of a key (32 hex digits)."""
    return secrets.token_hex(_ID_BYTES)


def unmatchable() -> str:
    """What stands where the index of an erased value stood: random, and marked as no index is."""
    return NO_INDEX + new_id()


def new_secret() -> bytes:
    """A fresh secret."""
    return secrets.token_bytes(SECRET_BYTES)


def beginning(key_id: str) -> bytes:
    """What every value sealed under this key begins with."""
    return MARK + bytes.fromhex(key_id)


def is_own(sealed: bytes) -> bool:
    """Whether a value says that it is sealed under a person's own key."""
    return sealed.startswith(MARK) and len(sealed) > _BEGINS


def seal(purpose: str, key_id: str, secret: bytes, plain: bytes) -> bytes:
    """Encrypt (AES-256-GCM) under the key that a secret gives for a purpose; the key's id in front."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    begins = beginning(key_id)
    sealed: bytes = _cipher(purpose, secret).encrypt(nonce, plain, begins + purpose.encode())
    return begins + nonce + sealed


def open_own(purpose: str, sealed: bytes) -> bytes | str | None:
    """What ``seal`` made, opened; as text the key's id where it is erased, None where nobody knows the key.

    Raises InvariantBroken where the value was altered.
    """
    begins, nonce = sealed[:_BEGINS], sealed[_BEGINS : _BEGINS + NONCE_BYTES]
    key_id = begins[len(MARK) :].hex()
    secret = _installed[0](key_id) if _installed else None
    if secret is None:
        return None
    if isinstance(secret, str):
        return key_id
    try:
        opened: bytes = _cipher(purpose, secret).decrypt(
            nonce, sealed[_BEGINS + NONCE_BYTES :], begins + purpose.encode()
        )
    except (InvalidTag, ValueError) as failed:
        raise InvariantBroken(
            f"a {purpose} under a person's own key does not open: altered"
        ) from failed
    return opened


_installed: list[Source] = []


def install(source: Source) -> None:
    """Make this where the process looks secrets up: column types reach it without a session."""
    _installed[:] = [source]


def forget(key_id: str) -> None:
    """Let this process not know a secret any more that was destroyed."""
    for source in _installed:
        source.forget(key_id)


def _cipher(purpose: str, secret: bytes) -> AESGCM:
    info = f"own:{purpose}".encode()
    return AESGCM(HKDF(hashes.SHA256(), SECRET_BYTES, b"tongban-v1", info).derive(secret))
