"""Signing from the page of a case with a key held elsewhere: what is to be signed, then its signature."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Commanding
from api.queueing import preparing
from engine import prepared_signatures
from engine.prepared_signatures import Prepared
from engine.sign_off_requests import SignOffRequest
from web import commands, pages, tokens
from web.casework import signing
from web.casework.case import CASES
from web.forms import Sent, sent_form
from web.signing_in import keys

router = APIRouter(include_in_schema=False)

SentForm = Annotated[Sent, sent_form()]


@router.post(CASES + "/{case_no}/signing/{task_id}")
def prepare(
    case_no: str, task_id: str, request: Request, caller: Commanding, sent: SentForm
) -> Response:
    """Prepare a sign-off over exactly what the page showed, and show the bytes that are to be signed."""
    with caller.reading() as reading:
        # A form that isn't of our page leaves no password noted either.
        tokens.require(request, sent.token, reading.actor.account_id)
    password = sent.get("password") or None
    proof = caller.password_proof(password) if password is not None else None
    if proof is not None:
        caller.note_password(proof)
    given = signing.sign_off_in(sent)
    try:
        with commands.command(request, caller, sent) as command:
            preparing.stage(command, task_id, given, password, proof)
            return pages.done(command, request, f"{CASES}/{case_no}")
    except Prepared as found:
        # Its page is made anew each time: the key of the form is left to the signature.
        with commands.command(request, caller, sent, keyed=False) as command:
            until = prepared_signatures.keep(command.session, command.actor, task_id, found)
            return pages.page(
                request,
                "keys/to_sign.html",
                command,
                case_no=case_no,
                covered_at=f"{CASES}/{case_no}/signing/{task_id}",
                signature_at=f"{CASES}/{case_no}/signature/{task_id}",
                fields=_fields(given),
                prepared=preparing.shown(found, until),
            )


@router.get(CASES + "/{case_no}/signing/{task_id}")
def covered(case_no: str, task_id: str, caller: Asking) -> Response:
    """The prepared bytes, as a file."""
    with caller.reading() as reading:
        content = prepared_signatures.held(reading.session, reading.actor, task_id)
        return keys.file(f"{case_no}.bin", content)


@router.post(CASES + "/{case_no}/signature/{task_id}")
def complete(
    case_no: str, task_id: str, request: Request, caller: Commanding, sent: SentForm
) -> Response:
    """Sign with the signature that was made elsewhere, then show the case again."""
    with commands.command(request, caller, sent) as command:
        prepared_signatures.complete(
            command.session,
            command.office,
            command.actor,
            task_id,
            signing.sign_off_in(sent),
            keys.signature(sent),
        )
        return pages.done(command, request, f"{CASES}/{case_no}?signed=1")


def _fields(given: SignOffRequest) -> list[tuple[str, Any]]:
    """The request once more, as the hidden fields of the second form."""
    fields: list[tuple[str, Any]] = [
        (name, getattr(given, name)) for name in ("decision", "opinion", "basis", "seen")
    ]
    fields += [("reasons", reason) for reason in given.reasons]
    if given.resolution is not None:
        said = given.resolution.model_dump(mode="json")
        fields += [(f"resolution.{name}", said[name]) for name in signing.RESOLUTION]
    return fields
