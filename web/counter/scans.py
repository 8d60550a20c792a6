"""A scan on the screen: whoever may read the agency's materials looks at what was just handed in."""

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import Asking
from authz import decisions
from authz.acts import Act
from engine.scans import files
from web import scan_answer
from web.counter.begin import DESK, require_teller

router = APIRouter(include_in_schema=False)


@router.get(DESK + "/scans/{digest}")
def show(digest: str, caller: Asking) -> Response:
    """A scan that one's own agency stored. Raises FileNotFound."""
    with caller.reading() as reading:
        require_teller(reading)
        agency = reading.actor.agency
        decisions.require(reading.session, reading.actor, Act("see", agency=agency))
        content, kind = files.read(reading.session, [agency], digest, reading.office.scans)
    return scan_answer.of(content, kind)
