"""What clients said (好差评, 投诉), for whoever answers for it, and one's own service in counts."""

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import Asking
from api.heard.feedback_answers import FeedbackShown, OwnFeedback
from engine.heard import feedback

router = APIRouter(tags=["feedback"], prefix="/api/feedback")


@router.get("", response_model=FeedbackShown)
def show(caller: Asking) -> Response:
    """Low grades and complaints of one's agency and those below, and how all services were graded."""
    with caller.reading() as reading:
        return reading.answer(feedback.opened(reading.session, reading.actor))


@router.get("/mine", response_model=OwnFeedback)
def mine(caller: Asking) -> Response:
    """How one's own services were graded, counted by fives."""
    with caller.reading() as reading:
        return reading.answer(feedback.own(reading.session, reading.actor))
