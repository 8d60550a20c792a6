"""The grant register (授权登记簿) through HTTP: read, enter, revoke, each entry journalled."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import cursors, openapi
from api.body import Body, json_of
from api.dependencies import Asking, Command, Commanding
from api.office_answers import GrantAnswer, GrantPage
from authz import decisions, grants
from authz.acts import Act
from authz.grant_entry import GrantEntry
from authz.grant_record import Grant, GrantRevocation
from authz.grants import GrantLine, GrantNotFound
from database import clock
from database.clock import moment_text
from engine import office_record

router = APIRouter(tags=["grants"], prefix="/api/grants")

MAX_DIGITS = 18
_LIST = "grants"


class Revocation(BaseModel):
    """The body of a revocation."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    reason: str = Field(default="撤销（未说明理由）", min_length=1, max_length=400)


@router.get("", response_model=GrantPage)
def list_grants(caller: Asking, cursor: str | None = None) -> Response:
    """The register of one's own agency and its subordinates, newest first, a page at a time."""
    position = cursors.position(_LIST, cursor)
    with caller.reading() as reading:
        lines = grants.listing(
            reading.session,
            reading.actor,
            before=None if position is None else int(position),
            limit=grants.PAGE + 1,
        )
        more = len(lines) > grants.PAGE
        last = str(lines[grants.PAGE - 1].grant.grant_id) if more else None
        page = {
            "items": [_shown(line) for line in lines[: grants.PAGE]],
            "next_cursor": cursors.seal(_LIST, last),
        }
        return reading.answer(page)


@router.post(
    "", status_code=201, response_model=GrantAnswer, openapi_extra=openapi.says(GrantEntry)
)
def enter(body: Annotated[Body[GrantEntry], json_of(GrantEntry)], caller: Commanding) -> Response:
    """Enter a grant; it counts from its first day, today's in the very next request."""
    with caller.command(body, alters_authority=True) as command:
        entry = body.checked(lambda: _may_grant(command))
        if entry.process is not None:
            command.office.catalogue.current(entry.process)
        grant = grants.register(command.session, command.actor, entry)
        _note(command, "granted", grant, grant)
        return command.answer(
            {
                "grant_id": grant.grant_id,
                "case_no": None,
                "status": grants.status(grant, None, clock.today(command.session)),
            },
            201,
        )


@router.post(
    "/{grant_id}/revocation", response_model=GrantAnswer, openapi_extra=openapi.says(Revocation)
)
def revoke(
    grant_id: str, body: Annotated[Body[Revocation], json_of(Revocation)], caller: Commanding
) -> Response:
    """Revoke a grant, at once and on every node."""
    with caller.command(body, alters_authority=True) as command:
        if not grant_id.isdecimal() or len(grant_id) > MAX_DIGITS:
            raise GrantNotFound
        reason = body.checked(lambda: _may_revoke(command, int(grant_id))).reason
        revoked = grants.revoke(command.session, command.actor, int(grant_id), reason)
        grant = command.session.get_one(Grant, int(grant_id))
        _note(command, "grant_revoked", grant, revoked)
        return command.answer({"grant_id": grant.grant_id, "case_no": None, "status": "revoked"})


def _may_grant(command: Command) -> None:
    """Refuse before a form error whom no grant is to be entered by."""
    decisions.require(command.session, command.actor, Act("grant", agency=command.actor.agency))


def _may_revoke(command: Command, grant_id: int) -> None:
    """Refuse before a form error where the grant isn't there for this person, or not his to revoke."""
    grant = command.session.get(Grant, grant_id)
    if grant is None or not decisions.sees(command.session, command.actor, grant.agency_code):
        raise GrantNotFound
    decisions.require(command.session, command.actor, Act("revoke", agency=grant.agency_code))


def _note(command: Command, action: str, grant: Grant, made: Grant | GrantRevocation) -> None:
    detail = {
        "grant": grant.grant_id,
        "post": grant.post,
        "agency": grant.agency_code,
        "process": grant.process,
        "class": grant.handling,
        "act": grant.act,
    }
    agency = command.actor.agency
    office_record.note(command.session, agency, action, [made], actor=command.actor, detail=detail)


def _shown(line: GrantLine) -> dict[str, Any]:
    grant, revocation = line.grant, line.revocation
    return {
        "grant_id": grant.grant_id,
        "case_no": None,
        "status": line.status,
        "staff_no": line.staff_no,
        "post": grant.post,
        "agency": grant.agency_code,
        "section": grant.section,
        "process": grant.process,
        "class": grant.handling,
        "act": grant.act,
        "valid_from": grant.valid_from.isoformat(),
        "valid_to": grant.valid_to and grant.valid_to.isoformat(),
        "amount_limit_cents": grant.amount_limit_cents,
        "basis": grant.basis,
        "reason": grant.reason,
        "granted_by": line.granted_by,
        "granted_at": moment_text(grant.granted_at),
        "revoked_at": revocation and moment_text(revocation.revoked_at),
        "revocation_reason": revocation and revocation.reason,
    }
