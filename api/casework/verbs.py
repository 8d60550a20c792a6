"""What the caller may do with a case, and why not (``/api/cases/{case_no}/verbs``)."""

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from api.dependencies import Asking
from engine import case_verbs

router = APIRouter(tags=["cases"], prefix="/api/cases/{case_no}/verbs")


class Told(BaseModel):
    """Why something can't be done: the rule, what to do, who could; ``facts``: the row, and since when."""

    rule: str
    detail: str
    who_can: list[dict[str, Any]]
    facts: dict[str, Any]


class VerbShown(BaseModel):
    """Something one might do with the case now; ``task_id`` where it is done to a task."""

    verb: Literal[
        "verify",
        "scan",
        "withdraw",
        "stop_clock",
        "extend",
        "deliver",
        "green",
        "sign",
        "correct",
    ]
    task_id: str | None
    available: bool
    refusal: Told | None


class CaseVerbs(BaseModel):
    """All that the case offers now."""

    case_no: str
    verbs: list[VerbShown]


@router.get("", response_model=CaseVerbs)
def show(case_no: str, caller: Asking) -> Response:
    """What the caller may do with the case, and of what he may not, why, since when, and who could."""
    with caller.reading() as reading:
        work = case_verbs.opened(reading.session, reading.office, reading.actor, case_no)
        return reading.answer({"case_no": case_no, "verbs": case_verbs.listed(work)})
