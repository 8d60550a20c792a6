"""The form of a business: filled in, checked as one types, kept as a draft, and sent on to the check page."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Commanding, Reading
from database import clock
from engine import drafts, offered
from engine.defining.definitions import Definition
from engine.drafts import Draft
from engine.process import Correcting
from web import case_labels, commands, formats, languages, pages, tokens
from web.case_reading import opened
from web.counter import aside, fields, judged, lists, looked_up, outcome, person, prefill, typed
from web.counter.begin import DESK, of_case, require_teller
from web.counter.typed import Typed
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

MAX_CASE_NO = 24


@router.get(DESK + "/drafts/{draft_id}")
def show(draft_id: str, request: Request, caller: Asking, wrong: str = "") -> Response:
    """A draft as a form, as it was left; ``wrong`` marks every field at once."""
    with looked_up.reading(caller) as reading:
        require_teller(reading)
        draft = drafts.get(reading.session, reading.actor, draft_id)
        said = typed.kept(draft.content)
        definition = definition_of(reading, draft.process, said)
        return form_page(request, reading, definition, said, draft, wrong=bool(wrong))


@router.get(DESK + "/new/{code}")
def begin(
    code: str,
    request: Request,
    caller: Asking,
    draft: str = "",
    like: str = "",
    corrects: str = "",
) -> Response:
    """Another business for the client of a draft or of a case; kept from the first change on.

    ``corrects`` is the number of the completed case that a correction is begun of.
    """
    with looked_up.reading(caller) as reading:
        require_teller(reading)
        definition = offered.process(reading.session, reading.office, reading.actor, code)
        said = Typed()
        if draft:
            before = typed.kept(drafts.get(reading.session, reading.actor, draft).content)
            said = Typed(applicant=before.applicant)
        elif like:
            said = of_case(reading, like)
        if corrects and issubclass(definition.form, Correcting):
            said.form["corrected_case"] = corrects[:MAX_CASE_NO]
        return form_page(request, reading, definition, said, None)


@router.post(DESK + "/check")
def check(request: Request, caller: Asking, sent: Annotated[Sent, sent_form()]) -> Response:
    """The form as it stands: its errors, what would follow, who the client is. Nothing is written."""
    with looked_up.reading(caller) as reading:
        tokens.require(request, sent.token, reading.actor.account_id)
        require_teller(reading)
        definition, said = _sent(reading, sent)
        return pages.part(
            request,
            "counter/checked.html",
            reading,
            processes=aside.names(reading),
            **_seen(request, reading, definition, said),
        )


@router.post(DESK + "/drafts")
def save(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Keep the form as it stands; a draft that doesn't exist yet begins with this."""
    with commands.command(request, caller, sent, keyed=False) as command:
        require_teller(command)
        draft = _kept(command, sent)
        return command.answer(
            {"draft": draft.draft_id, "saved_at": formats.clock_time(draft.saved_at)}
        )


@router.post(DESK + "/drafts/{draft_id}/discard")
def discard(
    draft_id: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Throw a draft away."""
    with commands.command(request, caller, sent, keyed=False) as command:
        drafts.drop(command.session, command.actor, draft_id)
        return pages.done(command, request, DESK)


@router.post(DESK + "/review")
def review(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Keep the form, and go on to the check page unless something in it is wrong."""
    with commands.command(request, caller, sent, keyed=False) as command:
        require_teller(command)
        draft = _kept(command, sent)
    with caller.reading() as reading:
        definition, said = _sent(reading, sent)
        judged.judge(reading, definition, said).check()
    return pages.moved(request, f"{DESK}/drafts/{draft.draft_id}/check")


def form_page(
    request: Request,
    reading: Reading,
    definition: Definition,
    said: Typed,
    draft: Draft | None,
    *,
    wrong: bool = False,
    returned: dict[str, Any] | None = None,
) -> Response:
    """The form's page; ``returned`` is why a case came back, where it is corrected."""
    seen = _seen(
        request, reading, definition, said, fill=draft is None or not draft.content["form"]
    )
    return pages.page(
        request,
        "counter/form.html",
        reading,
        **seen,
        **{**aside.shown(reading), "origin": {"draft": draft.draft_id} if draft else {}},
        draft=draft,
        wrong=wrong,
        returned=returned,
    )


def definition_of(reading: Reading, code: str, said: Typed) -> Definition:
    """The version a new case would begin on, or the one a returned case began on."""
    if not said.case_no:
        return offered.process(reading.session, reading.office, reading.actor, code)
    return opened(reading, said.case_no).definition


def _seen(
    request: Request,
    reading: Reading,
    definition: Definition,
    said: Typed,
    *,
    fill: bool = False,
) -> dict[str, Any]:
    language = languages.of(request)
    known = fields.of(definition)
    picture = person.picture(reading, said, definition)
    record = (picture or {}).get("record")
    if fill and not said.case_no:
        prefill.fill(known, said, record, clock.today(reading.session))
    found = judged.judge(reading, definition, said)
    before = judged.before(reading, said)
    there = set(before.materials) | set(said.materials)
    return {
        "definition": definition,
        "typed": said,
        "fields": known,
        "picture": picture,
        "words": person,
        "present": prefill.present(known, record),
        "before": before,
        "case_labels": case_labels,
        "listed": lists.of(reading, said),
        "judged": found,
        "outcome": outcome.shown(reading, definition, found, language),
        "there": there,
    }


def _sent(reading: Reading, sent: Sent) -> tuple[Definition, Typed]:
    code, case_no = sent.text("process"), sent.text("case_no")
    definition = definition_of(reading, code, Typed(case_no=case_no))
    said = typed.sent(definition, sent)
    if case_no:
        # Whose case it is doesn't change with a correction.
        content = opened(reading, case_no).content
        said.applicant = {name: str(content.applicant[name]) for name in typed.APPLICANT}
    return definition, said


def _kept(command: Reading, sent: Sent) -> Draft:
    definition, said = _sent(command, sent)
    return drafts.save(
        command.session,
        command.actor,
        sent.text("draft") or None,
        definition.code,
        said.content(),
    )
