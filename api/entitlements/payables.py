"""Payables through HTTP: listed, released by finance under a signature, and what the bank reports of them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from api import cursors, openapi
from api.body import Body, json_of
from api.dependencies import Asking, Command, Commanding
from api.entitlements.payable_answers import (
    BatchPage,
    PayablePage,
    ReleaseDone,
    ReleasePage,
    ResultsTaken,
)
from api.queueing.tasks import PasswordWrong
from authz import decisions
from authz.acts import Act
from engine.paying import bank_results, payables, releasing
from engine.paying.bank_results import ResultsRequest
from engine.paying.releasing import ReleaseRequest
from engine.signing import PasswordNeeded

router = APIRouter(tags=["payables"], prefix="/api/payables")

_LIST, _RELEASES, _BATCHES = "payables", "payable-releases", "bank-batches"
Status = Literal["determined", "released", "paid", "returned", "settled"]
Cursor = Annotated[str | None, Query()]


class ReleaseBody(ReleaseRequest):
    """The body of a release, with the password, which may be left out while one given before stands."""

    password: str | None = Field(default=None, min_length=1, max_length=128)

    def request(self) -> ReleaseRequest:
        """What is signed: everything but the password."""
        return ReleaseRequest.model_construct(payables=self.payables)


@router.get("", response_model=PayablePage)
def list_payables(
    caller: Asking, status: Annotated[Status | None, Query()] = None, cursor: Cursor = None
) -> Response:
    """The payables of one's agencies, newest first, a page at a time: for finance and auditors."""
    position = cursors.position(_LIST, cursor)
    with caller.reading() as reading:
        page = payables.listing(reading.session, reading.actor, status, position)
        return reading.answer({**page, "next_cursor": cursors.seal(_LIST, page["next_cursor"])})


@router.get("/releases", response_model=ReleasePage)
def list_releases(caller: Asking, cursor: Cursor = None) -> Response:
    """What finance of one's agencies released, newest first, a page at a time."""
    position = cursors.position(_RELEASES, cursor)
    with caller.reading() as reading:
        page = releasing.releases(reading.session, reading.actor, position)
        return reading.answer({**page, "next_cursor": cursors.seal(_RELEASES, page["next_cursor"])})


@router.post(
    "/releases",
    status_code=201,
    response_model=ReleaseDone,
    openapi_extra=openapi.says(ReleaseBody),
)
def release(
    body: Annotated[Body[ReleaseBody], json_of(ReleaseBody)], caller: Commanding
) -> Response:
    """Sign a list of payables, each named with what was seen of it: all of them are released, or none."""
    password = body.raw.get("password") if isinstance(body.raw, dict) else None
    proof = caller.password_proof(password) if isinstance(password, str) else None
    with caller.command(body) as command:
        given = body.checked(lambda: _may(command, releasing.RELEASE))
        try:
            release_id = releasing.release(
                command.session,
                command.actor,
                given.request(),
                proof=proof,
                recall=password is None,
            )
        except PasswordNeeded as needed:
            if password is None:
                raise
            raise PasswordWrong(facts=needed.facts) from needed
        return command.answer(releasing.done(command.session, release_id), 201)


@router.get("/results", response_model=BatchPage)
def list_results(caller: Asking, cursor: Cursor = None) -> Response:
    """The bank's reports about one's agencies, newest first, a page at a time."""
    position = cursors.position(_BATCHES, cursor)
    with caller.reading() as reading:
        page = bank_results.batches(reading.session, reading.actor, position)
        return reading.answer({**page, "next_cursor": cursors.seal(_BATCHES, page["next_cursor"])})


@router.post("/results", response_model=ResultsTaken, openapi_extra=openapi.says(ResultsRequest))
def take_results(
    body: Annotated[Body[ResultsRequest], json_of(ResultsRequest)], caller: Commanding
) -> Response:
    """Take in what the bank reports; a row that doesn't fit is refused by itself."""
    with caller.command(body) as command:
        given = body.checked(lambda: _may(command, bank_results.IMPORT))
        return command.answer(
            bank_results.take(command.session, command.actor, given, command.office.messages)
        )


def _may(command: Command, act: str) -> None:
    """Refuse before a form error whoever isn't finance of his agency."""
    decisions.require(command.session, command.actor, Act(act, agency=command.actor.agency))
