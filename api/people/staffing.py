"""Whether open cases can still be signed, through HTTP: what lacks people, what a change would stop.

All of it only reads; a simulation is a POST because it has a body.
"""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import openapi
from api.body import Body, json_of
from api.dependencies import Asking, Reading
from api.people.staffing_answers import Lint, Simulation, Staffing
from authz import decisions
from authz.acts import Act
from engine.foresight import simulation, staffing
from engine.foresight.simulated import Simulated
from engine.grants import authority_lint

router = APIRouter(tags=["staffing"], prefix="/api/staffing")

Days = Annotated[int, Query(ge=0, le=staffing.MOST_AHEAD_DAYS)]


@router.get("", response_model=Staffing)
def show(caller: Asking, days: Days = staffing.AHEAD_DAYS) -> Response:
    """The open cases that lack distinct people for what is left to sign, today or in so many working days."""
    with caller.reading() as reading:
        return reading.answer(staffing.report(reading.session, reading.office, reading.actor, days))


@router.post(
    "/simulation", response_model=Simulation, openapi_extra=openapi.says(Simulated, keyed=False)
)
def simulate(body: Annotated[Body[Simulated], json_of(Simulated)], caller: Asking) -> Response:
    """What a revoked grant, a transfer, a dismissal, a closed account or an absence would stop."""
    with caller.reading() as reading:
        wanted = body.checked(lambda: _may(reading))
        return reading.answer(
            simulation.simulate(reading.session, reading.office, reading.actor, wanted)
        )


@router.get("/lint", response_model=Lint)
def lint(caller: Asking) -> Response:
    """Posts that don't go together, unused and ending grants, what depends on one person alone, and so on."""
    with caller.reading() as reading:
        return reading.answer({"items": authority_lint.read(reading.session, reading.actor)})


def _may(reading: Reading) -> None:
    """Refuse before a form error whom it is not for."""
    act = Act(staffing.READ, agency=reading.actor.agency)
    decisions.require(reading.session, reading.actor, act)
