"""Scans of a printed 审批表 signed by hand (``/api/cases/{case_no}/signed-scans``)."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import openapi
from api.body import Body, json_of
from api.casework import desk_answers
from api.dependencies import Asking, Command, Commanding, Reading
from authz import decisions
from engine import handling, maker, views
from engine.scans import signed_scans

router = APIRouter(tags=["documents"], prefix="/api/cases/{case_no}/signed-scans")


class SignedScanBody(BaseModel):
    """The scan, by the digest that its upload (``POST /api/files``) answered."""

    model_config = ConfigDict(strict=True, extra="forbid")

    file: str = Field(pattern="^[0-9a-f]{64}$")


@router.get("", response_model=desk_answers.SignedScans)
def show(case_no: str, caller: Asking) -> Response:
    """The scans that were added to a case."""
    with caller.reading() as reading:
        return reading.answer(_listed(reading, case_no))


@router.post(
    "",
    status_code=201,
    response_model=desk_answers.SignedScans,
    openapi_extra=openapi.says(SignedScanBody),
)
def add(
    case_no: str, body: Annotated[Body[SignedScanBody], json_of(SignedScanBody)], caller: Commanding
) -> Response:
    """Add a stored scan to a case that somebody has signed, finished or not."""
    with caller.command(body) as command:
        given = body.checked(lambda: _may(command, case_no))
        signed_scans.add(command.session, command.office, command.actor, case_no, given.file)
        return command.answer(_listed(command, case_no), 201)


def _listed(reading: Reading, case_no: str) -> dict[str, Any]:
    case = views.visible_case(reading.session, reading.actor, case_no)
    return {"items": signed_scans.of_case(reading.session, case.case_id)}


def _may(command: Command, case_no: str) -> None:
    work = handling.open_case(command.session, command.office, command.actor, case_no)
    act = maker.act(work, signed_scans.STEP)
    decisions.require(command.session, command.actor, act)
