"""The lending and reading log on the archivist's desk."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.archiving import archive as api_archive
from api.dependencies import Asking, Commanding
from authz import decisions
from authz.acts import Act
from engine.archiving import archive_desk, archive_loans
from engine.archiving.archive_filing import KEEP
from engine.archiving.archive_loans import LoanRequest, Which
from web import commands, pages
from web.archive import showing
from web.archive.files import checked
from web.archive.showing import ARCHIVE
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

SentForm = Annotated[Sent, sent_form()]
LOANS = f"{ARCHIVE}/loans"
_LOANS = "archive-loans"


@router.get(LOANS)
def show(request: Request, caller: Asking, which: Which = "out") -> Response:
    """What is out, overdue, or everything."""
    position = cursors.position(_LOANS, request.query_params.get("cursor"))
    with caller.reading() as reading:
        codes = archive_desk.readable(reading.session, reading.actor)
        found = archive_loans.listing(reading.session, codes, which, position)
        sealed = cursors.sealed_page(_LOANS, found)
        return showing.page(
            request, "loans", reading, first=position is None, which=which, **sealed
        )


@router.post(LOANS)
def lend(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Note a loan; without a day it is a reading in the archive."""
    with commands.command(request, caller, sent) as command:
        session, actor = command.session, command.actor
        decisions.require(session, actor, Act(KEEP, agency=actor.agency))
        said: dict[str, Any] = {n: sent.text(n) for n in ("case_no", "borrower", "purpose")}
        due_on = sent.text("due_on")
        said["kind"] = "lend" if due_on else "read"
        if due_on:
            said["due_on"] = _day(due_on)
        archive_loans.lend(session, actor, checked(LoanRequest, said))
        return pages.done(command, request, f"{ARCHIVE}/cases/{said['case_no']}")


@router.post(LOANS + "/{loan_id}/return")
def take_back(loan_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Note that a file is back."""
    with commands.command(request, caller, sent) as command:
        number = api_archive.loan_number(loan_id)
        archive_loans.take_back(command.session, command.actor, number)
        return pages.done(command, request, LOANS)


def _day(text: str) -> date | str:
    """A day as it was typed, for the model to judge."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
