"""Who signs in by another party's word (``/api/identities``), and somebody's sessions, seen and ended."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import openapi
from api.body import Body, json_of
from api.dependencies import Asking, Command, Commanding, Reading
from api.outside import entering
from api.signing_in import passwords
from api.signing_in.access_answers import (
    IdentityEnded,
    IdentityList,
    IdentityMade,
    SessionList,
    SessionsEnded,
)
from authz import decisions
from authz.acts import Act
from authz.signing_in import identities, session_endings
from authz.signing_in.identities import IdentityEntry
from database.clock import moment_text
from engine.people import access_acts

router = APIRouter(tags=["session"], prefix="/api")

MAX_REASON = 400


class Reasoned(BaseModel):
    """The body of an end that takes a reason."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    reason: str = Field(min_length=1, max_length=MAX_REASON)


class SessionEnd(Reasoned):
    """The body of an end of somebody's sessions: one of them, or all."""

    session_id: int | None = Field(default=None, ge=1, lt=2**63)


@router.get("/identities", response_model=IdentityList)
def bindings(caller: Asking) -> Response:
    """The outside identities of the agencies in one's care."""
    with caller.reading() as reading:
        return reading.answer({"items": identities_shown(reading)})


@router.post(
    "/identities",
    status_code=201,
    response_model=IdentityMade,
    openapi_extra=openapi.says(IdentityEntry),
)
def bind(
    body: Annotated[Body[IdentityEntry], json_of(IdentityEntry)], caller: Commanding
) -> Response:
    """Bind an identity at the configured issuer to an account."""
    with caller.command(body) as command:
        return command.answer(bound(command, caller.request, body), 201)


@router.post(
    "/identities/{identity_id}/end",
    response_model=IdentityEnded,
    openapi_extra=openapi.says(Reasoned),
)
def unbind(
    identity_id: str, body: Annotated[Body[Reasoned], json_of(Reasoned)], caller: Commanding
) -> Response:
    """End a binding, and every session that it opened."""
    with caller.command(body) as command:
        given = body.checked(lambda: _may(command, identities.BIND))
        number = passwords.number(identity_id)
        access_acts.unbind(command.session, command.actor, number, given.reason)
        return command.answer({"identity_id": number})


@router.get("/accounts/{staff_no}/sessions", response_model=SessionList)
def sessions_of(staff_no: str, caller: Asking) -> Response:
    """Somebody's sessions that count."""
    with caller.reading() as reading:
        return reading.answer({"items": sessions_shown(reading, staff_no)})


@router.post(
    "/accounts/{staff_no}/sessions/end",
    response_model=SessionsEnded,
    openapi_extra=openapi.says(SessionEnd),
)
def end_sessions(
    staff_no: str, body: Annotated[Body[SessionEnd], json_of(SessionEnd)], caller: Commanding
) -> Response:
    """End one of somebody's sessions, or all, on every node."""
    with caller.command(body) as command:
        return command.answer(ended(command, staff_no, body))


def bound(command: Command, request: Request, body: Body[IdentityEntry]) -> dict[str, Any]:
    """Bind an identity, for this route and the desk's page. Raises NoIssuer."""
    entry = body.checked(lambda: _may(command, identities.BIND))
    issuer = entering.provider_of(request).issuer.issuer
    made = access_acts.bind(command.session, command.actor, entry, issuer)
    return {"identity_id": made.identity_id, "staff_no": entry.staff_no}


def ended(command: Command, staff_no: str, body: Body[SessionEnd]) -> dict[str, Any]:
    """End somebody's sessions, for this route and the desk's page."""
    given = body.checked(lambda: _may(command, session_endings.END))
    ending = access_acts.end_sessions(
        command.session, command.actor, staff_no, given.reason, given.session_id
    )
    return {"staff_no": staff_no, "ended": ending.ended}


def identities_shown(reading: Reading) -> list[dict[str, Any]]:
    """The bindings that count, for the route and the page."""
    return [
        {
            "identity_id": line.identity.identity_id,
            "staff_no": line.staff_no,
            "name": line.name,
            "agency": line.agency,
            "issuer": line.identity.issuer,
            "subject": line.identity.subject,
            "basis": line.identity.basis,
            "bound_by": line.bound_by,
            "bound_at": moment_text(line.identity.bound_at),
        }
        for line in identities.listing(reading.session, reading.actor)
    ]


def sessions_shown(reading: Reading, staff_no: str) -> list[dict[str, Any]]:
    """Somebody's sessions, for the route and the page."""
    return [
        {
            "session_id": one.sign_in_id,
            "opened_at": moment_text(one.opened_at),
            "last_seen_at": moment_text(one.last_seen_at),
            "expires_at": moment_text(one.expires_at),
            "outside": one.identity_id is not None,
        }
        for one in session_endings.of(reading.session, reading.actor, staff_no)
    ]


def _may(command: Command, step: str) -> None:
    """Refuse before a form error whom this isn't open to."""
    decisions.require(command.session, command.actor, Act(step, agency=command.actor.agency))
