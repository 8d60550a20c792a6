"""The check page (核对): everything once more before it counts, the form to print, and the acceptance."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Command, Commanding
from database import clock
from database.refusals import Conflict, Forbidden, Invalid
from engine import cases, correction, drafts, offered
from engine.applications import Application
from engine.defining.definitions import Definition
from engine.defining.guides import Material
from engine.handling import Handling
from engine.late_entry import paper_record
from engine.one_notice.faults import Fault
from engine.paperwork import printed_forms
from web import case_labels, commands, faults, languages, pages
from web.case_reading import opened
from web.counter import (
    contact,
    fields,
    judged,
    late,
    lists,
    looked_up,
    outcome,
    person,
    prefill,
    typed,
)
from web.counter.begin import DESK, require_teller
from web.counter.filling import definition_of
from web.counter.judged import Before
from web.counter.typed import Typed
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)


class DraftChanged(Conflict):
    """The draft was changed in another window since this page showed it: look at it again."""

    rule = "draft.changed"


@router.get(DESK + "/drafts/{draft_id}/check")
def show(draft_id: str, request: Request, caller: Asking) -> Response:
    """The draft once more, as it would be accepted; back to the form where something is wrong."""
    with looked_up.reading(caller) as reading:
        require_teller(reading)
        draft = drafts.get(reading.session, reading.actor, draft_id)
        said = typed.kept(draft.content)
        definition = definition_of(reading, draft.process, said)
        found = judged.judge(reading, definition, said)
        try:
            found.check()
        except (Invalid, Forbidden):
            return pages.moved(request, f"{form_of(said, draft_id)}?wrong=1")
        picture = person.picture(reading, said, definition)
        known = fields.of(definition)
        return pages.page(
            request,
            "counter/check.html",
            reading,
            draft=draft,
            definition=definition,
            typed=said,
            fields=known,
            judged=found,
            before=judged.before(reading, said),
            present=prefill.present(known, (picture or {}).get("record")),
            signature=_signature(definition),
            outcome=outcome.shown(reading, definition, found, languages.of(request)),
            back=form_of(said, draft_id),
            case_labels=case_labels,
            listed=lists.of(reading, said),
            fault_lines=faults.lines(definition, _there(said, judged.before(reading, said))),
            late_codes=paper_record.CODES,
            channels=reading.office.messages.channels,
        )


@router.get(DESK + "/drafts/{draft_id}/application-form.pdf")
def application_form(draft_id: str, caller: Asking) -> Response:
    """The 申请表 as it is typed, for the client to sign; nothing is stored by printing it."""
    with caller.reading() as reading:
        require_teller(reading)
        draft = drafts.get(reading.session, reading.actor, draft_id)
        definition = offered.process(reading.session, reading.office, reading.actor, draft.process)
        today = clock.today(reading.session)
        given = _application(definition, typed.kept(draft.content), today)
        form = printed_forms.application(
            reading.session, reading.office, reading.actor, definition.code, given
        )
    # Set once the snapshot is given back: the first page takes a while.
    named = f'inline; filename="{definition.code}.pdf"'
    return Response(
        form.pdf(), media_type="application/pdf", headers={"content-disposition": named}
    )


@router.post(DESK + "/drafts/{draft_id}/accept")
def accept(
    draft_id: str, request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]
) -> Response:
    """Accept the case, or correct it, just as the check page showed it; the draft is then done with.

    Raises DraftChanged where the draft is no longer what was shown, else as the use case does.
    """
    with commands.command(request, caller, sent) as command:
        draft = drafts.get(command.session, command.actor, draft_id)
        said = typed.kept(draft.content)
        if said.digest() != sent.text("seen"):
            raise DraftChanged
        if said.case_no:
            definition = opened(command, said.case_no).definition
        else:
            definition = offered.process(
                command.session, command.office, command.actor, draft.process
            )
        _take_signature(definition, said, sent)
        named = faults.found(definition, [one.code for one in definition.guide.materials], sent)
        work = (
            _corrected(command, said, named)
            if said.case_no
            else _accepted(command, draft.process, said, (named, sent))
        )
        drafts.drop(command.session, command.actor, draft_id)
        return pages.done(command, request, f"{DESK}/done/{work.case.case_no}")


def _signature(definition: Definition) -> Material | None:
    """The applicant's own signature, where the guide asks for one: he gives it under what is shown here."""
    own = definition.guide.signature
    return next((one for one in definition.guide.materials if one.code == own), None)


def _take_signature(definition: Definition, said: Typed, sent: Sent) -> None:
    own = definition.guide.signature
    if own is None:
        return
    file = sent.text("signature.file")
    if file or sent.get("signature.paper") is not None:
        said.materials[own] = file
    else:
        said.materials.pop(own, None)


def form_of(said: Typed, draft_id: str) -> str:
    """Where the draft is filled in."""
    return f"{DESK}/correct/{said.case_no}" if said.case_no else f"{DESK}/drafts/{draft_id}"


def _there(said: Typed, before: Before) -> set[str]:
    """The materials that are there, brought now or with the case before."""
    return {*said.materials, *before.materials}


def _accepted(
    command: Command,
    process: str,
    said: Typed,
    beside: tuple[Sequence[Fault], Sent],
) -> Handling:
    """``beside`` is what the teller found wrong, and the form that says paper and contact."""
    named, sent = beside
    paper = late.of(sent)
    definition = command.office.catalogue.current(process)
    application = _application(definition, said, clock.today(command.session))
    application.faults = list(named)
    if paper is not None:
        application = late.entered(application, paper)
    application = contact.added(application, sent)
    return cases.accept(command.session, command.office, command.actor, application)


def _application(definition: Definition, said: Typed, today: date) -> Application:
    """The application as it was typed. Raises Invalid with every wrong field."""
    application, errors = typed.application(definition, said, today)
    if application is None:
        raise Invalid("Some fields don't fit; each says why. Nothing was accepted.", errors=errors)
    return application


def _corrected(command: Command, said: Typed, named: Sequence[Fault]) -> Handling:
    given, errors = judged.corrected(opened(command, said.case_no), said)
    if errors:
        raise Invalid("Some fields don't fit; each says why. Nothing was accepted.", errors=errors)
    given.faults = list(named)
    return correction.correct(command.session, command.office, command.actor, said.case_no, given)
