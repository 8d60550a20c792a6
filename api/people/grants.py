"""The grant register (授权登记簿) through HTTP: read, apply, revoke, each entry journalled."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import cursors, openapi
from api.auditing.audit_lists import TYPES
from api.body import Body, json_of
from api.dependencies import Asking, Command, Commanding, Reading
from api.office_answers import Deviations, GrantAnswer, GrantPage
from authz import decisions
from authz.acts import Act
from authz.granting import deviations, grants
from authz.granting.deviations import Deviation
from authz.granting.grant_entry import GrantEntry
from authz.granting.grant_record import Grant, GrantRevocation
from authz.granting.grants import GrantLine, GrantNotFound
from database.clock import moment_text
from engine import office_record
from engine.exports import deviation_sheet
from engine.grants import grant_applications, grant_cases

router = APIRouter(tags=["grants"], prefix="/api/grants")

MAX_DIGITS = 18
_LIST = "grants"
_XLSX: dict[int | str, dict[str, Any]] = {200: {"content": {TYPES["xlsx"]: {}}}}


class Revocation(BaseModel):
    """The body of a revocation."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    reason: str = Field(default="撤销（未说明理由）", min_length=1, max_length=400)


@router.get("", response_model=GrantPage)
def list_grants(caller: Asking, cursor: str | None = None) -> Response:
    """The register of one's own agency and its subordinates, newest first, a page at a time.

    The first page begins with the applications that are under way.
    """
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
        under_way: Sequence[dict[str, Any]] = ()
        if position is None:
            under_way = grant_applications.under_way(reading.session, reading.actor)
        listed = shown(reading, lines[: grants.PAGE])
        page = {
            "items": [*under_way, *listed],
            "next_cursor": cursors.seal(_LIST, last),
        }
        return reading.answer(page)


@router.get("/deviations", response_model=Deviations)
def list_deviations(caller: Asking) -> Response:
    """Who may do otherwise than the others of his post: the personal grants in force, and why."""
    with caller.reading() as reading:
        found = deviations.read(reading.session, reading.actor)
        return reading.answer({"items": [_differs(one) for one in found]})


@router.get("/deviations.xlsx", response_class=Response, responses=_XLSX)
def deviations_as_xlsx(caller: Commanding) -> Response:
    """The same as a workbook; giving it out is journalled."""
    with caller.command(keyed=False) as command:
        mark, content = deviation_sheet.give(command.session, command.actor, command.office)
    name = f"deviations-{mark.number}.xlsx"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type=TYPES["xlsx"], headers=headers)


@router.post(
    "", status_code=201, response_model=GrantAnswer, openapi_extra=openapi.says(GrantEntry)
)
def apply(body: Annotated[Body[GrantEntry], json_of(GrantEntry)], caller: Commanding) -> Response:
    """Apply for a grant: a case that internal control reviews and the head approves; then it counts."""
    with caller.command(body) as command:
        return command.answer(applied(command, body), 201)


@router.post(
    "/{grant_id}/revocation", response_model=GrantAnswer, openapi_extra=openapi.says(Revocation)
)
def revoke(
    grant_id: str, body: Annotated[Body[Revocation], json_of(Revocation)], caller: Commanding
) -> Response:
    """Revoke a grant, at once and on every node."""
    with caller.command(body, alters_authority=True) as command:
        return command.answer(end(command, grant_id, body))


def applied(command: Command, body: Body[GrantEntry]) -> dict[str, Any]:
    """Apply for a grant, for this route and the desk's page."""
    entry = body.checked(lambda: _may_grant(command))
    work = grant_cases.apply(command.session, command.office, command.actor, entry)
    return {"grant_id": None, "case_no": work.case.case_no, "status": work.case.status}


def end(command: Command, grant_id: str, body: Body[Revocation]) -> dict[str, Any]:
    """Revoke and journal a grant, for this route and the desk's page."""
    if not grant_id.isdecimal() or len(grant_id) > MAX_DIGITS:
        raise GrantNotFound
    reason = body.checked(lambda: _may_revoke(command, int(grant_id))).reason
    revoked = grants.revoke(command.session, command.actor, int(grant_id), reason)
    grant = command.session.get_one(Grant, int(grant_id))
    _note(command, "grant_revoked", grant, revoked)
    return {"grant_id": grant.grant_id, "case_no": grant.case_no, "status": "revoked"}


def _may_grant(command: Command) -> None:
    """Refuse before a form error whom no grant is to be entered by."""
    decisions.require(command.session, command.actor, Act("grant", agency=command.actor.agency))


def _may_revoke(command: Command, grant_id: int) -> None:
    """Refuse before a form error where the grant isn't there for this person, or not his to revoke."""
    grant = command.session.get(Grant, grant_id)
    if grant is None or not decisions.sees(command.session, command.actor, grant.agency_code):
        raise GrantNotFound
    decisions.require(command.session, command.actor, Act("revoke", agency=grant.agency_code))


def _note(command: Command, action: str, grant: Grant, made: GrantRevocation) -> None:
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


def shown(reading: Reading, lines: Sequence[GrantLine]) -> list[dict[str, Any]]:
    """Entries of the register, for this route and the desk's page."""
    cased = [line.grant.case_no for line in lines if line.grant.case_no]
    applied_by = grant_applications.applicants(reading.session, cased)
    return [_shown(line, applied_by) for line in lines]


def _shown(line: GrantLine, applied_by: Mapping[str, str]) -> dict[str, Any]:
    grant, revocation = line.grant, line.revocation
    return {
        "grant_id": grant.grant_id,
        "case_no": grant.case_no,
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
        "applied_by": applied_by.get(grant.case_no or ""),
        "granted_by": line.granted_by,
        "granted_at": moment_text(grant.granted_at),
        "revoked_at": revocation and moment_text(revocation.revoked_at),
        "revocation_reason": revocation and revocation.reason,
    }


def _differs(found: Deviation) -> dict[str, Any]:
    grant = found.grant
    return {
        "staff_no": found.staff_no,
        "agency": grant.agency_code,
        "process": grant.process,
        "class": grant.handling,
        "act": grant.act,
        "amount_limit_cents": grant.amount_limit_cents,
        "reason": grant.reason,
        "since": grant.valid_from.isoformat(),
        "until": grant.valid_to and grant.valid_to.isoformat(),
        "grant_id": grant.grant_id,
        "case_no": grant.case_no,
    }
