"""Windows (窗口) at the desk: who sits at which, opening and closing one, the register, the ledger."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import Body
from api.dependencies import Asking, Commanding, Reading
from api.people import windows as api_windows
from authz import decisions
from authz.acts import Act
from authz.offices import agencies
from database import clock
from engine.foresight import staffing
from engine.windows import daily_ledger, window_states, window_turns
from engine.windows.window_record import PURPOSES
from engine.windows.window_register import KEEP, WindowEnding, WindowEntry
from engine.windows.window_turns import OPEN, PauseReason
from web import commands, pages
from web.forms import Sent, sent_form
from web.queueing import board

router = APIRouter(include_in_schema=False)

PAGE = "/windows"
LEDGER = f"{PAGE}/ledger"
SentForm = Annotated[Sent, sent_form()]


@router.get(PAGE)
def show(request: Request, caller: Asking, agency: str = "") -> Response:
    """The windows of one's own agency or one below it. Raises AgencyNotFound, Forbidden."""
    with caller.reading() as reading:
        found = window_states.listed(reading.session, reading.actor, agency or None)
        own = found["agency"] == reading.actor.agency
        me = reading.actor.staff_no
        sits = any(line["staff"] and line["staff"]["staff_no"] == me for line in found["items"])
        return pages.page(
            request,
            "windows/page.html",
            reading,
            found=found,
            may_open=own and _may(reading, OPEN),
            may_keep=_may(reading, KEEP),
            may_count=_may(reading, staffing.READ),
            own=own,
            sits=sits,
            purposes=PURPOSES,
            **_agencies(reading, found["agency"]),
        )


@router.get(LEDGER)
def ledger(request: Request, caller: Asking, agency: str = "", day: str = "") -> Response:
    """The daily ledger, of today or an earlier day. Raises AgencyNotFound, Forbidden."""
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        asked = board.day_of(day)
        found = daily_ledger.of_day(session, reading.office, actor, agency or None, asked)
        return pages.page(
            request,
            "windows/ledger.html",
            reading,
            found=found,
            purposes=PURPOSES,
            today=clock.today(session).isoformat(),
            **_agencies(reading, found["agency"]),
        )


@router.post(PAGE)
def enter(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Enter a window, then show them again."""
    given: dict[str, Any] = {
        name: sent.text(name) for name in ("number", "name", "purpose", "from", "agency")
    }
    given["to"] = sent.text("to") or None
    with commands.command(request, caller, sent) as command:
        made = api_windows.entered(command, Body(WindowEntry, given))
        return pages.done(command, request, f"{PAGE}?agency={made['agency']}")


@router.post(PAGE + "/{window_id}/end")
def end(window_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """End a window, then show the others."""
    body = Body(WindowEnding, {"reason": sent.text("reason")})
    with commands.command(request, caller, sent) as command:
        ended = api_windows.ended(command, window_id, body)
        return pages.done(command, request, f"{PAGE}?agency={ended['agency']}")


@router.post(PAGE + "/{window_id}/opening")
def open_one(window_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Open a window and sit at it."""
    with commands.command(request, caller, sent, alters_authority=True) as command:
        api_windows.changed(command, window_id, window_turns.open_one)
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/{window_id}/pause")
def pause(window_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Pause one's window."""
    body = Body(PauseReason, {"reason": sent.text("reason")})
    with commands.command(request, caller, sent) as command:
        api_windows.paused(command, window_id, body)
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/{window_id}/resumption")
def resume(window_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Go on at one's window."""
    with commands.command(request, caller, sent) as command:
        api_windows.changed(command, window_id, window_turns.resume)
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/{window_id}/closing")
def close(window_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Close one's window, or as a supervisor anybody's of the office."""
    with commands.command(request, caller, sent, alters_authority=True) as command:
        api_windows.changed(command, window_id, window_turns.close)
        return pages.done(command, request, PAGE)


def _agencies(reading: Reading, code: str) -> dict[str, Any]:
    """What the choice of an agency and the heading need."""
    tree = agencies.tree(reading.session)
    below = agencies.below(reading.session, reading.actor.agency)
    return {
        "agencies": [tree.agencies[one] for one in below],
        "agency_name": tree.agencies[code].name,
    }


def _may(reading: Reading, act: str) -> bool:
    of = Act(act, agency=reading.actor.agency)
    return decisions.may(reading.session, reading.actor, of) is not None
