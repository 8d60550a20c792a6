"""Windows (窗口) through HTTP: their register, opening, pausing and closing one, and the daily ledger."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import openapi
from api.auditing.audit_lists import TYPES
from api.body import Body, Nothing, json_of
from api.dependencies import Asking, Command, Commanding
from api.people.window_answers import WindowLedger, WindowList, WindowShown
from api.queueing.board import Code, Day
from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from engine.exports import ledger_sheet
from engine.windows import daily_ledger, window_register, window_states, window_turns
from engine.windows.window_register import KEEP, WindowEnding, WindowEntry, WindowNotFound
from engine.windows.window_turns import OPEN, PauseReason

router = APIRouter(tags=["windows"])

MAX_DIGITS = 18
_XLSX: dict[int | str, dict[str, Any]] = {200: {"content": {TYPES["xlsx"]: {}}}}


@router.get("/api/windows", response_model=WindowList)
def listed(caller: Asking, agency: Code = None) -> Response:
    """The windows of one's own agency or one below it, and who sits at each."""
    with caller.reading() as reading:
        return reading.answer(window_states.listed(reading.session, reading.actor, agency))


@router.post(
    "/api/windows",
    status_code=201,
    response_model=WindowShown,
    openapi_extra=openapi.says(WindowEntry),
)
def enter(body: Annotated[Body[WindowEntry], json_of(WindowEntry)], caller: Commanding) -> Response:
    """Enter a window of one's own agency or one below it: nothing in the register is edited later."""
    with caller.command(body) as command:
        return command.answer(entered(command, body), 201)


@router.post(
    "/api/windows/{window_id}/end",
    response_model=WindowShown,
    openapi_extra=openapi.says(WindowEnding),
)
def end(
    window_id: str,
    body: Annotated[Body[WindowEnding], json_of(WindowEnding)],
    caller: Commanding,
) -> Response:
    """End a window: it can't be opened any more; a changed one is entered anew."""
    with caller.command(body) as command:
        return command.answer(ended(command, window_id, body))


@router.post(
    "/api/windows/{window_id}/opening",
    response_model=WindowShown,
    openapi_extra=openapi.says(Nothing),
)
def open_one(
    window_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Open a window (开窗): whoever lacks one of the three trainings opens none."""
    with caller.command(body, alters_authority=True) as command:
        body.checked()
        return command.answer(changed(command, window_id, window_turns.open_one))


@router.post(
    "/api/windows/{window_id}/pause",
    response_model=WindowShown,
    openapi_extra=openapi.says(PauseReason),
)
def pause(
    window_id: str,
    body: Annotated[Body[PauseReason], json_of(PauseReason)],
    caller: Commanding,
) -> Response:
    """Pause one's window (暂停服务), saying why."""
    with caller.command(body) as command:
        return command.answer(paused(command, window_id, body))


@router.post(
    "/api/windows/{window_id}/resumption",
    response_model=WindowShown,
    openapi_extra=openapi.says(Nothing),
)
def resume(
    window_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Go on at one's window (恢复服务)."""
    with caller.command(body) as command:
        body.checked()
        return command.answer(changed(command, window_id, window_turns.resume))


@router.post(
    "/api/windows/{window_id}/closing",
    response_model=WindowShown,
    openapi_extra=openapi.says(Nothing),
)
def close(
    window_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Close one's window (关窗); a supervisor closes anybody's of his office."""
    with caller.command(body, alters_authority=True) as command:
        body.checked()
        return command.answer(changed(command, window_id, window_turns.close))


@router.get("/api/window-ledger", response_model=WindowLedger)
def ledger(caller: Asking, agency: Code = None, day: Day = None) -> Response:
    """The daily ledger of windows (每日窗口台账): four counts for each, today or on an earlier day."""
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        return reading.answer(daily_ledger.of_day(session, reading.office, actor, agency, day))


@router.get("/api/window-ledger.xlsx", response_class=Response, responses=_XLSX)
def ledger_as_xlsx(caller: Commanding, agency: Code = None, day: Day = None) -> Response:
    """The same as a workbook: numbered, counted against the day's limit, marked and journalled."""
    with caller.command(keyed=False) as command:
        session, office, actor = command.session, command.office, command.actor
        mark, content = ledger_sheet.give(session, office, actor, agency, day)
    name = f"window-ledger-{mark.number}.xlsx"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type=TYPES["xlsx"], headers=headers)


def entered(command: Command, body: Body[WindowEntry]) -> dict[str, Any]:
    """Enter a window, for this route and the desk's page."""
    entry = body.checked(lambda: _may(command, KEEP))
    made = window_register.enter(command.session, command.actor, entry)
    return window_states.one(command.session, made.window_id)


def ended(command: Command, window_id: str, body: Body[WindowEnding]) -> dict[str, Any]:
    """End a window, for this route and the desk's page."""
    ending = body.checked(lambda: _may(command, KEEP))
    found = window_register.end(command.session, command.actor, number(window_id), ending)
    return window_states.one(command.session, found.window_id)


def paused(command: Command, window_id: str, body: Body[PauseReason]) -> dict[str, Any]:
    """Pause a window, for this route and the desk's page."""
    reason = body.checked(lambda: _may(command, OPEN))
    window_turns.pause(command.session, command.actor, number(window_id), reason)
    return window_states.one(command.session, number(window_id))


def changed(
    command: Command, window_id: str, change: Callable[[Any, Actor, int], Any]
) -> dict[str, Any]:
    """Open a window, go on at it or close it, for these routes and the desk's page."""
    change(command.session, command.actor, number(window_id))
    return window_states.one(command.session, number(window_id))


def number(text: str) -> int:
    """The key that an address names. Raises WindowNotFound for what can be none."""
    if not (text.isascii() and text.isdecimal()) or len(text) > MAX_DIGITS:
        raise WindowNotFound
    return int(text)


def _may(command: Command, act: str) -> None:
    """Refuse before a form error who has no part in it."""
    decisions.require(command.session, command.actor, Act(act, agency=command.actor.agency))
