"""Pages about signing keys: one's own, enrolling one that is held elsewhere, and who confirms it."""

import base64
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Commanding, Reading
from api.signing_in import keys as api_keys
from api.signing_in import passwords as api_passwords
from authz.keys import key_enrolments, signing_keys
from authz.keys.certificates import MAX_PEM
from engine.people import key_register
from web import commands, navigation, pages
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

KEYS, MY_KEY = "/keys", f"{navigation.MINE}/key"
MAX_SIGNATURE = 4096

SentForm = Annotated[Sent, sent_form()]


@router.get(MY_KEY)
def mine(request: Request, caller: Asking) -> Response:
    """With what one signs, and what an enrolment of another key waits for."""
    with caller.reading() as reading:
        return pages.page(request, "keys/mine.html", reading, **_mine(reading))


@router.post(MY_KEY)
def apply(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Apply for a key of one's own by its public half or its certificate."""
    with commands.command(request, caller, sent) as command:
        pem = sent.text("pem")[: MAX_PEM + 1]
        key_register.apply(command.session, command.actor, pem, command.office.data_dir)
        return pages.done(command, request, MY_KEY)


@router.post(MY_KEY + "/proof/{enrolment_id}")
def prove(enrolment_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Hand in the signature over the challenge."""
    with commands.command(request, caller, sent) as command:
        number = api_passwords.number(enrolment_id)
        key_register.prove(command.session, command.actor, number, signature(sent))
        return pages.done(command, request, MY_KEY)


@router.get(MY_KEY + "/challenge")
def challenge(caller: Asking) -> Response:
    """The bytes that prove possession once they are signed, as a file."""
    with caller.reading() as reading:
        enrolment = key_enrolments.open_of(reading.session, reading.actor.account_id)
        if enrolment is None:
            raise key_enrolments.EnrolmentNotFound
        return file("challenge.bin", key_enrolments.challenge(reading.session, enrolment))


@router.post(MY_KEY + "/retirement")
def retire(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Let one's own key that is lost sign nothing more."""
    with commands.command(request, caller, sent, alters_authority=True) as command:
        key_id = sent.text("key_id")[:64]
        key_register.retire_lost(command.session, command.actor, key_id)
        return pages.done(command, request, MY_KEY)


@router.get(KEYS)
def waiting(request: Request, caller: Asking) -> Response:
    """The open enrolments, for the administrator who compares and confirms."""
    with caller.reading() as reading:
        lines = key_enrolments.waiting(reading.session, reading.actor)
        shown = [api_keys.listed(reading.session, line) for line in lines]
        return pages.page(request, "keys/waiting.html", reading, lines=shown)


@router.post(KEYS + "/{enrolment_id}/confirmation")
def confirm(enrolment_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Confirm as the second person."""
    with commands.command(request, caller, sent, alters_authority=True) as command:
        number = api_passwords.number(enrolment_id)
        key_register.confirm(command.session, command.actor, number, command.office.data_dir)
        return pages.done(command, request, KEYS)


def signature(sent: Sent) -> str:
    """The signature of a form: pasted as text, or uploaded as it came from the key's program."""
    uploaded = sent.content("signature_file")
    if uploaded:
        return base64.b64encode(uploaded[:MAX_SIGNATURE]).decode()
    return sent.text("signature")[:MAX_SIGNATURE]


def file(name: str, content: bytes) -> Response:
    """Bytes to be signed, as a file."""
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _mine(reading: Reading) -> dict[str, Any]:
    session, account_id = reading.session, reading.actor.account_id
    key_id = signing_keys.in_use(session, account_id)
    enrolment = key_enrolments.open_of(session, account_id)
    return {
        "own": signing_keys.public_keys(session, [key_id] if key_id else []).get(key_id or ""),
        "elsewhere": signing_keys.held_elsewhere(session, account_id) is not None,
        "enrolment": None if enrolment is None else api_keys.shown(session, enrolment),
    }
