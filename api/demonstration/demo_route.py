"""What a demo office shows to try: public, and absent (404) in an agency's own office."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from api.demonstration import demo
from api.dependencies import Asking
from api.office_answers import Demo
from database.refusals import NotFound

router = APIRouter(tags=["demo"])


@router.get("/api/demo", response_model=None, responses={200: {"model": Demo}})
def show_demo(request: Request, caller: Asking) -> dict[str, Any]:
    """Invented persons and employers, and bodies that POST /api/cases accepts from T101."""
    with caller.public() as session:
        if not demo.is_loaded(session):
            raise NotFound
    return demo.shown(request.app.state.office.catalogue)
