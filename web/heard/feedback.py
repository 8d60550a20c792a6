"""What clients said, at the desk: open low grades and complaints, and one's own service in counts."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking
from authz import decisions
from authz.acts import Act
from engine.heard import feedback
from web import pages

router = APIRouter(include_in_schema=False)

PAGE = "/feedback"


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """One's own counts, and for whoever answers for it what is open."""
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        reads = decisions.may(session, actor, Act(feedback.READ, agency=actor.agency)) is not None
        return pages.page(
            request,
            "heard/feedback.html",
            reading,
            own=feedback.own(session, actor),
            opened=feedback.opened(session, actor) if reads else None,
            processes={one.code: one.names for one in reading.office.catalogue.known()},
        )
