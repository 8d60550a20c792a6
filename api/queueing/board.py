"""The supervisors' board (看板) through HTTP: counts, times and queues of an agency, and nobody's data."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import Asking
from api.queueing.board_answers import Board
from engine.boards import board

router = APIRouter(tags=["board"], prefix="/api/board")

# Before any office of this kind kept a register.
EARLIEST = date(2000, 1, 1)
Code = Annotated[str | None, Query(max_length=6)]
Day = Annotated[date | None, Query(ge=EARLIEST)]


@router.get("", response_model=Board)
def show(caller: Asking, agency: Code = None, day: Day = None) -> Response:
    """The board of one's own agency or one below it, of today or of an earlier day."""
    with caller.reading() as reading:
        found = board.report(reading.session, reading.office, reading.actor, agency, day)
        return reading.answer(found)
