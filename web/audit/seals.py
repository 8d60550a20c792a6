"""The seals (封存点) over the journal, as an auditor compares them with the witness's copy."""

from fastapi import APIRouter
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.dependencies import Asking
from oversight.auditing import scope
from oversight.seal_record import Seal
from web import pages
from web.audit import asking
from web.audit.search import AUDIT

router = APIRouter(include_in_schema=False)

_LIST = "seals"


@router.get(AUDIT + "/seals")
def show(request: Request, caller: Asking) -> Response:
    """A page of seals, newest first."""
    with caller.reading() as reading:
        scope.of(reading.session, reading.actor)
        position = asking.position(_LIST, request)
        asked = select(Seal).where(scope.before(Seal.seal_no, position))
        rows = (
            reading.session.execute(asked.order_by(Seal.seal_no.desc()).limit(scope.PAGE + 1))
            .scalars()
            .all()
        )
        more = str(rows[scope.PAGE - 1].seal_no) if len(rows) > scope.PAGE else None
        return pages.page(
            request,
            "audit/seals.html",
            reading,
            seals=rows[: scope.PAGE],
            next_cursor=cursors.seal(_LIST, more),
            first=position is None,
        )
