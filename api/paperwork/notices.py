"""Notices to applicants (一次性告知), the permits of late ones, and the list of those for who watches."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from api import answers, cursors, openapi
from api.body import Body, json_of
from api.dependencies import Asking, Command, Commanding
from api.paperwork import paper_answers
from authz import decisions
from authz.acts import Act
from engine import handling, maker, views
from engine.one_notice import notice_list, notice_permits, noticing
from engine.one_notice.notice_permits import PermitRequest
from engine.one_notice.noticing import NoticeRequest

router = APIRouter(tags=["notices"])

_LIST = "late-notices"


@router.post(
    "/api/cases/{case_no}/notices",
    status_code=201,
    response_model=answers.CaseShown,
    openapi_extra=openapi.says(NoticeRequest),
)
def tell(
    case_no: str, body: Annotated[Body[NoticeRequest], json_of(NoticeRequest)], caller: Commanding
) -> Response:
    """Tell the applicant of a returned or waiting case everything that lacks, in one notice."""
    with caller.command(body) as command:
        given = body.checked(lambda: _may(command, case_no))
        work = noticing.tell(command.session, command.office, command.actor, case_no, given)
        return command.answer(views.after(work), 201)


@router.get("/api/cases/{case_no}/notices", response_model=paper_answers.Notices)
def of_case(case_no: str, caller: Asking) -> Response:
    """The notices of a case and the permits of late ones, in order."""
    with caller.reading() as reading:
        case = views.visible_case(reading.session, reading.actor, case_no)
        return reading.answer(
            {
                "items": notice_list.of_case(reading.session, case.case_id),
                "permits": notice_permits.of_case(reading.session, case.case_id),
            }
        )


@router.post(
    "/api/cases/{case_no}/notice-permits",
    status_code=201,
    response_model=paper_answers.Notices,
    openapi_extra=openapi.says(PermitRequest),
)
def permit(
    case_no: str, body: Annotated[Body[PermitRequest], json_of(PermitRequest)], caller: Commanding
) -> Response:
    """Sign, with a coded reason, that a later notice may name what an earlier one kept back."""
    with caller.command(body) as command:
        given = body.checked(lambda: _may_permit(command, case_no))
        work = notice_permits.give(command.session, command.office, command.actor, case_no, given)
        found = {
            "items": notice_list.of_case(command.session, work.case.case_id),
            "permits": notice_permits.of_case(command.session, work.case.case_id),
        }
        return command.answer(found, 201)


@router.get("/api/late-notices", response_model=paper_answers.LateNotices)
def late(caller: Asking, cursor: str | None = None) -> Response:
    """Notices that came late, newest first, of one's own agency and its subordinates; with counts."""
    with caller.reading() as reading:
        page = notice_list.late(reading.session, reading.actor, cursors.position(_LIST, cursor))
        page["next_cursor"] = cursors.seal(_LIST, page["next_cursor"])
        return reading.answer(page)


def _may(command: Command, case_no: str) -> None:
    work = handling.open_case(command.session, command.office, command.actor, case_no)
    decisions.require(command.session, command.actor, maker.act(work, "correct"))


def _may_permit(command: Command, case_no: str) -> None:
    case = handling.open_case(command.session, command.office, command.actor, case_no).case
    act = Act(notice_permits.STEP, agency=case.agency_code, category=case.category)
    decisions.require(command.session, command.actor, act)
