"""Trainings and certificates through HTTP: entered and struck out by supervisors, read, and what runs out."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import cursors, openapi
from api.body import Body, json_of
from api.dependencies import Asking, Command, Commanding, Reading
from api.people.qualification_answers import (
    DutiesAnswer,
    DutyAnswer,
    MyQualifications,
    QualificationAnswer,
    QualificationPage,
    RunningOutAnswer,
)
from authz import decisions
from authz.acts import Act
from authz.qualifying import qualifications, training
from authz.qualifying.qualification_entry import DutyEntry, QualificationEntry
from authz.qualifying.training import QualificationLine, QualificationNotFound
from database import clock
from database.clock import moment_text
from engine.people import qualification_report
from engine.people import qualifications as register

router = APIRouter(tags=["qualifications"], prefix="/api")

MAX_DIGITS = 18
_LIST = "qualifications"


class StrikingOut(BaseModel):
    """Why an entry of the register was wrong."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    reason: str = Field(min_length=1, max_length=400)


@router.get("/qualifications", response_model=QualificationPage)
def list_qualifications(caller: Asking, cursor: str | None = None) -> Response:
    """The register of one's own agency's people and those below, newest first, a page at a time."""
    position = cursors.position(_LIST, cursor)
    with caller.reading() as reading:
        lines = training.listing(
            reading.session,
            reading.actor,
            before=None if position is None else int(position),
            limit=training.PAGE + 1,
        )
        more = len(lines) > training.PAGE
        last = str(lines[training.PAGE - 1].record.record_id) if more else None
        page = {
            "items": [shown(line) for line in lines[: training.PAGE]],
            "next_cursor": cursors.seal(_LIST, last),
        }
        return reading.answer(page)


@router.get("/qualifications/mine", response_model=MyQualifications)
def read_mine(caller: Asking) -> Response:
    """One's own trainings and certificates, and by when each subject is to be repeated."""
    with caller.reading() as reading:
        return reading.answer(mine(reading))


@router.get("/qualifications/running-out", response_model=RunningOutAnswer)
def list_running_out(caller: Asking) -> Response:
    """Who of one's own agency and those below lacks what his post takes, or soon will."""
    with caller.reading() as reading:
        items = qualification_report.read(reading.session, reading.actor)
        return reading.answer({"items": items})


@router.post(
    "/qualifications",
    status_code=201,
    response_model=QualificationAnswer,
    openapi_extra=openapi.says(QualificationEntry),
)
def enter(
    body: Annotated[Body[QualificationEntry], json_of(QualificationEntry)], caller: Commanding
) -> Response:
    """Enter a training or certificate of a colleague; it counts in the very next request."""
    with caller.command(body, alters_authority=True) as command:
        entry = body.checked(lambda: _may(command))
        made = register.enter(command.session, command.actor, entry)
        return command.answer({"record_id": made.record_id, "status": "entered"}, 201)


@router.post(
    "/qualifications/{record_id}/striking-out",
    response_model=QualificationAnswer,
    openapi_extra=openapi.says(StrikingOut),
)
def strike_out(
    record_id: str, body: Annotated[Body[StrikingOut], json_of(StrikingOut)], caller: Commanding
) -> Response:
    """Strike out an entry that was wrong: it stays to be read, and counts for nothing from now on."""
    with caller.command(body, alters_authority=True) as command:
        reason = body.checked(lambda: _may(command)).reason
        found = register.strike_out(command.session, command.actor, number(record_id), reason)
        return command.answer({"record_id": found.record_id, "status": "struck_out"})


@router.get("/qualification-duties", response_model=DutiesAnswer)
def list_duties(caller: Asking) -> Response:
    """What posts take besides the appointment, from when to when."""
    with caller.reading() as reading:
        items = qualification_report.duties(reading.session, reading.actor)
        return reading.answer({"items": items})


@router.post(
    "/qualification-duties",
    status_code=201,
    response_model=DutyAnswer,
    openapi_extra=openapi.says(DutyEntry),
)
def bind(body: Annotated[Body[DutyEntry], json_of(DutyEntry)], caller: Commanding) -> Response:
    """Say what a post takes from a day on: the head agency does, for the whole office."""
    with caller.command(body, alters_authority=True) as command:
        entry = body.checked(lambda: _may(command))
        made = register.bind(command.session, command.actor, entry)
        return command.answer({"duty_id": made.duty_id}, 201)


def number(record_id: str) -> int:
    """The id of an entry as it stands in an address. Raises QualificationNotFound."""
    fits = record_id.isascii() and record_id.isdecimal()
    if not fits or len(record_id) > MAX_DIGITS:
        raise QualificationNotFound
    return int(record_id)


def mine(reading: Reading) -> dict[str, Any]:
    """One's own entries and refreshers, for this route and the desk's page."""
    session, actor = reading.session, reading.actor
    entries = qualifications.of_persons(session, [actor.person_id]).entries
    refreshers = qualifications.refreshers(entries.get(actor.person_id, ()), clock.today(session))
    return {
        "items": [shown(line) for line in training.of_person(session, actor)],
        "refreshers": [
            {
                "subject": one.subject,
                "title": qualification_report.title("training", one.subject),
                "last_on": one.last_on and one.last_on.isoformat(),
                "due_on": one.due_on and one.due_on.isoformat(),
                "state": one.state,
            }
            for one in refreshers
        ],
    }


def shown(line: QualificationLine) -> dict[str, Any]:
    """One entry of the register."""
    record, void = line.record, line.void
    return {
        "record_id": record.record_id,
        "status": "struck_out" if void else "entered",
        "staff_no": line.staff_no,
        "name": line.name,
        "agency": line.agency,
        "kind": record.kind,
        "subject": record.subject,
        "title": qualification_report.title(record.kind, record.subject),
        "done_on": record.done_on.isoformat(),
        "valid_to": record.valid_to and record.valid_to.isoformat(),
        "hours": record.hours,
        "result": record.result,
        "certificate_no": record.certificate_no,
        "basis": record.basis,
        "entered_at": moment_text(record.entered_at),
        "struck_out_at": void and moment_text(void.voided_at),
        "reason": void and void.reason,
    }


def _may(command: Command) -> None:
    """Refuse before a form error whom this isn't open to."""
    act = Act(training.QUALIFY, agency=command.actor.agency)
    decisions.require(command.session, command.actor, act)
