"""Signing in and out (``/api/session``)."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import credentials, openapi
from api.body import Body, json_of
from api.dependencies import Asking, Command, Commanding, Reading
from api.office_answers import SignedIn
from api.people.staff_answers import SignInEnded, SignInList
from api.signing_in import entering
from authz.signing_in import passwords, session_limits, sessions
from authz.signing_in.passwords import PasswordProof
from authz.signing_in.sessions import SignInNotFound
from database.clock import moment_text
from engine import journal
from engine.people.new_passwords import OldPasswordWrong
from engine.windows import window_turns

router = APIRouter(tags=["session"])

MAX_DIGITS = 18


class SignIn(BaseModel):
    """The body of a sign-in."""

    model_config = ConfigDict(strict=True, extra="forbid")

    staff_no: str = Field(min_length=1, max_length=32)
    password: str = Field(min_length=1, max_length=128)
    code: str | None = Field(
        default=None,
        min_length=1,
        max_length=64,
        description="of the second factor, or a recovery code, where the account has one",
    )


class OwnSessionEnd(BaseModel):
    """The body of an end of one's own session: the password once more."""

    model_config = ConfigDict(strict=True, extra="forbid")

    password: str = Field(min_length=1, max_length=128)


async def _place() -> AsyncIterator[None]:
    yield


# Passwords are checked two at a time; who waits for that must not keep all threads from others.
OneOfFew = Depends(_place, scope="function", max_concurrency=8)


@router.post(
    "/api/session",
    dependencies=[OneOfFew],
    status_code=201,
    response_model=SignedIn,
    openapi_extra=openapi.says(SignIn, keyed=False),
)
def sign_in(request: Request, body: Annotated[Body[SignIn], json_of(SignIn)]) -> Response:
    """Sign in with staff number and password; the token is told once, and set as a cookie.

    ``session.second_factor`` answers a right password whose account takes a code too: send all three.
    """
    given = body.checked()
    entered = entering.enter(request, given.staff_no, given.password, given.code)
    token, actor = entered.token, entered.actor
    content: dict[str, Any] = {
        "token": token,
        "staff_no": actor.staff_no,
        "name": actor.name,
        "agency": actor.agency,
        "section": actor.section,
        "posts": list(actor.posts),
        "stood_in": [
            {"post": done.post, "agency": done.agency, "absent": done.absent}
            for done in actor.stood_in
        ],
        "factor_missing": entered.stage is not None,
    }
    answer = Response(orjson.dumps(content), 201, media_type="application/json")
    set_cookie(request, answer, token)
    return answer


@router.delete("/api/session", status_code=204)
def sign_out(request: Request, caller: Commanding) -> Response:
    """End this session, here and now, on every node."""
    with caller.command(keyed=False, alters_authority=True, first_password=True) as command:
        leave(command, request)
    answer = Response(status_code=204)
    drop_cookie(answer)
    return answer


@router.get("/api/sessions", response_model=SignInList)
def list_mine(caller: Asking) -> Response:
    """One's own sessions that still count: where one forgot to sign out, and where somebody else is in."""
    with caller.reading() as reading:
        return reading.answer({"items": shown(reading)})


@router.post(
    "/api/sessions/{session_id}/end",
    response_model=SignInEnded,
    dependencies=[OneOfFew],
    openapi_extra=openapi.says(OwnSessionEnd),
)
def end_one(
    session_id: str,
    body: Annotated[Body[OwnSessionEnd], json_of(OwnSessionEnd)],
    caller: Commanding,
) -> Response:
    """End one of one's own sessions, on every node; takes the password once more."""
    raw = body.raw if isinstance(body.raw, dict) else {}
    # Before the transaction: it takes 20 ms of work.
    proof = caller.own_password(str(raw.get("password")))
    with caller.command(body) as command:
        body.checked()
        return command.answer({"session_id": end(command, session_id, proof)})


def shown(reading: Reading) -> list[dict[str, Any]]:
    """One's own sessions, for the route and the page."""
    actor = reading.actor
    return [
        {
            "session_id": one.sign_in_id,
            "opened_at": moment_text(one.opened_at),
            "last_seen_at": moment_text(one.last_seen_at),
            "expires_at": moment_text(one.expires_at),
            "this": one.sign_in_id == actor.sign_in_id,
            "browser": one.browser,
            "outside": one.identity_id is not None,
        }
        for one in sessions.mine(reading.session, actor.account_id)
    ]


def end(command: Command, session_id: str, proof: PasswordProof) -> int:
    """End one of one's own sessions and journal it; its id. Raises OldPasswordWrong, SignInNotFound.

    Whoever sits down at a desk that was left open can't lock its owner out elsewhere.
    """
    if not passwords.still_valid(command.session, proof):
        raise OldPasswordWrong
    if not session_id.isascii() or not session_id.isdecimal() or len(session_id) > MAX_DIGITS:
        raise SignInNotFound
    actor = command.actor
    sessions.end_one(command.session, actor.account_id, int(session_id))
    journal.append_office(command.session, actor.agency, "session_ended", actor=actor)
    return int(session_id)


def leave(command: Command, request: Request) -> bool:
    """End the session of this request, on every node, and with it the turn at one's window.

    Whether another party had signed it in. The command holds the policy epoch alone.
    """
    sign_in_id = command.actor.sign_in_id
    outside = sign_in_id is not None and sessions.is_outside(command.session, sign_in_id)
    sessions.end(command.session, credentials.token(request) or "")
    window_turns.leave(command.session, command.actor)
    journal.append_office(command.session, command.actor.agency, "signed_out", actor=command.actor)
    return outside


def set_cookie(request: Request, answer: Response, token: str) -> None:
    """Let the browser keep the token where no script can read it."""
    answer.set_cookie(
        credentials.COOKIE,
        token,
        max_age=int(session_limits.current().longest.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def drop_cookie(answer: Response) -> None:
    """Let the browser forget the token."""
    answer.delete_cookie(credentials.COOKIE, httponly=True, samesite="strict")
