"""Signing keys (``/api/keys``), and enrolling those that are held elsewhere (``/api/key-enrolments``)."""

import base64
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from api import openapi
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Commanding
from api.signing_in import passwords
from authz.keys import key_enrolments, signing_keys
from authz.keys.certificates import MAX_PEM
from authz.keys.key_enrolments import EnrolmentLine, KeyEnrolment
from authz.keys.outside_keys import OutsideKey
from authz.offices import accounts
from database.clock import moment_text
from engine.people import key_register
from engine.people.key_register import KeyNotFound

router = APIRouter(tags=["keys"])

MAX_SIGNATURE = 400


class CertifiedShown(BaseModel):
    """What certificate a key was enrolled with."""

    sha256: str
    valid_from: str
    valid_until: str


class KeyAnswer(BaseModel):
    """A registered public key (hex), and whom it signs for; a retired one signs nothing more."""

    key_id: str
    suite: str
    public_key: str
    staff_no: str
    made_at: str
    retired_at: str | None
    held_elsewhere: bool = Field(description="in use, and its private half is not with the office")
    certificate: CertifiedShown | None


class KeyOffered(BaseModel):
    """The body of an application: the public key in PEM, or the certificate with those above it."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    pem: str = Field(min_length=1, max_length=MAX_PEM)


class PossessionProof(BaseModel):
    """The signature over the challenge: hex or base64; of SM2 raw r and s, or DER."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    signature: str = Field(min_length=1, max_length=MAX_SIGNATURE)


class EnrolmentShown(BaseModel):
    """An application for a key; ``challenge`` (base64) is what its holder signs to prove that he has it."""

    enrolment_id: int
    staff_no: str
    key_id: str
    suite: str
    challenge: str
    applied_at: str
    proved_at: str | None
    certificate: bool


class EnrolmentListed(EnrolmentShown):
    """As an administrator sees it."""

    name: str
    agency: str


class EnrolmentPage(BaseModel):
    """Open applications."""

    items: list[EnrolmentListed]


class RetiredKey(BaseModel):
    """A key that signs nothing more."""

    key_id: str
    staff_no: str


@router.get("/api/keys/{key_id}", response_model=KeyAnswer)
def key(key_id: str, caller: Asking) -> Response:
    """A registered public key: whose it is, and from when to when it signs."""
    with caller.reading() as reading:
        session = reading.session
        found = signing_keys.public_keys(session, [key_id]).get(key_id)
        if found is None:
            raise KeyNotFound
        retired, certified = found.retired_at, found.certified
        elsewhere = session.query(OutsideKey.key_id).filter_by(key_id=key_id).first()
        return reading.answer(
            {
                "key_id": found.key_id,
                "suite": found.suite,
                "public_key": found.public.hex(),
                "staff_no": found.staff_no,
                "made_at": moment_text(found.made_at),
                "retired_at": moment_text(retired) if retired else None,
                "held_elsewhere": elsewhere is not None,
                "certificate": certified
                and {
                    "sha256": certified.sha256,
                    "valid_from": moment_text(certified.valid_from),
                    "valid_until": moment_text(certified.valid_until),
                },
            }
        )


@router.post(
    "/api/keys/{key_id}/retirement", response_model=RetiredKey, openapi_extra=openapi.says(Nothing)
)
def retire(
    key_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Let a key that was held elsewhere and is lost sign nothing more; by its holder or an administrator."""
    with caller.command(body, alters_authority=True) as command:
        body.checked()
        staff_no = key_register.retire_lost(command.session, command.actor, key_id)
        return command.answer({"key_id": key_id, "staff_no": staff_no})


@router.get("/api/key-enrolments", response_model=EnrolmentPage)
def waiting(caller: Asking) -> Response:
    """The open applications for keys that the caller may confirm."""
    with caller.reading() as reading:
        lines = key_enrolments.waiting(reading.session, reading.actor)
        return reading.answer({"items": [listed(reading.session, line) for line in lines]})


@router.post(
    "/api/key-enrolments",
    status_code=201,
    response_model=EnrolmentShown,
    openapi_extra=openapi.says(KeyOffered),
)
def apply(body: Annotated[Body[KeyOffered], json_of(KeyOffered)], caller: Commanding) -> Response:
    """Apply to sign with a key of one's own that is held elsewhere."""
    with caller.command(body) as command:
        pem = body.checked().pem
        session, data_dir = command.session, command.office.data_dir
        enrolment = key_register.apply(session, command.actor, pem, data_dir)
        return command.answer(shown(session, enrolment), status=201)


@router.post(
    "/api/key-enrolments/{enrolment_id}/proof",
    response_model=EnrolmentShown,
    openapi_extra=openapi.says(PossessionProof),
)
def prove(
    enrolment_id: str,
    body: Annotated[Body[PossessionProof], json_of(PossessionProof)],
    caller: Commanding,
) -> Response:
    """Prove possession of the key by its signature over the challenge."""
    with caller.command(body) as command:
        number = passwords.number(enrolment_id)
        signature = body.checked().signature
        enrolment = key_register.prove(command.session, command.actor, number, signature)
        return command.answer(shown(command.session, enrolment))


@router.post(
    "/api/key-enrolments/{enrolment_id}/confirmation",
    response_model=EnrolmentShown,
    openapi_extra=openapi.says(Nothing),
)
def confirm(
    enrolment_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Confirm as the second person; from now on its holder signs with this key alone."""
    with caller.command(body, alters_authority=True) as command:
        body.checked()
        session, number = command.session, passwords.number(enrolment_id)
        enrolment = key_register.confirm(session, command.actor, number, command.office.data_dir)
        return command.answer(shown(session, enrolment))


def shown(session: Session, enrolment: KeyEnrolment) -> dict[str, Any]:
    """An application as answers and pages show it."""
    proved = enrolment.proved_at
    challenge = key_enrolments.challenge(session, enrolment)
    return {
        "enrolment_id": enrolment.enrolment_id,
        "staff_no": accounts.get(session, enrolment.account_id).staff_no,
        "key_id": enrolment.key_id,
        "suite": enrolment.suite,
        "challenge": base64.b64encode(challenge).decode(),
        "applied_at": moment_text(enrolment.applied_at),
        "proved_at": moment_text(proved) if proved else None,
        "certificate": enrolment.certificate is not None,
    }


def listed(session: Session, line: EnrolmentLine) -> dict[str, Any]:
    """As ``shown``, with the name and agency of its holder."""
    return {**shown(session, line.enrolment), "name": line.name, "agency": line.agency}
