"""Tasks: the worklist, claiming and releasing, and signing."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api import answers, cursors, openapi
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Command, Commanding
from api.queueing import task_answers
from api.queueing.queue_answers import ClaimResults
from engine import prepared_signatures, signing, task_permits, views
from engine.grants import grant_cases
from engine.queueing import bulk_claims, claims, queues, transfers
from engine.queueing.bulk_claims import BulkClaim
from engine.queueing.transfers import TransferEntry
from engine.sign_off_requests import SignOffRequest
from engine.signing import PasswordNeeded

router = APIRouter(tags=["tasks"], prefix="/api/tasks")

_LIST = "tasks"


class SignOffBody(SignOffRequest):
    """The body of a sign-off, with the password that level-1 approvers give once more.

    It may be left out while one given in this session stands: ten minutes. ``signature`` (hex or base64; SM2
    also in DER) completes what was prepared with the same body for a key held elsewhere.
    """

    password: str | None = Field(default=None, min_length=1, max_length=128)
    signature: str | None = Field(default=None, min_length=1, max_length=400)

    def request(self) -> SignOffRequest:
        """What is signed: everything but password and signature."""
        return SignOffRequest.model_construct(
            **{name: getattr(self, name) for name in SignOffRequest.model_fields}
        )


class PasswordWrong(PasswordNeeded):
    """That is not your password: nothing was signed."""

    rule = "signing.password_wrong"


@router.get("", response_model=task_answers.TaskPage)
def worklist(caller: Asking, cursor: str | None = None) -> Response:
    """What waits for the caller, nearest due date first."""
    with caller.reading() as reading:
        page = queues.worklist(reading.session, reading.actor, cursors.position(_LIST, cursor))
        page["next_cursor"] = cursors.seal(_LIST, page["next_cursor"])
        return reading.answer(page)


@router.post("/claims", response_model=ClaimResults, openapi_extra=openapi.says(BulkClaim))
def claim_many(
    body: Annotated[Body[BulkClaim], json_of(BulkClaim)], caller: Commanding
) -> Response:
    """Take several tasks, each for itself: one that can't be had stops no other."""
    with caller.command(body) as command:
        session, office, actor = command.session, command.office, command.actor
        found = bulk_claims.claim(session, office, actor, body.checked().tasks)
        return command.answer({"items": found})


@router.post(
    "/{task_id}/claim", response_model=task_answers.TaskLine, openapi_extra=openapi.says(Nothing)
)
def claim(
    task_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Take a task, so that nobody else reads the same case for nothing."""
    with caller.command(body) as command:
        body.checked(lambda: may_act(command, task_id))
        work, task = claims.claim(command.session, command.office, command.actor, task_id)
        return command.answer(claims.shown(work, task))


@router.post(
    "/{task_id}/release", response_model=task_answers.TaskLine, openapi_extra=openapi.says(Nothing)
)
def release(
    task_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Give a task back to its post."""
    with caller.command(body) as command:
        body.checked(lambda: may_act(command, task_id))
        work, task = claims.release(command.session, command.office, command.actor, task_id)
        return command.answer(claims.shown(work, task))


@router.post(
    "/{task_id}/transfer",
    response_model=task_answers.TaskLine,
    openapi_extra=openapi.says(TransferEntry),
)
def transfer(
    task_id: str, body: Annotated[Body[TransferEntry], json_of(TransferEntry)], caller: Commanding
) -> Response:
    """Hand a task to a named colleague of its post, for a coded reason."""
    with caller.command(body) as command:
        session, office, actor = command.session, command.office, command.actor
        entry = body.checked(lambda: may_act(command, task_id))
        work, task = transfers.transfer(session, office, actor, task_id, entry)
        return command.answer(claims.shown(work, task))


@router.post(
    "/{task_id}/sign", response_model=answers.CaseShown, openapi_extra=openapi.says(SignOffBody)
)
def sign(
    task_id: str, body: Annotated[Body[SignOffBody], json_of(SignOffBody)], caller: Commanding
) -> Response:
    """Approve, return, refuse or escalate, over exactly what was seen."""
    # Before the transaction: a password takes 20 ms of work, and others wait for the write lock.
    password = body.raw.get("password") if isinstance(body.raw, dict) else None
    proof = caller.password_proof(password) if isinstance(password, str) else None
    alters = grant_cases.alters_authority(task_id)
    with caller.command(body, alters_authority=alters) as command:
        given = body.checked(lambda: may_act(command, task_id))
        if given.signature is not None:
            work = prepared_signatures.complete(
                command.session,
                command.office,
                command.actor,
                task_id,
                given.request(),
                given.signature,
            )
            return command.answer(views.after(work))
        try:
            work = signing.sign(
                command.session,
                command.office,
                command.actor,
                task_id,
                given.request(),
                proof=proof,
                recall=password is None,
            )
        except PasswordNeeded as needed:
            if password is None:
                raise
            raise PasswordWrong(facts=needed.facts) from needed
        return command.answer(views.after(work))


def may_act(command: Command, task_id: str) -> None:
    """Refuse before a form error where the task isn't there for this person, or not his to sign."""
    work, task = signing.open_task(command.session, command.office, command.actor, task_id)
    task_permits.required(work, task)
