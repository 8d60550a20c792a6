"""Whether an authority vouches for a key and its holder, as of a moment.

Trust is a folder of the office: ``*.pem`` are certificates of authorities that it trusts, ``*.crl`` their
lists of revoked ones. SM2 signatures, which ``cryptography`` doesn't verify, are checked by ``database.sm2``.
"""

import itertools
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtensionOID, NameOID, ObjectIdentifier

from authz.keys import certificates
from authz.keys.certificates import LONGEST_CHAIN, Certificate, KeyUnsupported
from database import sm2
from database.refusals import Forbidden, InvariantBroken, Unavailable

FOLDER = "trust-anchors"
SM2_WITH_SM3 = "1.2.156.10197.1.501"


class CertificateUntrusted(Forbidden):
    """No authority that this office trusts issued this certificate."""

    rule = "key.certificate_untrusted"


class CertificateExpired(Forbidden):
    """The certificate of this key is not valid now: have it renewed, and enrol the new one."""

    rule = "key.certificate_expired"


class CertificateRevoked(Forbidden):
    """The certificate of this key was revoked by its authority."""

    rule = "key.certificate_revoked"


class CertificateUsage(Forbidden):
    """This certificate is not one to sign with."""

    rule = "key.certificate_usage"


class CertificateOfAnother(Forbidden):
    """This certificate names another holder: its subject bears your name, or your staff number."""

    rule = "key.certificate_holder"


class RevocationsOutdated(Unavailable):
    """The authority's list of revoked certificates is out of date here: the administrator renews it."""

    rule = "key.crl_outdated"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose certificate it must be."""

    name: str
    staff_no: str


def require(
    certificate: Certificate, holder: Holder, data_dir: Path, moment: datetime
) -> Certificate:
    """The certificate, where an authority of this office vouches with it for this holder now.

    Raises CertificateExpired, CertificateUsage, CertificateOfAnother, CertificateUntrusted,
    CertificateRevoked, RevocationsOutdated.
    """
    own = certificate.own
    if not _valid(own, moment):
        raise CertificateExpired
    if not _may_sign(own):
        raise CertificateUsage
    if not _names(own, holder):
        raise CertificateOfAnother
    folder = data_dir / FOLDER
    path = _path(certificate.chain, _anchors(folder), moment)
    for below, issuer in itertools.pairwise(path):
        _require_unrevoked(below, issuer, folder, moment)
    return certificate


def _valid(certificate: x509.Certificate, moment: datetime) -> bool:
    return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def _may_sign(certificate: x509.Certificate) -> bool:
    """A certificate that says what it is for must be for signatures; nor may it demand what we don't know."""
    if any(
        extension.critical and isinstance(extension.value, x509.UnrecognizedExtension)
        for extension in certificate.extensions
    ):
        return False
    usage = _extension(certificate, ExtensionOID.KEY_USAGE)
    return usage is None or usage.digital_signature or usage.content_commitment


def _names(certificate: x509.Certificate, holder: Holder) -> bool:
    """By the common name, or by the staff number as serial number or user id in the subject."""
    said = {
        (attribute.oid, unicodedata.normalize("NFKC", str(attribute.value)).strip())
        for attribute in certificate.subject
    }
    numbers = {(NameOID.SERIAL_NUMBER, holder.staff_no), (NameOID.USER_ID, holder.staff_no)}
    numbered = {oid for oid, _ in said} & {NameOID.SERIAL_NUMBER, NameOID.USER_ID}
    if said & numbers:
        return True
    # Two people share a name: a certificate that numbers its holder must have the number right.
    named = (NameOID.COMMON_NAME, unicodedata.normalize("NFKC", holder.name))
    return not numbered and named in said


def _path(
    chain: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate], moment: datetime
) -> list[x509.Certificate]:
    """The certificates from the holder's own to an authority's, each issued by the next."""
    path = [chain[0]]
    between = list(chain[1:])
    while len(path) <= LONGEST_CHAIN:
        top = path[-1]
        anchor = next((one for one in anchors if _issued(top, one, moment, len(path) - 1)), None)
        if anchor is not None:
            return [*path, anchor]
        following = next((o for o in between if _issued(top, o, moment, len(path) - 1)), None)
        if following is None:
            break
        between.remove(following)
        path.append(following)
    raise CertificateUntrusted


def _issued(
    below: x509.Certificate, issuer: x509.Certificate, moment: datetime, between: int
) -> bool:
    constraints = _extension(issuer, ExtensionOID.BASIC_CONSTRAINTS)
    usage = _extension(issuer, ExtensionOID.KEY_USAGE)
    if constraints is None or not constraints.ca or below.issuer != issuer.subject:
        return False
    if constraints.path_length is not None and constraints.path_length < between:
        return False
    if usage is not None and not usage.key_cert_sign:
        return False
    return _valid(issuer, moment) and _signed(below, issuer)


def _signed(below: x509.Certificate, issuer: x509.Certificate) -> bool:
    if below.signature_algorithm_oid.dotted_string == SM2_WITH_SM3:
        return _sm2_signed(issuer, below.tbs_certificate_bytes, below.signature)
    try:
        below.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _sm2_signed(issuer: x509.Certificate, signed: bytes, signature: bytes) -> bool:
    try:
        suite, public = certificates.public_key(certificates.spki_of(issuer))
        raw = certificates.raw_signature(signature)
    except (KeyUnsupported, ValueError, IndexError):
        return False
    return suite == "gm-1" and sm2.verify(public, signed, raw)


def _require_unrevoked(
    certificate: x509.Certificate, issuer: x509.Certificate, folder: Path, moment: datetime
) -> None:
    """An authority without a list here is not asked: the office decides by putting it there."""
    found = [crl for crl in _lists(folder) if _list_signed(crl, issuer)]
    if any(c.get_revoked_certificate_by_serial_number(certificate.serial_number) for c in found):
        raise CertificateRevoked
    if found and all(c.next_update_utc is None or c.next_update_utc < moment for c in found):
        raise RevocationsOutdated


def _list_signed(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    if crl.issuer != issuer.subject:
        return False
    if crl.signature_algorithm_oid.dotted_string == SM2_WITH_SM3:
        return _sm2_signed(issuer, crl.tbs_certlist_bytes, crl.signature)
    try:
        return bool(crl.is_signature_valid(issuer.public_key()))  # type: ignore[arg-type]
    except (UnsupportedAlgorithm, TypeError, ValueError):
        return False


def _anchors(folder: Path) -> list[x509.Certificate]:
    return [
        certificate
        for path in sorted(folder.glob("*.pem"))
        for certificate in _loaded(path, x509.load_pem_x509_certificates)
    ]


def _lists(folder: Path) -> Iterator[x509.CertificateRevocationList]:
    for path in sorted(folder.glob("*.crl")):
        yield _loaded(path, x509.load_pem_x509_crl)


def _loaded(path: Path, read: Any) -> Any:
    try:
        return read(path.read_bytes())
    except ValueError as wrong:
        raise InvariantBroken(f"{path} is not PEM of what its ending says") from wrong


def _extension(certificate: x509.Certificate, oid: ObjectIdentifier) -> Any:
    try:
        return certificate.extensions.get_extension_for_oid(oid).value
    except x509.ExtensionNotFound:
        return None
