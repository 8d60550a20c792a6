"""Security keys and fingerprints (WebAuthn 2): what a browser is asked, and whether its answer is right.

The only place that knows the package ``webauthn``. Whoever holds the key is verified by it (PIN or finger),
the answer is to this office's own address, and a key that counts must have counted on: a copy of it shows.
"""

import base64
from dataclasses import dataclass
from typing import Any

import webauthn
from webauthn.helpers import exceptions
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

NAME = "tongban 通办"
WAIT_MS = 120_000
# What the package raises for an answer that is malformed, however deep inside it.
_UNFIT = (exceptions.WebAuthnException, ValueError, KeyError, TypeError, IndexError, OverflowError)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the desk is for a browser: its origin, and the host that its keys are bound to."""

    origin: str
    host: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that proved itself: its id and public half (base64url), and how far it has counted."""

    credential_id: str
    public_key: str
    counter: int


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key of before: ``host`` is what it was enrolled for."""

    credential_id: str
    public_key: str
    counter: int
    host: str


def asked_to_enrol(place: Place, who: tuple[int, str], known: list[str], challenge: bytes) -> str:
    """What the browser is asked for a new key (JSON), for an account (id, staff number)."""
    account_id, staff_no = who
    options = webauthn.generate_registration_options(
        rp_id=place.host,
        rp_name=NAME,
        user_id=f"tongban-{account_id}".encode(),
        user_name=staff_no,
        challenge=challenge,
        timeout=WAIT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(known),
    )
    return webauthn.options_to_json(options)


def enrolled(place: Place, challenge: bytes, answer: Any) -> NewKey | None:
    """The key that answered; None where the answer isn't right."""
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except _UNFIT:
        return None
    return NewKey(_text(found.credential_id), _text(found.credential_public_key), found.sign_count)


def asked_to_sign_in(place: Place, known: list[str], challenge: bytes) -> str:
    """What the browser is asked for one of the keys it may have (JSON)."""
    options = webauthn.generate_authentication_options(
        rp_id=place.host,
        challenge=challenge,
        timeout=WAIT_MS,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def named(answer: Any) -> str:
    """The id of the key that an answer says it is of; empty where it says none."""
    found = answer.get("id") if isinstance(answer, dict) else None
    return found if isinstance(found, str) else ""


def counted(place: Place, key: KnownKey, challenge: bytes, answer: Any) -> int | None:
    """How far the key has counted with this answer; None where the answer isn't right."""
    if key.host != place.host:
        return None
    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=key.host,
            expected_origin=place.origin,
            credential_public_key=_bytes(key.public_key),
            credential_current_sign_count=key.counter,
            require_user_verification=True,
        )
    except _UNFIT:
        return None
    return int(found.new_sign_count)


def _described(ids: list[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=_bytes(one)) for one in ids]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
