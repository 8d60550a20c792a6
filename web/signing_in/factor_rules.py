"""Second factors for security administrators and internal control: which posts demand one, and lost ones."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import Body
from api.dependencies import Asking, Commanding, Reading
from api.signing_in import factor_rules as api_rules
from api.signing_in import passwords as api_passwords
from authz import decisions
from authz.acts import Act
from authz.factors import factor_resets
from authz.factors.factor_demands import DemandEntry
from authz.offices import agencies, posts
from authz.two_people import APPLY_FACTOR, CONFIRM
from database.refusals import Invalid
from engine.applications import field_error
from engine.people import factor_acts
from web import commands, pages
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

PAGE = "/second-factors"

SentForm = Annotated[Sent, sent_form()]


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """What is demanded of which post, and the open applications for lost factors."""
    with caller.reading() as reading:
        lines = factor_resets.waiting(reading.session, reading.actor)
        return pages.page(
            request,
            "factors/rules.html",
            reading,
            demands=[one for one in api_rules.demands_shown(reading) if one["demanded"]],
            posts=posts.POSTS,
            agencies=_agencies(reading),
            resets=[api_rules.reset_shown(line) for line in lines],
            may_apply=_may(reading, APPLY_FACTOR),
            may_confirm=_may(reading, CONFIRM),
        )


@router.post(PAGE + "/demands")
def enter(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Demand a second factor of a post, or no longer."""
    with commands.command(request, caller, sent) as command:
        said: dict[str, Any] = {name: sent.text(name) for name in ("agency", "post", "basis")}
        said["demanded"] = sent.text("demanded") == "on"
        api_rules.entered(command, Body(DemandEntry, said))
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/resets")
def apply(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Apply to end the factors of somebody who lost his."""
    with commands.command(request, caller, sent) as command:
        staff_no, reason = sent.text("staff_no")[:32], sent.text("reason")[:400]
        if not reason:
            told = field_error(
                "reason", "say why, and how the person was identified", rule="reset.reason"
            )
            raise Invalid("Say why the factors are to end.", errors=[told])
        factor_acts.apply_reset(command.session, command.actor, staff_no, reason)
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/resets/{reset_id}/confirmation")
def confirm(reset_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Confirm as the second person."""
    with commands.command(request, caller, sent) as command:
        number = api_passwords.number(reset_id)
        factor_acts.confirm_reset(command.session, command.actor, number)
        return pages.done(command, request, PAGE)


def _agencies(reading: Reading) -> list[tuple[str, str]]:
    """Those in one's care, by code."""
    codes = sorted(agencies.below(reading.session, reading.actor.agency))
    return [(code, agencies.known(reading.session, code).name) for code in codes]


def _may(reading: Reading, step: str) -> bool:
    act = Act(step, agency=reading.actor.agency)
    return decisions.may(reading.session, reading.actor, act) is not None
