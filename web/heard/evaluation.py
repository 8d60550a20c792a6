"""Evaluating a service (好差评), for whoever holds its paper: no signing in, no script, no name shown.

The receipt's second code leads here. What is typed is sent in the body of a form, so that no number stands in
an address or a log.
"""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import problems
from api.dependencies import Asking, Commanding
from database.refusals import Refusal
from engine.heard import evaluations, paper_holders
from engine.heard.evaluations import CAUSES, GRADES, EvaluationGiven
from engine.heard.paper_holders import Held
from web import pages, tokens
from web.forms import Sent, checked, sent_form

router = APIRouter(include_in_schema=False)

MOST_LETTERS = 40


def paper(request: Request, caller: Asking, sent: Sent) -> Held:
    """What the paper is about whose number and code were typed. Raises NoSuchPaper, TooManyGuesses."""
    number, code = (sent.text(name)[:MOST_LETTERS] for name in ("number", "code"))
    with caller.public() as session:
        return paper_holders.held(session, request.app.state.guesses, number, code)


@router.get("/evaluation")
def show(request: Request) -> Response:
    """The form: the paper's number and code, five grades, a cause, and words if one likes."""
    return _page(request)


@router.post("/evaluation")
def give(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Record it, and say thanks; or say what is wrong, with what was typed still there."""
    tokens.require(request, sent.token)
    try:
        held = paper(request, caller, sent)
        grade = sent.text("grade")
        said = {
            "grade": int(grade) if grade in map(str, GRADES) else 0,
            "cause": sent.text("cause") or None,
            "words": sent.text("words"),
        }
        given = checked(EvaluationGiven, said)
        with caller.public_command(held.agency) as session:
            evaluations.give(session, held, given)
    except Refusal as refused:
        return _page(request, sent=sent, refused=refused, status=problems.status_of(refused))
    return _page(request, given=GRADES[given.grade], low=given.grade <= evaluations.LOW)


def _page(
    request: Request, *, status: int = 200, sent: Sent | None = None, **said: Any
) -> Response:
    typed = {
        name: sent.text(name) if sent else ""
        for name in ("number", "code", "grade", "cause", "words")
    }
    shown = {"refused": None, "given": None, "low": False, **said}
    return pages.page(
        request,
        "heard/evaluation.html",
        status=status,
        typed=typed,
        grades=GRADES,
        causes=CAUSES,
        most=evaluations.MOST_WORDS,
        **shown,
    )
