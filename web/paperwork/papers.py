"""The papers of a case: its documents and their deliveries, its notices, and the permit of a late one."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Commanding
from authz import decisions
from authz.acts import Act
from database import clock
from engine import case_verbs, maker
from engine.handling import Handling
from engine.one_notice import notice_list, notice_permits, noticing
from engine.one_notice.notice_permits import PermitRequest
from engine.one_notice.noticing import NoticeRequest
from engine.paperwork import papers
from engine.paperwork.papers import DeliveryRecord
from web import case_labels, case_reading, commands, faults, pages
from web.casework.case import CASES
from web.forms import Sent, checked, sent_form
from web.heard.document_check import KINDS
from web.texts import mark

router = APIRouter(include_in_schema=False)

PAGE = CASES + "/{case_no}/papers"
LATE = "/late-notices"
WAYS = {
    "window": mark("at the window"),
    "post": mark("by post"),
    "electronic": mark("electronically"),
}
SentForm = Annotated[Sent, sent_form()]


@router.get(PAGE)
def show(case_no: str, request: Request, caller: Asking) -> Response:
    """Every paper of a case, and what the reader may do about them. Raises CaseNotFound, Forbidden."""
    with caller.reading() as reading:
        work = case_reading.opened(reading, case_no)
        session, case = reading.session, work.case
        correct = case_verbs.verbs(work).get("correct")
        permit = Act(notice_permits.STEP, agency=case.agency_code, category=case.category)
        waits = any(task.step == "correct" for task in work.tasks)
        return pages.page(
            request,
            "papers/case.html",
            reading,
            case_no=case_no,
            names=work.definition.names,
            status_text=case_labels.STATUSES[case.status],
            documents=papers.of_case(session, case),
            notices=notice_list.of_case(session, case.case_id),
            permits=notice_permits.of_case(session, case.case_id),
            lines=faults.lines(work.definition, _there(work)),
            item_names=_item_names(work),
            missing=work.content.missing,
            correct=correct,
            may_permit=waits and decisions.may(session, reading.actor, permit) is not None,
            may_hand_out=_may_hand_out(work),
            reasons=notice_permits.REASONS,
            kinds=KINDS,
            ways=WAYS,
            today=clock.today(session).isoformat(),
        )


@router.post(PAGE + "/notice")
def tell(case_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Give the applicant one notice of everything that lacks."""
    with commands.command(request, caller, sent) as command:
        work = case_reading.opened(command, case_no)
        given = NoticeRequest(faults=faults.found(work.definition, _there(work), sent))
        noticing.tell(command.session, command.office, command.actor, case_no, given)
        return pages.done(command, request, f"{CASES}/{case_no}/papers")


@router.post(PAGE + "/permit")
def permit(case_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Sign that a later notice may name what an earlier one kept back."""
    with commands.command(request, caller, sent) as command:
        work = case_reading.opened(command, case_no)
        said: dict[str, Any] = {
            "items": faults.items(work.definition, _there(work), sent),
            "reason": sent.text("reason"),
            "text": sent.text("text"),
        }
        given = checked(PermitRequest, said)
        notice_permits.give(command.session, command.office, command.actor, case_no, given)
        return pages.done(command, request, f"{CASES}/{case_no}/papers")


@router.post(PAGE + "/{number}/printing")
def print_again(
    case_no: str, number: str, request: Request, caller: Commanding, sent: SentForm
) -> Response:
    """Journal that a document is printed to be handed out, then show it."""
    with commands.command(request, caller, sent) as command:
        session, office, actor = command.session, command.office, command.actor
        printed = papers.print_again(session, office, actor, case_no, number)
        return pages.done(command, request, printed["pdf"])


@router.post(PAGE + "/{number}/delivery")
def deliver(
    case_no: str, number: str, request: Request, caller: Commanding, sent: SentForm
) -> Response:
    """Record how and when a document reached its applicant."""
    with commands.command(request, caller, sent) as command:
        said = {name: sent.text(name) for name in ("way", "delivered_on", "reference")}
        given = checked(DeliveryRecord, said)
        session, office, actor = command.session, command.office, command.actor
        papers.deliver(session, office, actor, case_no, number, given)
        return pages.done(command, request, f"{CASES}/{case_no}/papers")


@router.get(LATE)
def late(request: Request, caller: Asking) -> Response:
    """Notices that came late, with counts, for who watches over them. Raises Forbidden."""
    with caller.reading() as reading:
        found = notice_list.late(reading.session, reading.actor)
        return pages.page(request, "papers/late.html", reading, found=found)


def _there(work: Handling) -> set[str]:
    return {material["code"] for material in work.content.materials}


def _item_names(work: Handling) -> dict[str, Any]:
    """What materials and fields are called, by the word that registers have for them."""
    everything = [material.code for material in work.definition.guide.materials]
    lines = faults.lines(work.definition, everything)
    return {f"{line['kind']}:{line['code']}": line for line in lines}


def _may_hand_out(work: Handling) -> bool:
    act = maker.act(work, papers.STEP)
    return decisions.may(work.session, work.actor, act) is not None
