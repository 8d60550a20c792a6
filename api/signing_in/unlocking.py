"""The signing key of a sign-in that another party's word began (``/api/session/signing-key``).

Its holder's own password opens it, for this sign-in: the issuer can let somebody in, and can sign nothing.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import credentials, openapi
from api.body import Body, json_of
from api.dependencies import Caller, Command, Commanding
from api.signing_in import entering
from api.signing_in.access_answers import KeyOpened
from api.signing_in.factors import WithPassword
from api.signing_in.sessions import OneOfFew
from authz.keys import signing_keys
from authz.keys.signers import OpenKey
from authz.keys.signing_keys import NewKey
from authz.signing_in import passwords, sessions
from authz.signing_in.passwords import PasswordProof
from database import suites
from engine import journal
from engine.people.new_passwords import OldPasswordWrong

router = APIRouter(tags=["session"])


@dataclass(frozen=True, slots=True)
class Opened:
    """What the password opened, outside the transaction: 20 ms of work, 60 where a key is made."""

    proof: PasswordProof
    key: OpenKey | None
    new: NewKey | None


@router.post(
    "/api/session/signing-key",
    dependencies=[OneOfFew],
    response_model=KeyOpened,
    openapi_extra=openapi.says(WithPassword),
)
def unlock(
    request: Request, body: Annotated[Body[WithPassword], json_of(WithPassword)], caller: Commanding
) -> Response:
    """Open one's signing key for this session, with one's own password."""
    raw = body.raw if isinstance(body.raw, dict) else {}
    found = opened(caller, str(raw.get("password")))
    with caller.command(body) as command:
        body.checked()
        return command.answer({"signs": hold(command, request, found)})


def opened(caller: Caller, password: str) -> Opened:
    """What the caller's password opens. Raises OldPasswordWrong, LockedOut."""
    proof = caller.own_password(password)
    with caller.public() as session:
        key = signing_keys.open_key(session, proof.account_id, password)
    fits = key is not None and key.suite == suites.current().name
    return Opened(proof, key, None if fits else signing_keys.make(password))


def hold(command: Command, request: Request, found: Opened) -> bool:
    """Let this sign-in sign with it; whether it can. Raises OldPasswordWrong where it is that no longer."""
    session, actor = command.session, command.actor
    token = credentials.token(request)
    if not passwords.still_valid(session, found.proof):
        raise OldPasswordWrong
    if actor.signer is not None or actor.sign_in_id is None or token is None:
        return actor.signer is not None
    key = entering.key_of(session, actor, found.key, found.new)
    if not isinstance(key, OpenKey):
        return False
    sessions.hold_key(session, actor.sign_in_id, key, token)
    journal.append_office(session, actor.agency, "signing_key_opened", actor=actor)
    return True
