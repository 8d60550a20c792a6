"""What a person opened of a case before signing (``/api/cases/{case_no}/openings``)."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import openapi
from api.body import Body, json_of
from api.casework import desk_answers
from api.dependencies import Asking, Commanding, Reading
from engine import openings, views
from engine.applications import MAX_MATERIALS

router = APIRouter(tags=["cases"], prefix="/api/cases/{case_no}/openings")


class OpeningsBody(BaseModel):
    """What is open now: form, posting, diagram, journal, or ``material:`` with a code or a file's digest."""

    model_config = ConfigDict(strict=True, extra="forbid")

    opened: list[Annotated[str, Field(min_length=1, max_length=80)]] = Field(
        min_length=1, max_length=MAX_MATERIALS + len(openings.PARTS)
    )


@router.get("", response_model=desk_answers.Openings)
def show(case_no: str, caller: Asking) -> Response:
    """What the caller opened since the case last changed."""
    with caller.reading() as reading:
        return reading.answer(_opened(reading, case_no))


@router.post("", response_model=desk_answers.Openings, openapi_extra=openapi.says(OpeningsBody))
def note(
    case_no: str, body: Annotated[Body[OpeningsBody], json_of(OpeningsBody)], caller: Commanding
) -> Response:
    """Note what the caller has open; his sign-off's journal entry will tell it."""
    with caller.command(body) as command:
        session, actor = command.session, command.actor
        given = body.checked(lambda: views.visible_case(session, actor, case_no))
        for what in given.opened:
            openings.note(session, actor, case_no, what)
        return command.answer(_opened(command, case_no))


def _opened(reading: Reading, case_no: str) -> dict[str, Any]:
    session, actor = reading.session, reading.actor
    case = views.visible_case(session, actor, case_no)
    return {"opened": openings.seen_by(session, case, case.cycle, actor.account_id)}
