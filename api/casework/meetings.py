"""The register of city meetings through HTTP: agenda, minutes and closing, by its desk and its head."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import cursors, openapi
from api.body import Body, Nothing, json_of
from api.casework.meeting_answers import MeetingPage, MeetingShown, MeetingsWanted
from api.dependencies import Asking, Command, Commanding
from authz import decisions
from authz.acts import Act
from engine.city_meetings import meeting_lists, meetings
from engine.city_meetings.meeting_entry import AgendaEntry, MeetingEntry, MinutesEntry
from engine.city_meetings.meeting_record import Meeting
from engine.city_meetings.meetings import MeetingNotFound

router = APIRouter(tags=["meetings"], prefix="/api/meetings")

MAX_DIGITS = 18
_LIST = "meetings"


@router.get("", response_model=MeetingPage)
def list_meetings(caller: Asking, cursor: str | None = None) -> Response:
    """The meetings of one's own office and those below, newest first, a page at a time."""
    position = cursors.position(_LIST, cursor)
    with caller.reading() as reading:
        before = None if position is None else int(position)
        lines = meeting_lists.listing(reading.session, reading.actor, before)
        page = lines[: meeting_lists.PAGE]
        last = str(page[-1]["meeting_id"]) if len(lines) > meeting_lists.PAGE else None
        return reading.answer({"items": page, "next_cursor": cursors.seal(_LIST, last)})


@router.get("/waiting", response_model=MeetingsWanted)
def list_waiting(caller: Asking) -> Response:
    """The cases that wait for a meeting of one's own office and stand on no agenda."""
    with caller.reading() as reading:
        return reading.answer({"items": meeting_lists.waiting(reading.session, reading.actor)})


@router.get("/{meeting_id}", response_model=MeetingShown)
def show(meeting_id: str, caller: Asking) -> Response:
    """A meeting: its agenda with what each county recommends, its minutes, its decisions."""
    with caller.reading() as reading:
        shown = meeting_lists.shown(reading.session, reading.actor, number(meeting_id))
        return reading.answer(shown)


@router.post(
    "", status_code=201, response_model=MeetingShown, openapi_extra=openapi.says(MeetingEntry)
)
def open_meeting(
    body: Annotated[Body[MeetingEntry], json_of(MeetingEntry)], caller: Commanding
) -> Response:
    """Open a meeting with the number of its minutes, its day and its agenda."""
    with caller.command(body) as command:
        entry = body.checked(lambda: may_enter(command))
        made = meetings.open_meeting(command.session, command.office, command.actor, entry)
        return command.answer(_shown(command, made), 201)


@router.post(
    "/{meeting_id}/cases", response_model=MeetingShown, openapi_extra=openapi.says(AgendaEntry)
)
def add_cases(
    meeting_id: str,
    body: Annotated[Body[AgendaEntry], json_of(AgendaEntry)],
    caller: Commanding,
) -> Response:
    """Put more cases on the agenda of an open meeting."""
    with caller.command(body) as command:
        entry = body.checked(
            lambda: meetings.require(
                command.session, command.actor, number(meeting_id), meetings.ENTER
            )
        )
        made = meetings.add_cases(
            command.session, command.office, command.actor, number(meeting_id), entry
        )
        return command.answer(_shown(command, made))


@router.post(
    "/{meeting_id}/minutes", response_model=MeetingShown, openapi_extra=openapi.says(MinutesEntry)
)
def record(
    meeting_id: str,
    body: Annotated[Body[MinutesEntry], json_of(MinutesEntry)],
    caller: Commanding,
) -> Response:
    """Enter the minutes: attendees, scan, and what was decided on each case; again while it is open."""
    with caller.command(body) as command:
        entry = body.checked(
            lambda: meetings.require(
                command.session, command.actor, number(meeting_id), meetings.ENTER
            )
        )
        made = meetings.record(command.session, command.actor, number(meeting_id), entry)
        return command.answer(_shown(command, made))


@router.post(
    "/{meeting_id}/closing", response_model=MeetingShown, openapi_extra=openapi.says(Nothing)
)
def close(
    meeting_id: str, body: Annotated[Body[Nothing], json_of(Nothing)], caller: Commanding
) -> Response:
    """Close a meeting as its head: its decisions count from now on; each case is still signed by itself."""
    with caller.command(body) as command:
        body.checked(
            lambda: meetings.require(
                command.session, command.actor, number(meeting_id), meetings.CLOSE
            )
        )
        made = meetings.close(command.session, command.office, command.actor, number(meeting_id))
        return command.answer(_shown(command, made))


def number(meeting_id: str) -> int:
    """The number that an address names. Raises MeetingNotFound."""
    if not (meeting_id.isascii() and meeting_id.isdecimal()) or len(meeting_id) > MAX_DIGITS:
        raise MeetingNotFound
    return int(meeting_id)


def may_enter(command: Command) -> None:
    """Refuse before a form error whom no meeting is to be entered by."""
    act = Act(meetings.ENTER, agency=command.actor.agency)
    decisions.require(command.session, command.actor, act)


def _shown(command: Command, meeting: Meeting) -> dict[str, Any]:
    return meeting_lists.shown(command.session, command.actor, meeting.meeting_id)
