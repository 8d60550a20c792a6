"""The page of the grant register (授权登记): who may handle what, applications, entries, deviations."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api import grants as api_grants
from api.body import Body
from api.dependencies import Asking, Commanding, Reading
from authz import agencies, decisions, deviations, grants, policy
from authz.acts import Act
from authz.grant_entry import GrantEntry
from database import clock
from engine import grant_applications, grant_matrix
from web import commands, pages
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

PAGE = "/grants"
_LIST = "grants"
# Every field of an application; what is left empty isn't said.
_FIELDS = (
    "staff_no", "post", "agency", "section", "process", "class", "act", "valid_from", "valid_to",
    "basis", "reason",
)  # fmt: skip


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """The matrix of one's own agency, what is under way, the register, and the form of an application."""
    position = cursors.position(_LIST, request.query_params.get("cursor"))
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        lines = grants.listing(
            session,
            actor,
            before=None if position is None else int(position),
            limit=grants.PAGE + 1,
        )
        columns, rows = grant_matrix.read(session, reading.office, actor)
        more = len(lines) > grants.PAGE
        return pages.page(
            request,
            "grants/page.html",
            reading,
            columns=columns,
            rows=rows,
            under_way=grant_applications.under_way(session, actor),
            lines=api_grants.shown(reading, lines[: grants.PAGE]),
            next_cursor=cursors.seal(_LIST, str(lines[grants.PAGE - 1].grant.grant_id))
            if more
            else None,
            first=position is None,
            names={one.code: one.names for one in reading.office.catalogue.all()},
            posts=policy.grantable()[grant_matrix.HANDLE],
            reach=agencies.below(session, actor.agency),
            today=clock.today(session).isoformat(),
            may_apply=_may(reading, "grant"),
            may_revoke=_may(reading, "revoke"),
        )


@router.post(PAGE)
def apply(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Apply for a grant, and show its case."""
    given: dict[str, Any] = {name: sent.text(name) for name in _FIELDS if sent.text(name)}
    if sent.text("limit_yuan"):
        given["amount_limit_cents"] = _cents(sent.text("limit_yuan"))
    with commands.command(request, caller, sent) as command:
        made = api_grants.applied(command, Body(GrantEntry, given))
        return pages.done(command, request, f"/cases/{made['case_no']}")


@router.post(PAGE + "/{grant_id}/revocation")
def revoke(
    grant_id: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Revoke a grant, at once."""
    given = {"reason": sent.text("reason")}
    with commands.command(request, caller, sent, alters_authority=True) as command:
        api_grants.end(command, grant_id, Body(api_grants.Revocation, given))
        return pages.done(command, request, PAGE)


@router.get(PAGE + "/deviations")
def differing(request: Request, caller: Asking) -> Response:
    """Who may do otherwise than the others of his post."""
    with caller.reading() as reading:
        found = deviations.read(reading.session, reading.actor)
        return pages.page(
            request,
            "grants/deviations.html",
            reading,
            lines=found,
            names={one.code: one.names for one in reading.office.catalogue.all()},
        )


def _cents(said: str) -> int | str:
    """Yuan with up to two decimals as cents; anything else as it is, for the entry's own refusal."""
    whole, _, part = said.partition(".")
    if not (whole.isascii() and whole.isdecimal() and len(part) <= 2):  # noqa: PLR2004 - cents
        return said
    if part and not (part.isascii() and part.isdecimal()):
        return said
    return int(whole) * 100 + int(part.ljust(2, "0"))


def _may(reading: Reading, step: str) -> bool:
    act = Act(step, agency=reading.actor.agency)
    return decisions.may(reading.session, reading.actor, act) is not None
