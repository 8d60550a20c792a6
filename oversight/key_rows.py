"""Checks the certificates of keys held elsewhere: each is of its key, and says what is noted of it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.keys import certificates
from authz.keys.certificates import CertificateMalformed, KeyUnsupported
from authz.keys.outside_keys import KeyCertificate, OutsideKey
from authz.keys.signing_keys import KeyRetirement, SealedKey, SigningKey
from oversight.findings import Finding, Findings, differs


def check(session: Session) -> Findings:
    """What is wrong with certificates, and with which key is in use for whom."""
    found = select(KeyCertificate, SigningKey).join(
        SigningKey, SigningKey.key_id == KeyCertificate.key_id
    )
    for row, key in session.execute(found.order_by(KeyCertificate.key_id)).all():
        yield from _certificate(row, key)
    yield from _in_use(session)


def _certificate(row: KeyCertificate, key: SigningKey) -> Findings:
    name = f"key_certificates#{row.key_id}"
    try:
        said = certificates.read(row.certificate)
    except (CertificateMalformed, KeyUnsupported):
        yield Finding("", name, "certificate", "key.certificate")
        return
    pairs = {
        "sha256": (row.sha256, said.sha256),
        "valid_from": (row.valid_from, said.valid_from),
        "valid_until": (row.valid_until, said.valid_until),
    }
    for column, pair in pairs.items():
        yield from differs("", name, column, "key.certificate", pair)
    of = (key.suite, key.public_key)
    yield from differs("", name, "key_id", "key.certificate", (of, (said.suite, said.public.hex())))


def _in_use(session: Session) -> Findings:
    """A key in use is its account's own, and not retired."""
    for model in (OutsideKey, SealedKey):
        found = (
            select(model.account_id, model.key_id, SigningKey.account_id.label("of"))
            .join(SigningKey, SigningKey.key_id == model.key_id)
            .outerjoin(KeyRetirement, KeyRetirement.key_id == model.key_id)
            .where((SigningKey.account_id != model.account_id) | KeyRetirement.key_id.is_not(None))
        )
        for row in session.execute(found).all():
            name = f"{model.__tablename__}#{row.account_id}"
            yield Finding("", name, "key_id", "key.in_use", row.key_id)
