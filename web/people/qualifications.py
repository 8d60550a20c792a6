"""The pages of training and certificates (培训与资格), and of one's own with the relatives one declared."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import Body
from api.dependencies import Asking, Commanding, Reading
from api.people import qualifications as api_qualifications
from api.people import relatives as api_relatives
from authz import decisions
from authz.acts import Act
from authz.offices import agencies, posts
from authz.personnel.relatives import RelativeEntry
from authz.qualifying import qualification_rules, training
from authz.qualifying.qualification_entry import DutyEntry, QualificationEntry
from database import clock
from engine.people import qualification_report, qualifications, relatives
from web import commands, navigation, pages
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

PAGE = "/training"
MY_PAGE = f"{navigation.MINE}/training"


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """What runs out, the register newest first, what posts take, and the forms open to the reader."""
    before = request.query_params.get("before", "")[: api_qualifications.MAX_DIGITS]
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        lines = training.listing(
            session,
            actor,
            before=int(before) if before.isascii() and before.isdecimal() else None,
            limit=training.PAGE + 1,
        )
        listed = [api_qualifications.shown(line) for line in lines[: training.PAGE]]
        head = agencies.tree(session).lineage(actor.agency)[-1]
        return pages.page(
            request,
            "training/list.html",
            reading,
            running_out=qualification_report.read(session, actor),
            lines=listed,
            more=listed[-1]["record_id"] if len(lines) > training.PAGE else None,
            duties=qualification_report.duties(session, actor),
            declared=_declared(reading),
            subjects=qualification_rules.shipped().subjects,
            posts=posts.POSTS,
            today=clock.today(session).isoformat(),
            may_enter=_may(reading, training.QUALIFY, actor.agency),
            may_bind=_may(reading, training.QUALIFY, head),
        )


@router.post(PAGE)
def enter(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Enter a training or certificate."""
    given: dict[str, Any] = {
        name: sent.text(name) for name in ("staff_no", "kind", "done_on", "result", "basis")
    }
    given["subject"] = sent.text("subject" if given["kind"] == "training" else "certificate")
    for name in ("valid_to", "certificate_no"):
        given[name] = sent.text(name) or None
    hours = sent.text("hours")
    given["hours"] = int(hours) if hours.isascii() and hours.isdecimal() else None
    with commands.command(request, caller, sent, alters_authority=True) as command:
        entry = Body(QualificationEntry, given).checked()
        qualifications.enter(command.session, command.actor, entry)
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/{record_id}/striking-out")
def strike_out(
    record_id: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Strike out an entry that was wrong."""
    said = Body(api_qualifications.StrikingOut, {"reason": sent.text("reason")})
    with commands.command(request, caller, sent, alters_authority=True) as command:
        number = api_qualifications.number(record_id)
        qualifications.strike_out(command.session, command.actor, number, said.checked().reason)
        return pages.done(command, request, PAGE)


@router.post(PAGE + "/duties")
def bind(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Say what a post takes."""
    given: dict[str, Any] = {
        "post": sent.text("duty_post"),
        "kind": "certificate",
        "subject": sent.text("duty_subject"),
        "from": sent.text("duty_from"),
        "to": sent.text("duty_to") or None,
        "basis": sent.text("duty_basis"),
    }
    with commands.command(request, caller, sent, alters_authority=True) as command:
        qualifications.bind(command.session, command.actor, Body(DutyEntry, given).checked())
        return pages.done(command, request, PAGE)


@router.get(MY_PAGE)
def show_mine(request: Request, caller: Asking) -> Response:
    """One's own trainings and certificates, and the relatives whose business one keeps out of."""
    with caller.reading() as reading:
        return pages.page(
            request,
            "training/mine.html",
            reading,
            mine=api_qualifications.mine(reading),
            declared=api_relatives.mine(reading),
            today=clock.today(reading.session).isoformat(),
        )


@router.post(MY_PAGE + "/relatives")
def declare(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Declare a relative of one's own."""
    given: dict[str, Any] = {
        name: sent.text(name) for name in ("id_no", "name", "relation", "from")
    }
    given["to"] = sent.text("to") or None
    with commands.command(request, caller, sent, alters_authority=True) as command:
        relatives.declare(command.session, command.actor, Body(RelativeEntry, given).checked())
        return pages.done(command, request, MY_PAGE)


@router.post(MY_PAGE + "/relatives/{declaration_id}/end")
def end(
    declaration_id: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """End a declaration of one's own with this day."""
    with commands.command(request, caller, sent, alters_authority=True) as command:
        relatives.end(command.session, command.actor, api_relatives.number(declaration_id))
        return pages.done(command, request, MY_PAGE)


def _declared(reading: Reading) -> list[dict[str, Any]] | None:
    """The declarations, masked, for who may read them; None for whom they are not there."""
    session, actor = reading.session, reading.actor
    if not _may(reading, relatives.READ, actor.agency):
        return None
    today = clock.today(session)
    return [api_relatives.shown(line, today) for line in relatives.listing(session, actor)]


def _may(reading: Reading, step: str, agency: str) -> bool:
    return decisions.may(reading.session, reading.actor, Act(step, agency=agency)) is not None
