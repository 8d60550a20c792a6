"""The page of the grant register (授权登记): who may handle what, applications, entries, deviations."""

import re
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.body import Body
from api.dependencies import Asking, Commanding, Reading
from api.people import grants as api_grants
from authz import decisions, policy
from authz.acts import Act
from authz.granting import deviations, grants
from authz.granting.grant_entry import GrantEntry, GrantInvalid
from authz.offices import agencies
from database import clock
from engine import correction, handling, views
from engine.applications import Correction, field_error
from engine.correction import NotReturned
from engine.foresight import outlook
from engine.grants import grant_applications, grant_cases, grant_entries, grant_matrix
from engine.process import yuan
from engine.rules.risk_file import HIGH
from web import case_labels, case_reading, commands, pages
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

PAGE = "/grants"
_LIST = "grants"
_YUAN = re.compile(r"[0-9]{1,11}(\.[0-9]{1,2})?")
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
            names={one.code: one.names for one in reading.office.catalogue.known()},
            said={},
            **_choices(reading),
            may_apply=_may(reading, "grant"),
            may_revoke=_may(reading, "revoke"),
        )


@router.post(PAGE)
def apply(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Apply for a grant, and show its case."""
    with commands.command(request, caller, sent) as command:
        given = _entry(sent)
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
            names={one.code: one.names for one in reading.office.catalogue.known()},
        )


@router.get(PAGE + "/corrections/{case_no}")
def show_correction(case_no: str, request: Request, caller: Asking) -> Response:
    """The form of a returned application, as it says now. Raises CaseNotFound, Forbidden, NotReturned."""
    with caller.reading() as reading:
        work = case_reading.opened(reading, case_no)
        task = next((task for task in work.tasks if task.step == "correct"), None)
        correction.permitted(work, task)
        if task is None or work.case.process != grant_entries.CODE:
            raise NotReturned(facts={"case_no": case_no})
        view = views.case_view(reading.session, reading.office, reading.actor, case_no)
        limit = work.content.form["amount_limit_cents"]
        return pages.page(
            request,
            "grants/correction.html",
            reading,
            case_no=case_no,
            said={**work.content.form, "limit_yuan": None if limit is None else yuan(limit)},
            decided=view.get("decided") or {},
            reasons=case_labels.reasons(view.get("decided") or {}),
            **_choices(reading),
        )


@router.post(PAGE + "/corrections/{case_no}")
def correct(
    case_no: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Correct a returned application: every signature begins again."""
    with commands.command(request, caller, sent) as command:
        given = _entry(sent)
        work = handling.open_case(command.session, command.office, command.actor, case_no)
        if work.case.process != grant_entries.CODE:
            raise NotReturned(facts={"case_no": case_no})
        entry = Body(GrantEntry, given).checked()
        form = grant_cases.said(entry)
        corrected = Correction(form=form)
        correction.correct(command.session, command.office, command.actor, case_no, corrected)
        return pages.done(command, request, f"/cases/{case_no}")


def _entry(sent: Sent) -> dict[str, Any]:
    """What an application's form says; what is left empty isn't said. Raises GrantInvalid."""
    given: dict[str, Any] = {name: sent.text(name) for name in _FIELDS if sent.text(name)}
    if sent.text("limit_yuan"):
        given["amount_limit_cents"] = _cents(sent.text("limit_yuan"))
    return given


def _choices(reading: Reading) -> dict[str, Any]:
    """What an application may choose from: posts, agencies, the business that takes a grant."""
    office = reading.office
    return {
        "posts": policy.grantable()[grant_matrix.HANDLE],
        "reach": agencies.below(reading.session, reading.actor.agency),
        "limited": {
            one.code: one.names
            for one in office.catalogue.all()
            if outlook.at_first(office.risk, one.code)[0] == HIGH
        },
        "today": clock.today(reading.session).isoformat(),
    }


def _cents(said: str) -> int:
    """Yuan with up to two decimals as cents. Raises GrantInvalid for anything else."""
    if not _YUAN.fullmatch(said):
        text = "an amount in yuan, with at most two decimals"
        raise GrantInvalid(errors=[field_error("limit_yuan", text, rule="grant.limit")])
    whole, _, part = said.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0"))


def _may(reading: Reading, step: str) -> bool:
    act = Act(step, agency=reading.actor.agency)
    return decisions.may(reading.session, reading.actor, act) is not None
