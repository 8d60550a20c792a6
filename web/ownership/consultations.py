"""Questions to superiors (请示) at the desk: asked and answered on a case's page, and what waits for one."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import Body
from api.dependencies import Asking, Commanding
from authz.offices import agencies
from engine.ownership import consultations
from engine.ownership.consultations import Answer, Question
from web import commands, pages
from web.casework.case import CASES
from web.forms import Sent, sent_form
from web.queueing import queue

router = APIRouter(include_in_schema=False)

PAGE = "/questions"
SentForm = Annotated[Sent, sent_form()]


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """The questions that wait for a post of one's own."""
    with caller.reading() as reading:
        found = consultations.to_answer(reading.session, reading.actor)
        codes = {one["agency"] for one in found}
        return pages.page(
            request,
            "owners/questions.html",
            reading,
            questions=found,
            processes=queue.process_names(reading.office),
            agencies={code: agencies.get(reading.session, code).name for code in codes},
        )


@router.post(CASES + "/{case_no}/consultation")
def ask(case_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Ask a superior about a case, then show it again."""
    given = {name: sent.text(f"ask.{name}") for name in ("post", "question")}
    with commands.command(request, caller, sent) as command:
        said = Body(Question, given).checked()
        consultations.ask(command.session, command.office, command.actor, case_no, said)
        return pages.done(command, request, f"{CASES}/{case_no}")


@router.post(CASES + "/{case_no}/consultation-answer")
def answer(case_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Answer the question that a case waits with, then show it again."""
    with commands.command(request, caller, sent) as command:
        said = Body(Answer, {"answer": sent.text("answer")}).checked()
        consultations.answer(command.session, command.office, command.actor, case_no, said)
        return pages.done(command, request, f"{CASES}/{case_no}")
