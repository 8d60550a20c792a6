"""The page of leave and stand-ins (请假与代班): entries, left desks, the coming two weeks, named signers."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import Body
from api.dependencies import Asking, Commanding, Reading
from api.people import leaves as api_leaves
from api.people import named_signers as api_named_signers
from authz import decisions
from authz.absence import absence_rules, desk_pauses, named_signer_record, named_signers
from authz.absence import leaves as register
from authz.absence.desk_pauses import PauseEntry
from authz.absence.leaves import LeaveEntry
from authz.absence.named_signers import NamingEntry
from authz.acts import Act
from authz.offices import agencies
from database import clock
from engine.people import leave_calendar, leaves
from web import commands, pages
from web.forms import Sent, sent_form
from web.texts import mark

router = APIRouter(include_in_schema=False)

PAGE = "/leave"
KINDS = {
    "annual": mark("annual leave"),
    "sick": mark("sick leave"),
    "personal": mark("personal leave"),
    "official": mark("away on duty"),
    "training": mark("away for training"),
    "other": mark("other leave"),
}
SentForm = Annotated[Sent, sent_form()]


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """One's own leaves and desk for everybody; calendar and registers for whom they are open to."""
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        reads = _may(reading, register.READ)
        paused = desk_pauses.current(session, actor)
        return pages.page(
            request,
            "leave/page.html",
            reading,
            lines=[_line(reading, line) for line in register.listing(session, actor)],
            paused=paused and {"away_from": paused.away_from, "contact": paused.contact},
            limit_minutes=absence_rules.pause_minutes(),
            calendar=leave_calendar.fortnight(session, actor) if reads else None,
            namings=_namings(reading) if reads else [],
            counties=_counties(reading),
            named_posts=named_signer_record.POSTS,
            kinds=KINDS,
            today=clock.today(session).isoformat(),
            may_keep=_may(reading, register.KEEP),
        )


@router.post(PAGE)
def enter(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Enter a leave: one's own where no staff number is given."""
    given: dict[str, Any] = {
        name: sent.text(name) for name in ("kind", "from", "to", "permitted_by")
    }
    given["staff_no"] = sent.text("staff_no") or None
    with commands.command(request, caller, sent, alters_authority=True) as command:
        api_leaves.entered(command, Body(LeaveEntry, given).checked())
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/{leave_id}/confirmation")
def confirm(leave_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Confirm a leave that its owner entered."""
    with commands.command(request, caller, sent, alters_authority=True) as command:
        leaves.confirm(command.session, command.actor, api_leaves.number(leave_id))
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/{leave_id}/end")
def end(leave_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Withdraw a leave, or end it early."""
    with commands.command(request, caller, sent, alters_authority=True) as command:
        leaves.end(command.session, command.actor, api_leaves.number(leave_id))
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/desk")
def leave_desk(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Leave one's desk for a while, or be back where the form says so."""
    with commands.command(request, caller, sent, alters_authority=True) as command:
        if sent.get("back"):
            leaves.come_back(command.session, command.actor)
        else:
            entry = Body(PauseEntry, {"contact": sent.text("contact")}).checked()
            leaves.leave_desk(command.session, command.actor, entry)
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/signers")
def name_signer(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Name a signer for a county below."""
    names = ("staff_no", "agency", "post", "from", "to", "basis")
    with commands.command(request, caller, sent, alters_authority=True) as command:
        given: dict[str, Any] = {name: sent.text(name) for name in names}
        api_named_signers.enter(command, Body(NamingEntry, given))
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/signers/{naming_id}/end")
def end_naming(naming_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """End the naming of a signer before its day."""
    with commands.command(request, caller, sent, alters_authority=True) as command:
        api_named_signers.leave(command, naming_id)
        return pages.done(command, request, PAGE)


def _line(reading: Reading, line: register.LeaveLine) -> dict[str, Any]:
    own = line.leave.person_id == reading.actor.person_id
    return api_leaves.shown(line) | {"open": line.open, "own": own}


def _namings(reading: Reading) -> list[dict[str, Any]]:
    lines = named_signers.listing(reading.session, reading.actor)
    own = reading.actor.agency
    return [
        api_named_signers.shown(line)
        | {"open": line.status in ("pending", "effective") and line.naming.agency_code != own}
        for line in lines
    ]


def _counties(reading: Reading) -> list[Any]:
    """The counties for which the reader may name signers; none where he may not."""
    session, actor = reading.session, reading.actor
    if not _may(reading, named_signers.NAME):
        return []
    tree = agencies.tree(session)
    below = (tree.agencies[code] for code in tree.within(actor.agency) if code != actor.agency)
    return [one for one in below if one.kind == "county"]


def _may(reading: Reading, step: str) -> bool:
    act = Act(step, agency=reading.actor.agency)
    return decisions.may(reading.session, reading.actor, act) is not None
