"""核验: whether a paper is genuine, for whoever holds it: by the code on it, no signing in, no script.

What is typed is sent in the body of a form, as for progress.
"""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import problems
from api.dependencies import Asking
from engine.paperwork import document_check
from engine.paperwork.document_check import NotIssuedHere
from web import pages, tokens
from web.forms import Sent, sent_form
from web.texts import mark

router = APIRouter(include_in_schema=False)

MAX_CODE = 40
KINDS = {
    "receipt": mark("receipt"),
    "notice": mark("notice of missing materials"),
    "acceptance": mark("acceptance slip"),
    "certificate": mark("certificate or statement"),
    "denial": mark("decision not to do it"),
    "unaccepted": mark("decision not to accept"),
}


@router.get("/document-check")
def show(request: Request) -> Response:
    """The form that asks for the code."""
    return _page(request)


@router.post("/document-check")
def look(request: Request, caller: Asking, sent: Annotated[Sent, sent_form()]) -> Response:
    """What was issued under the code, to be compared with the paper; or that nothing was."""
    tokens.require(request, sent.token)
    code = sent.text("verification_code")[:MAX_CODE]
    try:
        with caller.public() as session:
            found = document_check.checked(session, caller.office, code)
    except NotIssuedHere as refused:
        return _page(request, code=code, refused=refused, status=problems.status_of(refused))
    return _page(request, code=code, found=found, kind=KINDS[found["kind"]])


def _page(request: Request, *, status: int = 200, **said: Any) -> Response:
    shown = {"code": "", "refused": None, "found": None, "kind": "", **said}
    return pages.page(request, "guides/document.html", status=status, **shown)
