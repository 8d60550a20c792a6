"""The pages of erasures (个人信息删除): asked for, moved to a key of his own, decided, what then is so."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.archiving import erasures as api_erasures
from api.body import Body
from api.dependencies import Asking, Commanding, Reading
from authz import decisions
from authz.acts import Act
from engine.erasure import erasing, erasure_desk
from engine.erasure.erasing import APPROVE, ASK, ErasureEntry, ErasureOpinion
from web import commands, pages
from web.forms import Sent, sent_form
from web.texts import mark

router = APIRouter(include_in_schema=False)

PAGE = "/erasures"
_LIST = "erasures"
SentForm = Annotated[Sent, sent_form()]
STATES: Mapping[str, str] = {
    "waiting": mark("waits for its decision"),
    "rejected": mark("rejected: nothing was erased"),
    "erased": mark("erased for ever"),
}
BASES: Mapping[str, str] = {
    "retention": mark("the retention of every file is over"),
    "court": mark("order of a court"),
    "request": mark("request of the person himself"),
}
# What an erasure takes, by the table that holds it.
TAKEN: Mapping[str, str] = {
    "case_contents": mark("Forms, materials and postings of his cases"),
    "cases": mark("Who applied, and why a case was withdrawn"),
    "documents": mark("Papers that were issued to him"),
    "notice_contacts": mark("Where he wanted to be told"),
    "payables": mark("Payees and accounts of what was paid to him"),
    "register_versions": mark("Every value of his record in the register"),
    "sign_offs": mark("Opinions of those who signed his cases"),
}
_OF_THE_LAW = mark(
    "Social Insurance Law, article 74: insurance data and vouchers are kept (unverified)"
)
_STORED = mark(
    "Personal Information Protection Law, article 47 (2): stored and protected only (unverified)"
)
_ANSWERED = mark(
    "Personal Information Protection Law, article 9: the office answers for what it did (unverified)"
)
# What stays readable or stored, and the ground on which it does.
STAYS: Sequence[tuple[str, str]] = (
    (
        mark("Amounts, months, benefits and relations, under his number in the register"),
        _OF_THE_LAW,
    ),
    (mark("What an employer's list said of him, in the employer's case"), _OF_THE_LAW),
    (mark("Digests, signatures, chains and keyed fingerprints, which name nobody"), _STORED),
    (mark("Words at the window, complaints and reasons of staff, in rows of their own"), _STORED),
    (mark("This request and its decision"), _ANSWERED),
)


@router.get(PAGE)
def show_all(request: Request, caller: Asking) -> Response:
    """The requests, newest first, and the form of a new one for whoever may ask."""
    position = cursors.position(_LIST, request.query_params.get("cursor"))
    with caller.reading() as reading:
        found = erasure_desk.page(reading.session, reading.actor, position)
        return pages.page(
            request,
            "erasures/list.html",
            reading,
            first=position is None,
            states=STATES,
            bases=BASES,
            may_ask=_may(reading, ASK, reading.actor.agency),
            **cursors.sealed_page(_LIST, found),
        )


@router.post(PAGE)
def ask(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Ask for the erasure of a person, named by his number in the register or by a case of his."""
    with commands.command(request, caller, sent) as command:
        decisions.require(command.session, command.actor, Act(ASK, agency=command.actor.agency))
        given: dict[str, Any] = {name: sent.text(name) for name in ("basis", "reason")}
        named = sent.text("person_id")
        given["person_id"] = erasure_desk.person_named(command.session, named)
        entry = Body(ErasureEntry, given).checked()
        made = erasing.ask(command.session, command.actor, entry)
        return pages.done(command, request, f"{PAGE}/{made}")


@router.get(PAGE + "/{request_id}")
def show(request_id: str, request: Request, caller: Asking) -> Response:
    """One request: its three steps, what it takes, what stays and why, and the form of the decision."""
    with caller.reading() as reading:
        number = api_erasures.number(request_id)
        found = erasure_desk.whole(reading.session, reading.actor, number)
        return pages.page(
            request,
            "erasures/one.html",
            reading,
            erasure=found,
            states=STATES,
            bases=BASES,
            taken=TAKEN,
            stays=STAYS,
            command=erasing.COMMAND,
            decides=found["status"] == erasure_desk.WAITING
            and found["asked_by"] != reading.actor.staff_no
            and _may(reading, APPROVE, found["agency"]),
        )


@router.post(PAGE + "/{request_id}/decision")
def decide(request_id: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Approve, which erases at once and for ever, or reject."""
    with commands.command(request, caller, sent) as command:
        decisions.require(command.session, command.actor, Act(APPROVE, agency=command.actor.agency))
        given = {"agree": sent.text("agree") == "yes", "opinion": sent.text("opinion")}
        said = Body(ErasureOpinion, given).checked()
        number = api_erasures.number(request_id)
        erasing.decide(command.session, command.actor, number, said)
        return pages.done(command, request, f"{PAGE}/{number}")


def _may(reading: Reading, act: str, agency: str) -> bool:
    return decisions.may(reading.session, reading.actor, Act(act, agency=agency)) is not None
