"""Preparing a sign-off for a key held elsewhere: the bytes to be signed go out, and are held for minutes."""

import base64
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from api import answers, openapi
from api.body import Body, json_of
from api.dependencies import Command, Commanding
from api.queueing.tasks import PasswordWrong, SignOffBody, may_act
from authz.signing_in.passwords import PasswordProof
from database import suites
from database.clock import moment_text
from engine import prepared_signatures, views
from engine.handling import Handling
from engine.prepared_signatures import Prepared
from engine.sign_off_requests import SignOffRequest
from engine.signing import PasswordNeeded

router = APIRouter(tags=["tasks"], prefix="/api/tasks")


class ToSign(BaseModel):
    """What is to be signed, and until when it is held."""

    covered: str = Field(description="base64: exactly these bytes are signed")
    digest: str = Field(description="the sign-off's digest, by which it will be known")
    suite: str
    key_id: str
    signed_at: str
    expires_at: str


class PreparedShown(BaseModel):
    """A prepared sign-off, or the case that was returned instead since its posting would now differ."""

    prepared: ToSign | None
    case: answers.CaseShown | None


@router.post(
    "/{task_id}/signing", response_model=PreparedShown, openapi_extra=openapi.says(SignOffBody)
)
def prepare(
    task_id: str, body: Annotated[Body[SignOffBody], json_of(SignOffBody)], caller: Commanding
) -> Response:
    """Prepare a sign-off; ``POST …/sign`` with the same body and its signature completes it."""
    password = body.raw.get("password") if isinstance(body.raw, dict) else None
    proof = caller.password_proof(password) if isinstance(password, str) else None
    if proof is not None:
        caller.note_password(proof)
    try:
        with caller.command(body) as command:
            given = body.checked(lambda: may_act(command, task_id))
            work = stage(command, task_id, given.request(), password, proof)
            return command.answer({"prepared": None, "case": views.after(work)})
    except Prepared as found:
        # The first transaction is gone, with all it did to arrive at the bytes.
        with caller.command(body) as command:
            until = prepared_signatures.keep(command.session, command.actor, task_id, found)
            return command.answer({"prepared": shown(found, until), "case": None})


def stage(
    command: Command,
    task_id: str,
    request: SignOffRequest,
    password: object,
    proof: PasswordProof | None,
) -> Handling:
    """Carry a sign-off out up to its signature. Raises Prepared, and as ``prepared_signatures.prepare``."""
    recall = password is None or proof is not None
    try:
        return prepared_signatures.prepare(
            command.session, command.office, command.actor, task_id, request, recall=recall
        )
    except PasswordNeeded as needed:
        if password is None:
            raise
        raise PasswordWrong(facts=needed.facts) from needed


def shown(found: Prepared, until: datetime) -> dict[str, Any]:
    """What was prepared, as answers and pages show it."""
    return {
        "covered": base64.b64encode(found.covered).decode(),
        "digest": suites.named(found.key.suite).hash(found.covered).hex(),
        "suite": found.key.suite,
        "key_id": found.key.key_id,
        "signed_at": moment_text(found.draft.signed_at),
        "expires_at": moment_text(until),
    }
