"""Money out on the desk of finance: what waits to be paid, its release, the bank's reports."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from api import cursors
from api.dependencies import Asking, Commanding
from api.queueing.tasks import PasswordWrong
from authz import decisions
from authz.acts import Act
from authz.signing_in import confirmations
from database.refusals import Invalid
from engine import applications
from engine.paying import bank_results, payables, releasing
from engine.paying.releasing import ReleaseRequest
from engine.signing import PasswordNeeded
from web import commands, languages, pages, refusal_texts
from web.entitlements import bank_file
from web.forms import Sent, sent_form
from web.texts import mark

router = APIRouter(include_in_schema=False)

SentForm = Annotated[Sent, sent_form()]
PAYABLES, RELEASES, RESULTS = "/payables", "/payables/releases", "/payables/results"
_LIST, _RELEASES = "payables", "payable-releases"
STATES = {
    "determined": mark("to be released"),
    "returned": mark("returned by the bank"),
    "released": mark("on its way"),
    "paid": mark("paid by the bank"),
    "settled": mark("taken off"),
}


@router.get(PAYABLES)
def show(request: Request, caller: Asking) -> Response:
    """A page of payables; those that wait for a release first, unless another state is asked for."""
    status = request.query_params.get("status", "determined")
    if status not in STATES:
        status = "determined"
    position = cursors.position(_LIST, request.query_params.get("cursor"))
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        page = payables.listing(session, actor, status, position)
        may = decisions.may(session, actor, Act(releasing.RELEASE, agency=actor.agency))
        return pages.page(
            request,
            "payables/list.html",
            reading,
            items=page["items"],
            next_cursor=cursors.seal(_LIST, page["next_cursor"]),
            first=position is None,
            state=status,
            states=STATES,
            summary=payables.summary(session, actor),
            releases=may is not None and status in ("determined", "returned"),
            own=actor.agency,
            password=not confirmations.is_fresh(session, actor),
        )


@router.get(RELEASES)
def show_releases(request: Request, caller: Asking) -> Response:
    """What was released, newest first."""
    position = cursors.position(_RELEASES, request.query_params.get("cursor"))
    with caller.reading() as reading:
        page = releasing.releases(reading.session, reading.actor, position)
        return pages.page(
            request,
            "payables/releases.html",
            reading,
            items=page["items"],
            next_cursor=cursors.seal(_RELEASES, page["next_cursor"]),
            first=position is None,
            states=STATES,
        )


@router.post(RELEASES)
def release(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Sign for the payables that were ticked, over exactly what the page showed of each."""
    password = sent.get("password") or None
    proof = caller.password_proof(password) if password is not None else None
    with commands.command(request, caller, sent) as command:
        decisions.require(
            command.session, command.actor, Act(releasing.RELEASE, agency=command.actor.agency)
        )
        try:
            releasing.release(
                command.session,
                command.actor,
                _asked(sent),
                proof=proof,
                recall=password is None,
            )
        except PasswordNeeded as needed:
            if password is None:
                raise
            raise PasswordWrong(facts=needed.facts) from needed
        return pages.done(command, request, RELEASES)


@router.get(RESULTS)
def show_results(request: Request, caller: Asking) -> Response:
    """The form for a report of the bank, and what the last ones came to."""
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        may = decisions.may(session, actor, Act(bank_results.IMPORT, agency=actor.agency))
        language = languages.of(request)
        return pages.page(
            request,
            "payables/results.html",
            reading,
            reports=[_said(language, one) for one in bank_results.reports(session, actor)],
            may=may is not None,
            states=STATES,
        )


@router.post(RESULTS)
def take_results(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Take in a report, from a file or as typed; rows that don't fit stand on the page that follows."""
    with commands.command(request, caller, sent) as command:
        decisions.require(
            command.session, command.actor, Act(bank_results.IMPORT, agency=command.actor.agency)
        )
        file = sent.content("file")
        content = bank_file.text(file) if file else sent.get("lines") or ""
        asked = bank_file.read(sent.text("reference"), content)
        bank_results.take(command.session, command.actor, asked, command.office.messages)
        return pages.done(command, request, RESULTS)


def _said(language: str, report: dict[str, Any]) -> dict[str, Any]:
    """A report with the sentence of each refused row."""
    refused = [
        {**row, "text": refusal_texts.said(language, row["rule"], bank_results.RULES[row["rule"]])}
        for row in report["refused"]
    ]
    return {**report, "refused": refused}


def _asked(sent: Sent) -> ReleaseRequest:
    picked = [one for one in sent.all("payable") if one.isascii() and one.isdecimal()]
    listed: list[dict[str, Any]] = [
        {"payable_id": int(one), "seen": sent.text(f"seen.{one}")} for one in picked
    ]
    try:
        return ReleaseRequest.model_validate({"payables": listed})
    except ValidationError as wrong:
        errors = applications.field_errors(wrong)
        raise Invalid("Tick what is to be released.", errors=errors, rule="form.invalid") from None
