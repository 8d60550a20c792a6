"""New passwords (``/api/session/password``, ``/api/password-resets``): changed by their owner, or lost."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import credentials, openapi
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Commanding
from api.office_answers import ResetAnswer, ResetPage, SignedOut
from api.signing_in.sessions import OneOfFew, drop_cookie
from authz.keys import signing_keys
from authz.offices import accounts
from authz.signing_in import password_resets, passwords
from authz.signing_in.password_reset_record import PasswordReset
from authz.signing_in.password_resets import WrongCode
from authz.two_people import ResetLine
from database.clock import moment_text
from database.connection import Sessions
from engine.people import new_passwords
from engine.people.new_passwords import Chosen

router = APIRouter(tags=["session"])

MAX_DIGITS = 18

Password = Annotated[str, Field(min_length=1, max_length=128)]


class NewPassword(BaseModel):
    """The body of a change of one's own password."""

    model_config = ConfigDict(strict=True, extra="forbid")

    password: Password
    new_password: Password


class LostPassword(BaseModel):
    """The body of an application for a lost password."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    staff_no: str = Field(min_length=1, max_length=32)
    reason: str = Field(min_length=1, max_length=400)


class PasswordByCode(BaseModel):
    """The body of a new password by code: both halves, in this order."""

    model_config = ConfigDict(strict=True, extra="forbid")

    staff_no: str = Field(min_length=1, max_length=32)
    code: str = Field(min_length=1, max_length=64)
    new_password: Password


@router.post(
    "/api/session/password",
    dependencies=[OneOfFew],
    response_model=SignedOut,
    openapi_extra=openapi.says(NewPassword),
)
def change(
    body: Annotated[Body[NewPassword], json_of(NewPassword)], caller: Commanding
) -> Response:
    """Change one's own password: every session ends, this one too; the signing key stays."""
    # Before the transaction: passwords take 20 ms of work each, and others wait for the write lock.
    raw = body.raw if isinstance(body.raw, dict) else {}
    chosen = caller.new_password(str(raw.get("password")), str(raw.get("new_password")))
    with caller.command(body, alters_authority=True, first_password=True) as command:
        body.checked()
        new_passwords.change(command.session, command.actor, chosen)
        answer = command.answer({"staff_no": command.actor.staff_no, "signed_in": False})
    drop_cookie(answer)
    return answer


@router.post(
    "/api/session/reset",
    dependencies=[OneOfFew],
    status_code=204,
    openapi_extra=openapi.says(PasswordByCode, keyed=False),
)
def complete(
    request: Request, body: Annotated[Body[PasswordByCode], json_of(PasswordByCode)]
) -> Response:
    """Set a new password with the code whose halves two people were told."""
    given = body.checked()
    by_code(request, given.staff_no, given.code, given.new_password)
    return Response(status_code=204)


@router.get("/api/password-resets", response_model=ResetPage)
def waiting(caller: Asking) -> Response:
    """The open applications for lost passwords that the caller may apply for or confirm."""
    with caller.reading() as reading:
        lines = password_resets.waiting(reading.session, reading.actor)
        return reading.answer({"items": [shown(line) for line in lines]})


@router.post(
    "/api/password-resets",
    status_code=201,
    response_model=ResetAnswer,
    openapi_extra=openapi.says(LostPassword),
)
def apply(
    body: Annotated[Body[LostPassword], json_of(LostPassword)], caller: Commanding
) -> Response:
    """Apply for a new password for somebody who lost his; ``code_part`` is told this once."""
    with caller.command(body) as command:
        given = body.checked()
        reset, half = new_passwords.apply(
            command.session, command.actor, given.staff_no, given.reason
        )
        return command.answer(
            {"reset_id": reset.reset_id, "staff_no": given.staff_no, "code_part": half}, status=201
        )


@router.post(
    "/api/password-resets/{reset_id}/confirmation",
    response_model=ResetAnswer,
    openapi_extra=openapi.says(Nothing),
)
def confirm(
    reset_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Confirm an application as the second person; ``code_part`` is told this once."""
    with caller.command(body) as command:
        body.checked()
        reset, half = new_passwords.confirm(command.session, command.actor, number(reset_id))
        staff_no = accounts.get(command.session, reset.account_id).staff_no
        return command.answer({"reset_id": reset.reset_id, "staff_no": staff_no, "code_part": half})


def by_code(request: Request, staff_no: str, code: str, new_password: str) -> None:
    """Set a new password by a code; a wrong one is counted.

    Only who has the code learns what is wrong with the password. Raises WrongCode, PasswordLength,
    GuessedPassword.
    """
    credentials.require_own_page(request)
    office: Sessions = request.app.state.sessions
    with office.reading() as session:
        known = password_resets.answering(session, staff_no, code) is not None
        if known:
            new_passwords.require_uncommon(session, staff_no, new_password)
    if not known:
        with office.command() as session:
            new_passwords.failed(session, staff_no)
        raise WrongCode
    hashed = passwords.hash_password(new_password)
    chosen = Chosen(hashed, new=signing_keys.make(new_password))
    with office.command() as session:
        new_passwords.complete(session, staff_no, code, chosen)


def number(reset_id: str) -> int:
    """The id of an application as it stands in an address; 0, which none has, for anything else."""
    fits = reset_id.isascii() and reset_id.isdecimal() and len(reset_id) <= MAX_DIGITS
    return int(reset_id) if fits else 0


def shown(line: ResetLine[PasswordReset]) -> dict[str, Any]:
    """An open application, as its page and its answer show it."""
    confirmed = line.reset.confirmed_at
    return {
        "reset_id": line.reset.reset_id,
        "staff_no": line.staff_no,
        "name": line.name,
        "agency": line.agency,
        "reason": line.reset.reason,
        "applied_by": line.applied_by,
        "applied_at": moment_text(line.reset.applied_at),
        "confirmed_at": moment_text(confirmed) if confirmed else None,
    }
