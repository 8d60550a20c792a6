"""The page of staffing (人员缺口): which cases lack people to sign them, and what a change would stop."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import problems
from api.body import Body
from api.dependencies import Asking, Reading
from authz.granting import grants
from authz.offices import agencies, posts
from database import clock
from database.refusals import Invalid, NotFound, Refusal
from engine.foresight import simulation, staffing
from engine.foresight.simulated import Simulated
from engine.grants import authority_lint
from web import pages, steps

router = APIRouter(include_in_schema=False)

PAGE = "/staffing"
# What each change takes besides whom, or which grant, it is about.
_TAKES = {"absent": ("to",), "dismiss": ("post",), "move": ("post", "agency")}
_ASKED = ("act", "staff_no", "grant", "post", "agency", "from", "to")


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """What lacks people now and soon, what the registers want looked at, and a change to be tried.

    A change is asked for by the address and changes nothing; what is wrong with it is said above its form.
    Raises Forbidden.
    """
    asked = {name: request.query_params.get(name, "").strip()[:32] for name in _ASKED}
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        found = staffing.report(session, reading.office, actor)
        tried, wrong = _tried(reading, asked)
        return pages.page(
            request,
            "staffing/page.html",
            reading,
            status=200 if wrong is None else problems.status_of(wrong),
            found=found,
            lint=authority_lint.read(session, actor),
            tried=tried,
            wrong=wrong,
            asked=asked,
            posts=posts.POSTS,
            grants=grants.listing(session, actor, before=None, limit=grants.PAGE),
            reach=sorted(agencies.codes(session)),
            names={one.code: one.names for one in reading.office.catalogue.all()},
            today=clock.today(session).isoformat(),
            step_name=steps.name,
        )


def _tried(reading: Reading, asked: dict[str, str]) -> tuple[dict[str, Any] | None, Refusal | None]:
    """What a change would stop, or what is wrong with what was asked; nothing where nothing was."""
    act = asked["act"]
    if not act:
        return None, None
    said: dict[str, Any] = {"from": asked["from"]} if asked["from"] else {}
    said |= {name: asked[name] for name in _TAKES.get(act, ()) if asked[name]}
    if act == "revoke" and asked["grant"]:
        number = asked["grant"]
        said["revoke"] = int(number) if number.isascii() and number.isdecimal() else number
    elif act != "revoke" and asked["staff_no"]:
        said[act] = asked["staff_no"]
    try:
        wanted = Body(Simulated, said).checked()
        return simulation.simulate(reading.session, reading.office, reading.actor, wanted), None
    except (NotFound, Invalid) as refused:
        return None, refused
