"""The two suites of algorithms: ``intl-1`` (SHA-256, Ed25519) and ``gm-1`` (SM3, SM2; 国密).

The office's setting says under which suite new records and keys are made; every record and key names its
own, so that earlier ones keep theirs. What algorithm checks a signature is told by the key, never by the
message. ``use`` tries both halves of every suite on known answers before anything is signed or verified.
"""

import hashlib
from contextlib import suppress
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from database import sm2
from database.sm2 import Sm2Unavailable

NAMES = ("intl-1", "gm-1")


class UnknownSuite(LookupError):  # noqa: N818
    """There is no suite of this name."""


class SelfTestFailed(Exception):  # noqa: N818
    """An algorithm gave another answer than its standard's example: nothing may be signed here."""


class Suite(Protocol):
    """A hash and a signature that go together. Keys and signatures are raw bytes."""

    name: str

    def hash(self, data: bytes) -> bytes:
        """The digest, 32 bytes."""

    def new_private(self) -> bytes:
        """A fresh private key, 32 bytes."""

    def public(self, private: bytes) -> bytes:
        """The public key of a private one: 32 bytes (Ed25519) or 64 (SM2)."""

    def sign(self, private: bytes, signed: bytes) -> bytes:
        """The signature, 64 bytes."""

    def verify(self, public: bytes, signed: bytes, signature: bytes) -> bool:
        """Whether the signature is of this key over these bytes; False on anything malformed."""


class _International:
    """SHA-256 (FIPS 180-4) and Ed25519 (RFC 8032)."""

    name = "intl-1"

    def hash(self, data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    def new_private(self) -> bytes:
        return Ed25519PrivateKey.generate().private_bytes_raw()

    def public(self, private: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()

    def sign(self, private: bytes, signed: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(private).sign(signed)

    def verify(self, public: bytes, signed: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
        except (InvalidSignature, ValueError):
            return False
        return True


class _Chinese:
    """SM3 (GB/T 32905) and SM2 (GB/T 32918)."""

    name = "gm-1"

    def hash(self, data: bytes) -> bytes:
        try:
            return hashlib.new("sm3", data).digest()
        except ValueError as missing:
            raise Sm2Unavailable(Sm2Unavailable.__doc__) from missing

    def new_private(self) -> bytes:
        return sm2.new_private()

    def public(self, private: bytes) -> bytes:
        return sm2.public(private)

    def sign(self, private: bytes, signed: bytes) -> bytes:
        return sm2.sign(private, signed)

    def verify(self, public: bytes, signed: bytes, signature: bytes) -> bool:
        return sm2.verify(public, signed, signature)


_SUITES: dict[str, Suite] = {"intl-1": _International(), "gm-1": _Chinese()}
_used: list[Suite] = [_SUITES["intl-1"]]

# name: digest of "abc", then public key, message and signature of the standard's own example
# (FIPS 180-4 and RFC 8032 §7.1 TEST 2; GB/T 32905 A.1 and GB/T 32918.5 A.2).
_KNOWN = {
    "intl-1": (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        b"\x72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    "gm-1": (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        (
            "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
            "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
        ),
        b"message digest",
        (
            "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
            "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
        ),
    ),
}


def named(name: str) -> Suite:
    """The suite of this name; raises UnknownSuite."""
    suite = _SUITES.get(name)
    if suite is None:
        raise UnknownSuite(name)
    return suite


def current() -> Suite:
    """The suite under which this process makes new records and keys."""
    return _used[0]


def use(name: str) -> None:
    """Make new records under this suite from now on, once it passed its self-test.

    So must the other one, under which records of before may stand, where it can be used here at all: where
    it can't, verifying a record of it raises Sm2Unavailable. Raises UnknownSuite, SelfTestFailed,
    Sm2Unavailable.
    """
    suite = named(name)
    self_test(suite)
    for other in _SUITES.values():
        if other is not suite:
            with suppress(Sm2Unavailable):
                self_test(other)
    _used[:] = [suite]


def self_test(suite: Suite) -> None:
    """Try a suite on its standards' examples, and on a signature of its own. Raises SelfTestFailed."""
    hashed, public, message, signature = _KNOWN[suite.name]
    made = bytes.fromhex(signature)
    private = suite.new_private()
    own = suite.sign(private, message)
    if not (
        suite.hash(b"abc").hex() == hashed
        and suite.verify(bytes.fromhex(public), message, made)
        and not suite.verify(bytes.fromhex(public), message + b"\0", made)
        and not suite.verify(bytes.fromhex(public), message, bytes([made[0] ^ 1]) + made[1:])
        and suite.verify(suite.public(private), message, own)
    ):
        raise SelfTestFailed(suite.name)
