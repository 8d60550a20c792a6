"""The page of security administrators: who signs in by another party, and somebody's sessions ended.

Internal control and the administrator of records read the first of it.
"""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import Body
from api.dependencies import Asking, Commanding, Reading
from api.signing_in import access as api_access
from api.signing_in import passwords as api_passwords
from api.signing_in.access import Reasoned, SessionEnd
from authz import decisions
from authz.acts import Act
from authz.signing_in import identities, session_endings
from authz.signing_in.identities import IdentityEntry
from engine.people import access_acts
from web import commands, pages
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

PAGE = "/access"
MAX_STAFF_NO = 32
SentForm = Annotated[Sent, sent_form()]


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """The outside identities, and the sessions of whoever is looked for."""
    staff_no = request.query_params.get("staff_no", "").strip()[:MAX_STAFF_NO]
    with caller.reading() as reading:
        may_end = _may(reading, session_endings.END)
        provider = request.app.state.provider
        return pages.page(
            request,
            "access/list.html",
            reading,
            identities=api_access.identities_shown(reading),
            issuer=None if provider is None else provider.issuer.issuer,
            may_bind=_may(reading, identities.BIND),
            may_end=may_end,
            staff_no=staff_no,
            sessions=api_access.sessions_shown(reading, staff_no) if may_end and staff_no else [],
        )


@router.post(PAGE + "/identities")
def bind(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Bind an identity at the configured issuer to an account."""
    with commands.command(request, caller, sent) as command:
        said: dict[str, Any] = {name: sent.text(name) for name in ("staff_no", "subject", "basis")}
        api_access.bound(command, request, Body(IdentityEntry, said))
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/identities/{identity_id}/end")
def unbind(identity_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """End a binding, and every session that it opened."""
    with commands.command(request, caller, sent) as command:
        given = Body(Reasoned, {"reason": sent.text("reason")}).checked()
        number = api_passwords.number(identity_id)
        access_acts.unbind(command.session, command.actor, number, given.reason)
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/sessions/{staff_no}/end")
def end_sessions(staff_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """End one of somebody's sessions, or all where none is named."""
    with commands.command(request, caller, sent) as command:
        said: dict[str, Any] = {"reason": sent.text("reason")}
        if sent.text("session_id"):
            said["session_id"] = api_passwords.number(sent.text("session_id"))
        api_access.ended(command, staff_no, Body(SessionEnd, said))
        return pages.done(command, request, PAGE)


def _may(reading: Reading, step: str) -> bool:
    act = Act(step, agency=reading.actor.agency)
    return decisions.may(reading.session, reading.actor, act) is not None
