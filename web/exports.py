"""The page of files taken out today (今日导出): what is left of each one's limit, and more permitted."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.auditing import exports as api_exports
from api.body import Body
from api.dependencies import Asking, Commanding
from engine.exports import exports_today
from engine.exports.export_permits import MOST_ROWS, ExportPermitEntry
from web import commands, pages
from web.forms import Sent, sent_form
from web.texts import mark

router = APIRouter(include_in_schema=False)

PAGE = "/exports"
KINDS: Mapping[str, str] = {
    "audit_list": mark("List of the auditors"),
    "window_ledger": mark("Daily ledger of windows"),
    "deviations": mark("Report of who differs from his post"),
    "evidence": mark("Whole evidence of a case"),
    "list_errors": mark("Wrong rows of an employer's list"),
}


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """Everybody of one's office and below for internal control, oneself for anybody else."""
    with caller.reading() as reading:
        day = exports_today.read(reading.session, reading.actor)
        return pages.page(
            request,
            "exports.html",
            reading,
            day=api_exports.shown(day),
            kinds=KINDS,
            most_rows=MOST_ROWS,
        )


@router.post(PAGE)
def permit(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Let somebody take out more today, and come back to the page."""
    given: dict[str, Any] = {name: sent.text(name) for name in ("staff_no", "reason")}
    rows = sent.text("more_rows")
    given["more_rows"] = int(rows) if rows.isascii() and rows.isdecimal() else rows
    with commands.command(request, caller, sent) as command:
        api_exports.permitted(command, Body(ExportPermitEntry, given))
        return pages.done(command, request, PAGE)
