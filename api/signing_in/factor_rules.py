"""Which posts demand a second factor, and lost factors (``/api/factor-demands``, ``/api/factor-resets``)."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import openapi
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Command, Commanding, Reading
from api.signing_in import passwords
from api.signing_in.factor_answers import DemandList, DemandMade, FactorResetAnswer, FactorResetList
from api.signing_in.passwords import LostPassword
from authz import decisions
from authz.acts import Act
from authz.factors import factor_demands, factor_resets
from authz.factors.factor_demands import DemandEntry
from authz.factors.factor_record import FactorReset
from authz.offices import accounts
from authz.two_people import ResetLine
from database.clock import moment_text
from engine.people import factor_acts

router = APIRouter(tags=["session"], prefix="/api")


@router.get("/factor-demands", response_model=DemandList)
def demands(caller: Asking) -> Response:
    """What the agencies in one's care say of each post."""
    with caller.reading() as reading:
        return reading.answer({"items": demands_shown(reading)})


@router.post(
    "/factor-demands",
    status_code=201,
    response_model=DemandMade,
    openapi_extra=openapi.says(DemandEntry),
)
def enter(body: Annotated[Body[DemandEntry], json_of(DemandEntry)], caller: Commanding) -> Response:
    """Demand a second factor of a post, or no longer; from the next sign-in on."""
    with caller.command(body) as command:
        return command.answer(entered(command, body), 201)


@router.get("/factor-resets", response_model=FactorResetList)
def waiting(caller: Asking) -> Response:
    """The open applications to end lost factors that the caller may apply for or confirm."""
    with caller.reading() as reading:
        lines = factor_resets.waiting(reading.session, reading.actor)
        return reading.answer({"items": [reset_shown(line) for line in lines]})


@router.post(
    "/factor-resets",
    status_code=201,
    response_model=FactorResetAnswer,
    openapi_extra=openapi.says(LostPassword),
)
def apply(
    body: Annotated[Body[LostPassword], json_of(LostPassword)], caller: Commanding
) -> Response:
    """Apply to end the second factors of somebody who lost his."""
    with caller.command(body) as command:
        given = body.checked()
        reset = factor_acts.apply_reset(
            command.session, command.actor, given.staff_no, given.reason
        )
        said = {"reset_id": reset.reset_id, "staff_no": given.staff_no, "ended": False}
        return command.answer(said, 201)


@router.post(
    "/factor-resets/{factor_reset_id}/confirmation",
    response_model=FactorResetAnswer,
    openapi_extra=openapi.says(Nothing),
)
def confirm(
    factor_reset_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Confirm an application as the second person: the factors and sign-ins end now."""
    with caller.command(body) as command:
        body.checked()
        number = passwords.number(factor_reset_id)
        reset = factor_acts.confirm_reset(command.session, command.actor, number)
        staff_no = accounts.get(command.session, reset.account_id).staff_no
        return command.answer({"reset_id": reset.reset_id, "staff_no": staff_no, "ended": True})


def entered(command: Command, body: Body[DemandEntry]) -> dict[str, Any]:
    """Enter a demand, for this route and the desk's page."""
    actor = command.actor
    act = Act(factor_demands.DEMAND, agency=actor.agency)
    entry = body.checked(lambda: decisions.require(command.session, actor, act))
    made = factor_acts.enter_demand(command.session, actor, entry)
    said = {"agency": entry.agency, "post": entry.post, "demanded": entry.demanded}
    return {"demand_id": made.demand_id, **said}


def demands_shown(reading: Reading) -> list[dict[str, Any]]:
    """What agencies say of posts, for the route and the page."""
    return [
        {
            "agency": line.demand.agency_code,
            "post": line.demand.post,
            "demanded": line.demand.demanded,
            "basis": line.demand.basis,
            "entered_by": line.entered_by,
            "entered_at": moment_text(line.demand.entered_at),
        }
        for line in factor_demands.listing(reading.session, reading.actor)
    ]


def reset_shown(line: ResetLine[FactorReset]) -> dict[str, Any]:
    """An open application, as its page and its answer show it."""
    return {
        "reset_id": line.reset.reset_id,
        "staff_no": line.staff_no,
        "name": line.name,
        "agency": line.agency,
        "reason": line.reset.reason,
        "applied_by": line.applied_by,
        "applied_at": moment_text(line.reset.applied_at),
    }
