"""Who changed what people may do: grants, posts and keys, risk levels, definitions."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.auditing.audit_queries import RuleQuery
from api.dependencies import Asking
from oversight.auditing import trail
from web import pages
from web.audit import asking, words
from web.audit.search import AUDIT

router = APIRouter(include_in_schema=False)

_LIST = "audit-rules"


@router.get(AUDIT + "/rules")
def show(request: Request, caller: Asking) -> Response:
    """A page of changes, newest first."""
    with caller.reading() as reading:
        sought = asking.asked(request, RuleQuery)
        position = asking.position(_LIST, request)
        page = trail.changes_of_rules(
            reading.session,
            reading.actor,
            kind=sought.kind,
            days=sought.days(),
            cursor=position,
        )
        return pages.page(
            request,
            "audit/rules.html",
            reading,
            items=page["items"],
            next_cursor=cursors.seal(_LIST, page["next_cursor"]),
            first=position is None,
            query=asking.kept(request),
            words=words,
        )
