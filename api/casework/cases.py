"""Cases: accept, read, correct, withdraw, deliver what they wait for, verify."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import answers, cursors, openapi
from api.answers import Status
from api.body import Body, json_of
from api.casework.case_list_answers import CasePage
from api.casework.history_answers import History
from api.dependencies import Asking, Command, Commanding
from authz import decisions
from authz.acts import Act
from authz.offices import agencies
from engine import cases, correction, handling, maker, messages, offered, views, withdrawal
from engine.applications import Application, Correction
from engine.messages import Delivery
from engine.queueing import queues
from oversight import verification
from oversight.findings import Finding

router = APIRouter(tags=["cases"], prefix="/api/cases")

Short = Annotated[str | None, Query(max_length=64)]
_LIST = "cases"


class Withdrawal(BaseModel):
    """The body of a withdrawal: why the applicant wants no more of it."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    reason: str = Field(min_length=1, max_length=500)


@router.post(
    "",
    status_code=201,
    response_model=answers.CaseShown,
    openapi_extra=openapi.says(Application),
)
def accept(
    body: Annotated[Body[Application], json_of(Application)], caller: Commanding
) -> Response:
    """Accept a business at the window; a level-3 case completes in this one request."""
    with caller.command(body) as command:
        application = body.checked(lambda: may_accept(command, body.raw))
        work = cases.accept(command.session, command.office, command.actor, application)
        return command.answer(views.accepted(work), 201)


@router.get("", response_model=CasePage)
def list_cases(
    caller: Asking,
    status: Status | None = None,
    process: Short = None,
    person_id: Short = None,
    q: Short = None,
    cursor: str | None = None,
) -> Response:
    """The cases of one's own agency and its subordinates, newest first, a page at a time."""
    with caller.reading() as reading:
        page = queues.cases(
            reading.session,
            reading.actor,
            status=status,
            process=process,
            person_id=person_id,
            q=q,
            cursor=cursors.position(_LIST, cursor),
        )
        page["next_cursor"] = cursors.seal(_LIST, page["next_cursor"])
        return reading.answer(page)


@router.get("/{case_no}", response_model=answers.CaseShown)
def show_case(case_no: str, caller: Asking) -> Response:
    """One case as a signer must see it, personal data masked."""
    with caller.reading() as reading:
        return reading.answer(
            views.case_view(reading.session, reading.office, reading.actor, case_no)
        )


@router.get("/{case_no}/history", response_model=History)
def show_history(case_no: str, caller: Asking) -> Response:
    """Who signed what, and everything that happened."""
    with caller.reading() as reading:
        return reading.answer(views.history(reading.session, reading.actor, case_no))


@router.post(
    "/{case_no}/correction",
    response_model=answers.CaseShown,
    openapi_extra=openapi.says(Correction),
)
def correct(
    case_no: str, body: Annotated[Body[Correction], json_of(Correction)], caller: Commanding
) -> Response:
    """Correct a returned case, or bring what was missing; the chain starts again."""
    with caller.command(body) as command:
        given = body.checked(lambda: _may(command, case_no, "correct"))
        work = correction.correct(command.session, command.office, command.actor, case_no, given)
        return command.answer(views.after(work))


@router.post(
    "/{case_no}/withdrawal",
    response_model=answers.CaseShown,
    openapi_extra=openapi.says(Withdrawal),
)
def withdraw(
    case_no: str, body: Annotated[Body[Withdrawal], json_of(Withdrawal)], caller: Commanding
) -> Response:
    """End an open case at the applicant's wish."""
    with caller.command(body) as command:
        reason = body.checked(lambda: _may(command, case_no, "withdraw")).reason
        work = withdrawal.withdraw(command.session, command.office, command.actor, case_no, reason)
        return command.answer(views.after(work))


@router.post(
    "/{case_no}/messages/{name}",
    response_model=answers.CaseShown,
    openapi_extra=openapi.says(Delivery),
)
def deliver(
    case_no: str,
    name: str,
    body: Annotated[Body[Delivery], json_of(Delivery)],
    caller: Commanding,
) -> Response:
    """Hand over what the case waits for from outside, with its data where the process declares some."""
    with caller.command(body) as command:
        given = body.checked(lambda: _may(command, case_no, "message"))
        work = messages.deliver(
            command.session, command.office, command.actor, case_no, name, given
        )
        return command.answer(views.after(work))


@router.post(
    "/{case_no}/verification",
    response_model=answers.Findings,
    openapi_extra=openapi.says(keyed=False),
)
def verify(case_no: str, caller: Asking) -> Response:
    """Recompute the case from its record: sign-offs, journal, status, posting."""
    with caller.reading() as reading:
        case = views.visible_case(reading.session, reading.actor, case_no)
        decisions.require(
            reading.session,
            reading.actor,
            Act("verify", agency=case.agency_code, category=case.category),
        )
        notes: list[Finding] = []
        found = verification.verify_case(
            reading.session, reading.office, case_no, noted=notes.append
        )
        said = {"findings": found, "notes": notes}
        return reading.answer({name: [one.shown() for one in said[name]] for name in said})


def _may(command: Command, case_no: str, step: str) -> None:
    """Refuse before a form error where the case isn't there for this person, or not his to change."""
    work = handling.open_case(command.session, command.office, command.actor, case_no)
    decisions.require(command.session, command.actor, maker.act(work, step))


def _any_category(command: Command) -> str:
    """One category the person's section serves, where the body names no business."""
    actor = command.actor
    served = agencies.categories(command.session, actor.agency, actor.section)
    return served[0] if served else ""


def may_accept(command: Command, raw: Any) -> None:
    """Refuse before a form error an unknown process, and whom may not accept it."""
    code = raw.get("process") if isinstance(raw, dict) else None
    if not isinstance(code, str):
        act = Act("accept", agency=command.actor.agency, category=_any_category(command))
        decisions.require(command.session, command.actor, act)
        return
    definition = offered.process(command.session, command.office, command.actor, code)
    act = Act(
        "accept",
        agency=command.actor.agency,
        process=definition.code,
        category=definition.category,
    )
    decisions.require(command.session, command.actor, act)
