"""The pages of the register of rules (规则登记): what is in force, a new text, its effect, applying."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import Body
from api.defining import rules as api_rules
from api.dependencies import Asking, Commanding, Reading
from authz import decisions
from authz.acts import Act
from database import clock
from database.refusals import Forbidden
from engine import correction, handling
from engine.applications import Correction
from engine.correction import NotReturned
from engine.rules import rule_changes, rule_entries, rule_listing
from engine.rules.rule_changes import ChangeEntry, RetirementEntry, TextEntry
from engine.rules.rule_kinds import CALENDAR, DEFINITION, KINDS, NEVER_ENDED
from oversight.definition_changes import Changed
from web import case_reading, commands, languages, pages, steps
from web.defining import process_versions
from web.forms import Sent, sent_form
from web.texts import mark

router = APIRouter(include_in_schema=False)

PAGE = "/rules"
# Years for which a calendar may be handed in before any is registered.
AHEAD = 3
KIND_NAMES = {
    "risk_table": mark("Risk table"),
    "parameters": mark("Parameters"),
    "calendar": mark("Working-day calendar"),
    "definition": mark("Process definition"),
}
SentForm = Annotated[Sent, sent_form()]


@router.get(PAGE)
def show(request: Request, caller: Asking) -> Response:
    """What is in force, what is to come and under way; for the province's supervisor the form of a text."""
    with caller.reading() as reading:
        found = rule_listing.read(reading.session, reading.office, reading.actor)
        return pages.page(
            request,
            "rules/page.html",
            reading,
            **found,
            unusable=reading.office.unusable,
            kinds=KIND_NAMES,
            choices=_choices(reading),
            standing=reading.office.in_force.standing,
            installed=reading.office.installed,
            endable=_endable(reading),
            may_change=_may_change(reading),
        )


@router.post(PAGE + "/texts")
def hand_in(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Keep a text that was uploaded, or the installed one, and show what it would change."""
    kind, _, name = sent.text("rule").partition(" ")
    with commands.command(request, caller, sent) as command:
        given: dict[str, Any] = {"kind": kind, "name": name, "text": _text(sent)}
        if sent.get("installed"):
            given["text"] = command.office.installed.get((kind, name), "")
        if sent.get("standing"):
            known = command.office.in_force.standing.get((kind, name))
            given["text"] = "" if known is None else known.content
        kept = api_rules.handed_in(command, Body(TextEntry, given))
        asked = f"?{urlencode({'from': sent.text('from')})}" if sent.text("from") else ""
        return pages.done(command, request, f"{PAGE}/texts/{kept.digest}{asked}")


@router.post(PAGE + "/retirements")
def retire(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Keep the end of a process, and show what it touches."""
    names = ("process", "reason", "successor")
    given = {name: sent.text(name) for name in names if sent.text(name)}
    with commands.command(request, caller, sent) as command:
        kept = api_rules.ended(command, Body(RetirementEntry, given))
        return pages.done(command, request, f"{PAGE}/texts/{kept.digest}")


@router.get(PAGE + "/texts/{digest}")
def show_text(digest: str, request: Request, caller: Asking) -> Response:
    """A text beside the one in force, its effect, and the form of the application."""
    with caller.reading() as reading:
        rule_changes.may_change(reading.session, reading.actor)
        return pages.page(
            request,
            "rules/text.html",
            reading,
            kinds=KIND_NAMES,
            processes=_processes(reading),
            step_name=steps.name,
            today=clock.today(reading.session).isoformat(),
            given={"effective_on": request.query_params.get("from", "")[:10]},
            change=api_rules.proposal(reading, digest),
            drawn=_drawn(request, api_rules.redefined(reading, digest)),
        )


@router.post(PAGE + "/changes")
def apply(request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Apply for a change, and show its case."""
    with commands.command(request, caller, sent) as command:
        work = api_rules.applied(command, Body(ChangeEntry, _entry(sent)))
        return pages.done(command, request, f"/cases/{work.case.case_no}")


@router.get(PAGE + "/changes/{case_no}")
def show_change(case_no: str, request: Request, caller: Asking) -> Response:
    """The change that a case is about, and where it waits for that the form of its correction."""
    with caller.reading() as reading:
        change = api_rules.change(reading, case_no)
        work = case_reading.opened(reading, case_no)
        return pages.page(
            request,
            "rules/change.html",
            reading,
            kinds=KIND_NAMES,
            processes=_processes(reading),
            step_name=steps.name,
            today=clock.today(reading.session).isoformat(),
            case_no=case_no,
            form=work.content.form,
            change=change,
            drawn=_drawn(request, api_rules.redefined(reading, change["digest"], case_no)),
            may_correct=_may_correct(work),
        )


@router.post(PAGE + "/changes/{case_no}")
def correct(case_no: str, request: Request, caller: Commanding, sent: SentForm) -> Response:
    """Correct a returned application: every signature begins again."""
    with commands.command(request, caller, sent) as command:
        session, office, actor = command.session, command.office, command.actor
        work = handling.open_case(session, office, actor, case_no)
        if work.case.process != rule_entries.CODE:
            raise NotReturned(facts={"case_no": case_no})
        before = work.content.form
        given = {"digest": before["digest"], **_entry(sent)}
        text = _text(sent)
        if text:
            said = {"kind": before["kind"], "name": before["rule_name"], "text": text}
            given["digest"] = api_rules.handed_in(command, Body(TextEntry, said)).digest
        entry = Body(ChangeEntry, given).checked()
        form = {**before, **entry.model_dump(mode="json")}
        correction.correct(session, office, actor, case_no, Correction(form=form))
        return pages.done(command, request, f"/cases/{case_no}")


def _drawn(request: Request, changed: Sequence[Changed]) -> Sequence[process_versions.Changed]:
    """The diagrams that differ, before and after: those of the first, where all have the same new part."""
    for one in changed[:1]:
        if one.before is not None:
            language = languages.of(request)
            return process_versions.diagrams_of(one.before.folder, one.after, language) or ()
    return ()


def _entry(sent: Sent) -> dict[str, Any]:
    """What an application's form says; what is left empty isn't said."""
    names = ("digest", "effective_on", "basis")
    return {name: sent.text(name) for name in names if sent.text(name)}


def _text(sent: Sent) -> str:
    """The uploaded text; nothing where no file came, or one that is no text (its refusal says so)."""
    try:
        return (sent.content("file") or b"").decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""


def _choices(reading: Reading) -> list[tuple[str, str]]:
    """The rules a text may be handed in for: those in force, those installed, and years to come."""
    year = clock.today(reading.session).year
    known = {*reading.office.in_force.standing, *reading.office.installed}
    # The files of a process are placed in the installation, and proposed from there.
    known = {key for key in known if key[0] != DEFINITION}
    known |= {(CALENDAR, str(each)) for each in range(year, year + AHEAD)}
    first = str(year)
    open_to = [key for key in known if key[0] != CALENDAR or key[1] >= first]
    return sorted(open_to, key=lambda key: (KINDS.index(key[0]), key[1]))


def _endable(reading: Reading) -> dict[str, Any]:
    """The processes that may be retired, by code, with their names."""
    return {
        one.code: one.names for one in reading.office.catalogue.all() if one.code not in NEVER_ENDED
    }


def _processes(reading: Reading) -> dict[str, Any]:
    return {one.code: one.names for one in reading.office.catalogue.known()}


def _may_change(reading: Reading) -> bool:
    act = Act(rule_changes.CHANGE, agency=reading.actor.agency)
    if decisions.may(reading.session, reading.actor, act) is None:
        return False
    try:
        rule_changes.may_change(reading.session, reading.actor)
    except Forbidden:
        return False
    return True


def _may_correct(work: handling.Handling) -> bool:
    task = next((task for task in work.tasks if task.step == "correct"), None)
    if task is None:
        return False
    try:
        correction.permitted(work, task)
    except Forbidden:
        return False
    return True
