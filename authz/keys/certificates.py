"""Public keys and certificates as people hand them in: PEM in, raw key bytes and fields out.

The ``cryptography`` package reads every certificate's fields but knows no SM2 key, so the key's bytes are
read off the DER here. Whether an authority vouches for a certificate is said in
``authz.keys.certificate_trust``.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from database import sm2
from database.refusals import Invalid

LONGEST_CHAIN = 4
MAX_PEM = 20_000
SIGNATURE_BYTES = 64
# The DER before a raw public key: its algorithm, and with SM2 the curve.
_SPKI = {
    "intl-1": bytes.fromhex("302a300506032b6570032100"),
    "gm-1": bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004"),
}
_KEY_BYTES = {"intl-1": 32, "gm-1": 64}
_VERSION_TAG = 0xA0
_LONG_LENGTH = 0x80


class KeyUnsupported(Invalid):
    """Keys that sign here are Ed25519 or SM2: give the public key or the certificate as PEM."""

    rule = "key.unsupported"


class CertificateMalformed(Invalid):
    """This is no certificate: give it as PEM, your own first, then those between it and the authority."""

    rule = "key.certificate_malformed"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with those between it and an authority; ``sha256`` is of its own DER."""

    pem: str
    chain: tuple[x509.Certificate, ...]
    suite: str
    public: bytes

    @property
    def own(self) -> x509.Certificate:
        """The holder's own."""
        return self.chain[0]

    @property
    def valid_from(self) -> datetime:
        """From when it counts."""
        return self.own.not_valid_before_utc

    @property
    def valid_until(self) -> datetime:
        """Until when it counts."""
        return self.own.not_valid_after_utc

    @property
    def sha256(self) -> str:
        """The fingerprint that authorities publish."""
        return hashlib.sha256(der_of(self.own)).hexdigest()


def read(pem: str) -> Certificate:
    """Read a certificate. Raises CertificateMalformed, KeyUnsupported."""
    try:
        chain = tuple(x509.load_pem_x509_certificates(pem.encode()))
        suite, public = public_key(spki_of(chain[0]))
        _ = [certificate.extensions for certificate in chain]
    except (ValueError, IndexError, x509.DuplicateExtension) as wrong:
        raise CertificateMalformed from wrong
    if len(chain) > LONGEST_CHAIN or len(pem) > MAX_PEM:
        raise CertificateMalformed
    return Certificate(pem, chain, suite, public)


def public_key(spki: bytes) -> tuple[str, bytes]:
    """Suite and raw bytes of a public key in DER (SubjectPublicKeyInfo). Raises KeyUnsupported."""
    for suite, prefix in _SPKI.items():
        if spki.startswith(prefix) and len(spki) == len(prefix) + _KEY_BYTES[suite]:
            return suite, spki[len(prefix) :]
    raise KeyUnsupported


def public_key_pem(pem: str) -> tuple[str, bytes]:
    """Suite and raw bytes of a public key in PEM (``openssl pkey -pubout``). Raises KeyUnsupported."""
    head, foot = "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"
    said = pem.strip()
    if not (said.startswith(head) and said.endswith(foot)):
        raise KeyUnsupported
    inside = "".join(said.removeprefix(head).removesuffix(foot).split())
    try:
        return public_key(base64.b64decode(inside, validate=True))
    except binascii.Error as wrong:
        raise KeyUnsupported from wrong


def der_of(certificate: x509.Certificate) -> bytes:
    """A certificate's bytes."""
    der: bytes = certificate.public_bytes(Encoding.DER)
    return der


def raw_signature(der: bytes) -> bytes:
    """r‖s of an SM2 signature in DER. Raises ValueError."""
    r, s = decode_dss_signature(der)
    if not (0 < r < sm2.ORDER and 0 < s < sm2.ORDER):
        raise ValueError("no signature")
    return r.to_bytes(sm2.SIZE) + s.to_bytes(sm2.SIZE)


def spki_of(certificate: x509.Certificate) -> bytes:
    """A certificate's public key in DER. Raises ValueError."""
    members = _members(certificate.tbs_certificate_bytes)
    # Version (left out in version 1), number, algorithm, issuer, validity and subject come before it.
    return members[6 if members[0][0] == _VERSION_TAG else 5]


def signature_text(text: str, suite: str) -> bytes:
    """A signature as a person hands it in: hex or base64, SM2 in DER or raw. Raises ValueError."""
    said = "".join(text.split())
    try:
        found = bytes.fromhex(said)
    except ValueError:
        found = base64.b64decode(said, validate=True)
    if suite == "gm-1" and len(found) != SIGNATURE_BYTES:
        return raw_signature(found)
    if len(found) != SIGNATURE_BYTES:
        raise ValueError("no signature")
    return found


def _members(der: bytes) -> list[bytes]:
    """The values within a sequence, each with its own tag and length. Raises ValueError, IndexError."""
    at, end = _inside(der, 0)
    found = []
    while at < end:
        _, after = _inside(der, at)
        found.append(der[at:after])
        at = after
    return found


def _inside(der: bytes, at: int) -> tuple[int, int]:
    """Where the value that begins here has its content, and where it ends."""
    length, start = der[at + 1], at + 2
    if length >= _LONG_LENGTH:
        size = length - _LONG_LENGTH
        length, start = int.from_bytes(der[start : start + size]), start + size
    if start + length > len(der):
        raise ValueError("DER is cut short")
    return start, start + length
