"""The coded reasons of a return or a refusal (``GET /api/reasons``)."""

from fastapi import APIRouter
from starlette.responses import Response

from api.casework.desk_answers import ReasonChoices
from api.dependencies import Asking
from engine import decision_reasons

router = APIRouter(tags=["tasks"])


@router.get("/api/reasons", response_model=ReasonChoices)
def reasons(caller: Asking) -> Response:
    """The reasons to choose from, by decision; a sign-off may give other short texts too."""
    with caller.reading() as reading:
        return reading.answer(decision_reasons.shown())
