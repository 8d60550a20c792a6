"""The pages of city meetings (处务会议): the register, a meeting's agenda and minutes, its closing."""

import io
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.body import Body
from api.casework import meetings as api_meetings
from api.dependencies import Asking, Commanding
from database import clock
from engine.city_meetings import meeting_lists, meetings
from engine.city_meetings.meeting_entry import AgendaEntry, MeetingEntry, MinutesEntry
from engine.scans import files
from engine.scans.files import FileNotFound
from web import case_labels, commands, pages, scan_answer, tokens
from web.forms import Sent, sent_form
from web.queueing import queue

router = APIRouter(include_in_schema=False)

PAGE = "/meetings"
SCANS = PAGE + "/scans"
_LIST = "meetings"
SentForm = Annotated[Sent, sent_form()]


@router.get(PAGE)
def show_all(request: Request, caller: Asking, cursor: str | None = None) -> Response:
    """The register, newest first, and for the meeting's desk the cases that wait for a meeting."""
    position = cursors.position(_LIST, cursor)
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        lines = meeting_lists.listing(session, actor, None if position is None else int(position))
        page = lines[: meeting_lists.PAGE]
        last = str(page[-1]["meeting_id"]) if len(lines) > meeting_lists.PAGE else None
        return pages.page(
            request,
            "meetings/list.html",
            reading,
            lines=page,
            next_cursor=cursors.seal(_LIST, last),
            first=position is None,
            waiting=meeting_lists.waiting(session, actor),
            may_enter=meeting_lists.may(session, actor, meetings.ENTER, actor.agency),
            today=clock.today(session).isoformat(),
            processes=queue.process_names(reading.office),
        )


@router.get(PAGE + "/{meeting_id}")
def show(meeting_id: str, request: Request, caller: Asking) -> Response:
    """A meeting: its agenda, its minutes, and what the reader may do with it."""
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        found = meeting_lists.shown(session, actor, api_meetings.number(meeting_id))
        may_enter = meeting_lists.may(session, actor, meetings.ENTER, found["agency"])
        kept = found["minutes"] or {}
        return pages.page(
            request,
            "meetings/page.html",
            reading,
            meeting=found,
            waiting=meeting_lists.waiting(session, actor) if may_enter else [],
            may_enter=may_enter and not found["closed_at"],
            may_close=not found["closed_at"]
            and meeting_lists.may(session, actor, meetings.CLOSE, found["agency"]),
            scan=request.query_params.get("scan") or kept.get("scan"),
            processes=queue.process_names(reading.office),
            decisions=case_labels.MEETING_DECISIONS,
        )


@router.post(PAGE)
def open_meeting(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Open a meeting with the cases that were ticked."""
    given = {name: sent.text(name) for name in ("minutes_no", "date")}
    with commands.command(request, caller, sent) as command:
        entry = Body(MeetingEntry, {**given, "cases": sent.all("case")}).checked(
            lambda: api_meetings.may_enter(command)
        )
        made = meetings.open_meeting(command.session, command.office, command.actor, entry)
        return pages.done(command, request, f"{PAGE}/{made.meeting_id}")


@router.post(SCANS)
def keep_scan(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Store the scan of the minutes, then show the meeting again with the form of its minutes."""
    content = sent.content("file") or b""
    with caller.reading() as reading:
        tokens.require(request, sent.token, reading.actor.account_id)
        meeting_id = api_meetings.number(sent.text("meeting"))
        meetings.require(reading.session, reading.actor, meeting_id, meetings.ENTER)
    scan = files.put(caller.office.scans, io.BytesIO(content))
    with commands.command(request, caller, sent) as command:
        actor = command.actor
        digest = files.keep(command.session, actor.account_id, actor.agency, scan, "")
        return pages.done(command, request, f"{PAGE}/{meeting_id}?scan={digest}")


@router.get(PAGE + "/{meeting_id}/scan")
def scan(meeting_id: str, caller: Asking) -> Response:
    """The scan of the minutes that count. Raises MeetingNotFound, FileNotFound."""
    with caller.reading() as reading:
        session = reading.session
        found = meeting_lists.shown(session, reading.actor, api_meetings.number(meeting_id))
        digest = (found["minutes"] or {}).get("scan")
        if digest is None:
            raise FileNotFound
        content, kind = files.read(session, [found["agency"]], digest, reading.office.scans)
    return scan_answer.of(content, kind)


@router.post(PAGE + "/{meeting_id}/cases")
def add_cases(meeting_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Put the ticked cases on the agenda."""
    with commands.command(request, caller, sent) as command:
        entry = Body(AgendaEntry, {"cases": sent.all("case")}).checked()
        number = api_meetings.number(meeting_id)
        meetings.add_cases(command.session, command.office, command.actor, number, entry)
        return pages.done(command, request, f"{PAGE}/{meeting_id}")


@router.post(PAGE + "/{meeting_id}/minutes")
def record(meeting_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Enter the minutes as the form has them."""
    with commands.command(request, caller, sent) as command:
        entry = Body(MinutesEntry, _minutes(sent)).checked()
        meetings.record(command.session, command.actor, api_meetings.number(meeting_id), entry)
        return pages.done(command, request, f"{PAGE}/{meeting_id}")


@router.post(PAGE + "/{meeting_id}/closing")
def close(meeting_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Close the meeting as its head."""
    with commands.command(request, caller, sent) as command:
        number = api_meetings.number(meeting_id)
        meetings.close(command.session, command.office, command.actor, number)
        return pages.done(command, request, f"{PAGE}/{meeting_id}")


def _minutes(sent: Sent) -> dict[str, Any]:
    """The body of the minutes; a decision that was not chosen is left for the rule to find."""
    said = []
    for case_no in sent.all("case"):
        decision = sent.text(f"decision.{case_no}")
        if decision:
            words, present = sent.text(f"words.{case_no}"), sent.text(f"attendees.{case_no}")
            said.append(
                {
                    "case_no": case_no,
                    "decision": decision,
                    "words": words,
                    **({"attendees": _names(present)} if present else {}),
                }
            )
    return {
        "attendees": _names(sent.text("attendees")),
        "scan": sent.text("scan"),
        "decisions": said,
    }


def _names(text: str) -> list[str]:
    """Names as people write them, one after the other."""
    for mark in "、，,；;\n":
        text = text.replace(mark, "\r")
    return [name.strip() for name in text.split("\r") if name.strip()]
