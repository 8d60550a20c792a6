"""The register of rules (规则登记) through HTTP: read it, hand in a text, see its effect, apply for it."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from api import openapi
from api.body import Body, json_of
from api.defining.rule_answers import RuleChangeAnswer, RuleProposal, RuleRegister, RuleTextAnswer
from api.dependencies import Asking, Command, Commanding, Reading
from database import clock
from engine import views
from engine.defining import retirement
from engine.handling import Handling
from engine.rules import rule_changes, rule_difference, rule_entries, rule_listing, rules_in_force
from engine.rules.rule_changes import ChangeEntry, RetirementEntry, RuleTextNotFound, TextEntry
from engine.rules.rule_kinds import DEFINITION, RuleTextRefused
from engine.rules.rule_record import RuleText
from oversight import definition_changes, retired_processes, rule_effects
from oversight.definition_changes import Changed

router = APIRouter(tags=["rules"], prefix="/api/rules")


@router.get("", response_model=RuleRegister)
def list_rules(caller: Asking) -> Response:
    """What is in force, since when and by which case; what is to come, and what is installed otherwise."""
    with caller.reading() as reading:
        return reading.answer(rule_listing.read(reading.session, reading.office, reading.actor))


@router.post(
    "/texts",
    status_code=201,
    response_model=RuleTextAnswer,
    openapi_extra=openapi.says(TextEntry),
)
def hand_in(body: Annotated[Body[TextEntry], json_of(TextEntry)], caller: Commanding) -> Response:
    """Hand in the new text of a rule: it is kept by its digest, and changes nothing by itself."""
    with caller.command(body) as command:
        kept = handed_in(command, body)
        return command.answer({"kind": kept.kind, "name": kept.name, "digest": kept.digest}, 201)


@router.post(
    "/retirements",
    status_code=201,
    response_model=RuleTextAnswer,
    openapi_extra=openapi.says(RetirementEntry),
)
def retire(
    body: Annotated[Body[RetirementEntry], json_of(RetirementEntry)], caller: Commanding
) -> Response:
    """Hand in the end of a process: kept by its digest as a text is, and changes nothing by itself."""
    with caller.command(body) as command:
        kept = ended(command, body)
        return command.answer({"kind": kept.kind, "name": kept.name, "digest": kept.digest}, 201)


@router.get("/texts/{digest}", response_model=RuleProposal)
def show_text(digest: str, caller: Asking) -> Response:
    """A text beside the one in force, and which cases of the last quarter it would have changed."""
    with caller.reading() as reading:
        rule_changes.may_change(reading.session, reading.actor)
        return reading.answer(proposal(reading, digest))


@router.post(
    "/changes",
    status_code=201,
    response_model=RuleChangeAnswer,
    openapi_extra=openapi.says(ChangeEntry),
)
def apply(body: Annotated[Body[ChangeEntry], json_of(ChangeEntry)], caller: Commanding) -> Response:
    """Apply for a change: a case that internal control reviews and the head approves; then it is in force."""
    with caller.command(body) as command:
        work = applied(command, body)
        return command.answer({"case_no": work.case.case_no, "status": work.case.status}, 201)


@router.get("/changes/{change_no}", response_model=RuleProposal)
def show_change(change_no: str, caller: Asking) -> Response:
    """The change that a case is about, for whoever may see the case. Raises CaseNotFound."""
    with caller.reading() as reading:
        return reading.answer(change(reading, change_no))


def handed_in(command: Command, body: Body[TextEntry]) -> RuleText:
    """Keep a text, for this route and the desk's page."""
    entry = body.checked(lambda: rule_changes.may_change(command.session, command.actor))
    return rule_changes.keep_text(command.session, command.office, command.actor, entry)


def ended(command: Command, body: Body[RetirementEntry]) -> RuleText:
    """Keep the end of a process, for this route and the desk's page."""
    entry = body.checked(lambda: rule_changes.may_change(command.session, command.actor))
    return rule_changes.keep_retirement(command.session, command.office, command.actor, entry)


def applied(command: Command, body: Body[ChangeEntry]) -> Handling:
    """Apply for a change, for this route and the desk's page."""
    entry = body.checked(lambda: rule_changes.may_change(command.session, command.actor))
    return rule_changes.apply(command.session, command.office, command.actor, entry)


def change(reading: Reading, case_no: str) -> dict[str, Any]:
    """The change of a case: once it is in force, beside the text that was before it.

    Raises CaseNotFound, RuleTextNotFound.
    """
    digest = _digest_of(reading, case_no)
    found = proposal(reading, digest)
    before = rules_in_force.before(reading.session, case_no)
    if before is not None:
        kept = rule_changes.kept(reading.session, digest)
        found["difference"] = rule_difference.lines(before, kept.content)
        found["definition"] = _definition(reading, kept, case_no)
    return found


def _digest_of(reading: Reading, case_no: str) -> str:
    view = views.case_view(reading.session, reading.office, reading.actor, case_no)
    if view["process"] != rule_entries.CODE:
        raise RuleTextNotFound(facts={"case_no": case_no})
    return str(view["form"]["digest"])


def proposal(reading: Reading, digest: str) -> dict[str, Any]:
    """A text beside the one in force, and its effect, or why it fits no more. Raises RuleTextNotFound."""
    session, office = reading.session, reading.office
    kept = rule_changes.kept(session, digest)
    key, content = (kept.kind, kept.name), kept.content
    known = office.in_force.standing.get(key)
    before = known.content if known else ""
    today = clock.today(session)
    refused, effect = None, None
    try:
        effect = rule_effects.of_text(session, office, key, content, today).said()
    except RuleTextRefused as wrong:
        refused = wrong.detail
    return {
        "kind": key[0],
        "name": key[1],
        "digest": digest,
        "difference": rule_difference.lines(before, content),
        "definition": _definition(reading, kept, None),
        "retirement": _retirement(reading, kept),
        "effect": effect,
        "refused": refused,
    }


def redefined(reading: Reading, digest: str, case_no: str | None = None) -> list[Changed]:
    """The processes that a text changes, beside those in force, or where its case is over those before it.

    Empty where it is another rule's. Raises RuleTextNotFound.
    """
    kept = rule_changes.kept(reading.session, digest)
    if kept.kind != DEFINITION or retirement.says(kept.content):
        return []
    before = None if case_no is None else rules_in_force.before(reading.session, case_no)
    if before is None:
        known = reading.office.in_force.standing.get((kept.kind, kept.name))
        before = known.content if known else ""
    return definition_changes.of_text(reading.office, kept.name, before, kept.content)


def _definition(reading: Reading, kept: RuleText, case_no: str | None) -> dict[str, Any] | None:
    """Of a process's folder what it says; None of other rules, and of the end of a process."""
    if kept.kind != DEFINITION or retirement.says(kept.content):
        return None
    found = redefined(reading, kept.digest, case_no)
    return definition_changes.shown(reading.session, reading.office, kept.name, found)


def _retirement(reading: Reading, kept: RuleText) -> dict[str, Any] | None:
    """What the end of a process says and touches; None of any other text."""
    if kept.kind != DEFINITION or not retirement.says(kept.content):
        return None
    return retired_processes.shown(reading.session, reading.office, kept)
