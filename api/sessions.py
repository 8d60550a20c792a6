"""Signing in and out (``/api/session``)."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from api import credentials, openapi
from api.body import Body, json_of
from api.dependencies import Command, Commanding
from api.office_answers import SignedIn
from authz import actors, passwords, sessions, signing_keys
from authz.accounts import Account
from authz.actors import Actor
from database import suites
from database.connection import Sessions
from database.refusals import NotSignedIn
from engine import journal, key_register

router = APIRouter(tags=["session"])


class SignIn(BaseModel):
    """The body of a sign-in."""

    model_config = ConfigDict(strict=True, extra="forbid")

    staff_no: str = Field(min_length=1, max_length=32)
    password: str = Field(min_length=1, max_length=128)


class WrongPassword(NotSignedIn):
    """Staff number or password is wrong."""

    rule = "session.wrong_password"


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
    """Sign in with staff number and password; the token is told once, and set as a cookie."""
    given = body.checked()
    token, actor = enter(request, given.staff_no, given.password)
    content: dict[str, Any] = {
        "token": token,
        "staff_no": actor.staff_no,
        "name": actor.name,
        "agency": actor.agency,
        "section": actor.section,
        "posts": list(actor.posts),
    }
    answer = Response(orjson.dumps(content), 201, media_type="application/json")
    set_cookie(request, answer, token)
    return answer


@router.delete("/api/session", status_code=204)
def sign_out(request: Request, caller: Commanding) -> Response:
    """End this session, here and now, on every node."""
    with caller.command(keyed=False) as command:
        leave(command, request)
    answer = Response(status_code=204)
    drop_cookie(answer)
    return answer


def enter(request: Request, staff_no: str, password: str) -> tuple[str, Actor]:
    """Open a session for whoever gives the right password: its token, told this once, and who it is.

    Raises WrongPassword, CrossSite, NotOnThisMachine; a failed attempt is journalled.
    """
    credentials.require_own_page(request)
    office: Sessions = request.app.state.sessions
    # The password takes 20 ms of work, so it is checked before the transaction that writes.
    with office.reading() as session:
        proof = passwords.check(session, staff_no, password)
        key = None if proof is None else signing_keys.open_key(session, proof.account_id, password)
    if proof is None:
        _journal_failure(office, staff_no)
        raise WrongPassword
    # The first sign-in of an account makes its key, and so does the first under another suite; not where it
    # is held elsewhere, which stays as its holder enrolled it.
    new = signing_keys.make(password) if not key or key.suite != suites.current().name else None
    with office.command() as session:
        if not passwords.still_valid(session, proof):
            raise WrongPassword
        actor = actors.load(session, proof.account_id)
        if actor.demo:
            credentials.require_loopback(request)
        held = signing_keys.held_elsewhere(session, actor.account_id)
        if held is None and new is not None:
            key = key_register.replace(session, actor, new, "suite")
        token, _ = sessions.open_session(session, proof, held or key)
        journal.append_office(session, actor.agency, "signed_in", actor=actor)
    return token, actor


def leave(command: Command, request: Request) -> None:
    """End the session of this request, on every node."""
    sessions.end(command.session, credentials.token(request) or "")
    journal.append_office(command.session, command.actor.agency, "signed_out", actor=command.actor)


def set_cookie(request: Request, answer: Response, token: str) -> None:
    """Let the browser keep the token where no script can read it."""
    answer.set_cookie(
        credentials.COOKIE,
        token,
        max_age=int(sessions.LONGEST.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def drop_cookie(answer: Response) -> None:
    """Let the browser forget the token."""
    answer.delete_cookie(credentials.COOKIE, httponly=True, samesite="strict")


def _journal_failure(office: Sessions, staff_no: str) -> None:
    """Keep a failed attempt on an account that exists; what else was typed may be a password."""
    with office.command() as session:
        agency = session.execute(
            select(Account.agency_code).where(Account.staff_no == staff_no)
        ).scalar_one_or_none()
        if agency is not None:
            journal.append_office(
                session,
                agency,
                "sign_in_failed",
                staff_no=staff_no,
                rule=WrongPassword.rule,
            )
