"""The page of staffing (人员缺口): which cases lack people to sign them, and what a change would stop."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import Body
from api.dependencies import Asking, Reading
from authz.offices import posts
from database import clock
from engine.foresight import staffing
from engine.foresight.staffing import Simulated
from engine.grants import authority_lint
from web import pages, steps

router = APIRouter(include_in_schema=False)

PAGE = "/staffing"
_ASKED = ("act", "staff_no", "post", "from", "to")


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """What lacks people now and soon, what the registers want looked at, and a change to be tried.

    A change is asked for by the address and changes nothing. Raises Forbidden, StaffingInvalid.
    """
    asked = {name: request.query_params.get(name, "").strip()[:32] for name in _ASKED}
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        return pages.page(
            request,
            "staffing/page.html",
            reading,
            found=staffing.report(session, reading.office, actor),
            lint=authority_lint.read(session, actor),
            tried=_tried(reading, asked) if asked["staff_no"] else None,
            asked=asked,
            posts=posts.POSTS,
            today=clock.today(session).isoformat(),
            step_name=steps.name,
        )


def _tried(reading: Reading, asked: dict[str, str]) -> dict[str, Any]:
    said = {name: asked[name] for name in ("from", "to", "post") if asked[name]}
    act = asked["act"]
    if act != "dismiss":
        said.pop("post", None)
    if act != "absent":
        said.pop("to", None)
    wanted = Body(Simulated, {**said, act: asked["staff_no"]}).checked()
    return staffing.simulate(reading.session, reading.office, reading.actor, wanted)
