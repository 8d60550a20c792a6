"""Signing from the page of a case: the same body as the API's, from a form; also claiming and withdrawing."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.casework.cases import Withdrawal
from api.dependencies import Commanding
from api.queueing.tasks import PasswordWrong
from engine import decision_reasons, signing, withdrawal
from engine.grants import grant_cases
from engine.queueing import claims
from engine.sign_off_requests import SignOffRequest
from engine.signing import PasswordNeeded
from web import commands, pages
from web.casework.case import CASES
from web.forms import Sent, checked, sent_form

router = APIRouter(include_in_schema=False)

SentForm = Annotated[Sent, sent_form()]
RESOLUTION = ("minutes_no", "date", "attendees", "decision")


@router.post(CASES + "/{case_no}/sign/{task_id}")
def sign(
    case_no: str, task_id: str, request: Request, caller: Commanding, sent: SentForm
) -> Response:
    """Sign over exactly what the page showed, then show the case again."""
    # Before the transaction: a password takes 20 ms of work, and others wait for the write lock.
    password = sent.get("password") or None
    proof = caller.password_proof(password) if password is not None else None
    alters = grant_cases.alters_authority(task_id)
    with commands.command(request, caller, sent, alters_authority=alters) as command:
        given = sign_off_in(sent)
        try:
            signing.sign(
                command.session,
                command.office,
                command.actor,
                task_id,
                given,
                proof=proof,
                recall=password is None,
            )
        except PasswordNeeded as needed:
            if password is None:
                raise
            raise PasswordWrong(facts=needed.facts) from needed
        return pages.done(command, request, f"{CASES}/{case_no}?signed=1")


@router.post(CASES + "/{case_no}/claim/{task_id}")
def claim(
    case_no: str, task_id: str, request: Request, caller: Commanding, sent: SentForm
) -> Response:
    """Take the task that waits, or give it back where the form says so."""
    with commands.command(request, caller, sent) as command:
        act = claims.release if sent.get("release") else claims.claim
        act(command.session, command.office, command.actor, task_id)
        return pages.done(command, request, f"{CASES}/{case_no}")


@router.post(CASES + "/{case_no}/withdraw")
def withdraw(case_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """End the case at the applicant's wish, for his reason."""
    with commands.command(request, caller, sent) as command:
        reason = checked(Withdrawal, {"reason": sent.text("reason")}).reason
        withdrawal.withdraw(command.session, command.office, command.actor, case_no, reason)
        return pages.done(command, request, f"{CASES}/{case_no}")


def sign_off_in(sent: Sent) -> SignOffRequest:
    """The sign-off that a form asks for. Raises Invalid."""
    return checked(SignOffRequest, _body(sent))


def _body(sent: Sent) -> dict[str, Any]:
    decision = sent.get("decision")
    body: dict[str, Any] = {
        "opinion": sent.get("opinion") or "",
        "seen": sent.get("seen") or "",
        # Reasons of another decision may still be ticked in a form without script.
        "reasons": [
            code for code in sent.all("reasons") if code in decision_reasons.choices(decision or "")
        ],
    }
    if decision:
        body["decision"] = decision
    if decision == "refuse":
        body["basis"] = sent.text("basis")
    resolution = {name: sent.text(f"resolution.{name}") for name in RESOLUTION}
    if any(resolution.values()):
        body["resolution"] = resolution
    return body
