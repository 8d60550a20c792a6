"""A list of employees at the counter: sent as a workbook, its check told as it goes, its outcome shown."""

import io
from collections.abc import Iterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.dependencies import Asking, Caller, Commanding, Reading
from api.uploads import list_uploads, lists
from api.uploads.files import FileMissing
from api.uploads.list_uploads import Step
from database.refusals import Invalid, NotFound, Refusal
from engine.workbooks import list_checks
from engine.workbooks import lists as stored_lists
from engine.workbooks.list_checks import Asked
from web import languages, pages, refusal_texts, tokens
from web.case_reading import opened
from web.counter import typed
from web.counter.begin import DESK, require_teller
from web.counter.typed import Typed
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

FILE = "list.file"
LINES = "application/x-ndjson"


@router.post(DESK + "/lists")
def upload(
    request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> StreamingResponse:
    """Check a list and keep it: a line of JSON for each step, and last the list or why it is refused."""
    with caller.reading() as reading:
        tokens.require(request, sent.token, reading.actor.account_id)
        require_teller(reading)
        code = sent.text("process")
        definition = list_checks.opened(reading.session, reading.office, reading.actor, code)
    content = sent.content(FILE)
    if not content:
        raise FileMissing
    said = typed.sent(definition, sent)
    form, errors = typed.values_of(definition, said)
    if errors:
        raise Invalid("Some fields don't fit; each says why.", errors=errors)
    header = {name: value for name, value in form.items() if name not in ("rows", "list_id")}
    asked = Asked(definition.code, said.applicant.get("id_no", ""), header)
    if said.case_no:
        asked = _of_case(caller, said.case_no, asked)
    language = languages.of(request)
    return StreamingResponse(_steps(caller, asked, content, language), media_type=LINES)


@router.get(DESK + "/lists/{list_id}")
def show(list_id: str, request: Request, caller: Asking) -> Response:
    """What came of a list's check, as a part of the form's page."""
    with caller.reading() as reading:
        require_teller(reading)
        found = lists.shown(stored_lists.get(reading.session, reading.actor, list_id))
        return pages.part(request, "counter/list_result.html", reading, listed=found)


def of(reading: Reading, said: Typed) -> dict[str, Any] | None:
    """The list that a form names, as the page shows it; None where there is none (any more)."""
    list_id = said.form.get("list_id")
    if not list_id:
        return None
    try:
        return lists.shown(stored_lists.get(reading.session, reading.actor, list_id))
    except NotFound:
        return None


def _of_case(caller: Caller, case_no: str, asked: Asked) -> Asked:
    """For the employer whose returned case is corrected: the page doesn't send his number."""
    with caller.reading() as reading:
        work = opened(reading, case_no)
        return Asked(asked.process, str(work.content.applicant["id_no"]), asked.form)


def _steps(caller: Caller, asked: Asked, content: bytes, language: str) -> Iterator[bytes]:
    try:
        for step in list_uploads.checked(caller, asked, io.BytesIO(content)):
            if isinstance(step, Step):
                yield _line({"phase": step.phase, "done": step.done, "about": step.about})
            else:
                with caller.command(keyed=False) as command:
                    kept = stored_lists.keep(command.session, command.actor, step)
                    said = {"list_id": kept.list_id, "wrong": kept.wrong_count}
                yield _line(said)
    except Refusal as refused:
        # The answer has begun: what is refused now is its last line.
        yield _line({"rule": refused.rule, "said": _said(refused, language)})


def _said(refused: Refusal, language: str) -> str:
    message = refused.facts.get("message")
    if isinstance(message, dict) and language in message:
        return str(message[language])
    first = refused.errors[0] if refused.errors else None
    if first is not None and refused.rule == Invalid.rule:
        return refusal_texts.said(language, str(first["rule"]), str(first["message"]))
    return refusal_texts.said(language, refused.rule, refused.detail)


def _line(said: dict[str, Any]) -> bytes:
    return orjson.dumps(said) + b"\n"
