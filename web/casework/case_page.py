"""Everything the page of a case shows, as its reader may see it: one reading, no effect."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from api.defining import rules as api_rules
from api.dependencies import Reading
from authz import decisions
from authz.acts import Act
from authz.keys.outside_keys import KeyElsewhere
from authz.offices import accounts, agencies
from authz.signing_in import confirmations
from database import clock
from database.clock import office_date
from engine import (
    awaited,
    case_verbs,
    corrected_cases,
    decision_reasons,
    openings,
    task_permits,
    views,
)
from engine.case_verbs import Verb
from engine.city_meetings import meeting_record, resolutions
from engine.defining.definition import Definition
from engine.grants import grant_entries
from engine.green_record import CATEGORIES, GreenCase
from engine.handling import Handling
from engine.record import FINAL_STATUSES
from engine.rules import parameters_used, rule_entries
from engine.rules.risk_file import REGISTRATION
from engine.scans import signed_scans
from engine.timing import deadlines
from engine.timing.case_clocks import CORRECT
from web import case_labels, case_reading, steps
from web.casework import case_clocks, case_owner, case_rungs
from web.heard import undelivered

MAKER = "handle"
# Instant, and a second person reviews while the client waits: Art. 11.
GENERAL = 2
DESK = "/desk"


def shown(reading: Reading, case_no: str, language: str) -> dict[str, Any]:
    """What ``case/page.html`` needs. Raises CaseNotFound, Forbidden."""
    session, actor = reading.session, reading.actor
    work = case_reading.opened(reading, case_no)
    view = views.case_view(session, reading.office, actor, case_no)
    history = views.history(session, actor, case_no)
    properties = _properties(reading, work)
    verbs = case_verbs.verbs(work)
    due_on = date.fromisoformat(view["due_on"])
    return {
        "view": view,
        "rule": _rule(reading, view),
        "names": work.definition.names,
        "agency_name": agencies.get(session, view["agency"]).name,
        "ended": view["status"] in FINAL_STATUSES,
        "status_text": case_labels.STATUSES[view["status"]],
        "waits_minutes": _waits_minutes(work),
        "wider_since": _wider_since(work),
        "days_left": deadlines.working_days_left(clock.today(session), due_on),
        **case_clocks.shown(work, view["deadline"]),
        "rungs": case_rungs.shown(work, language),
        "posting": case_labels.posting(language, view["posting"], properties),
        "posting_count": view["posting_total"]["lines"] + view["posting_total"]["changes"],
        "labels": case_labels.fields(language, properties),
        "correctable": _correctable(reading, view),
        "form_rows": _form_rows(language, view["form"], properties),
        "parameters": [parameters_used.titled(use) for use in view["parameters"]],
        "came": [
            (said, _came_rows(language, work.definition, name, view["messages"][name]))
            for name, said in _titles(work.definition, view["messages"])
        ],
        "materials": _materials(work, view["materials"]),
        "scans": signed_scans.of_case(session, work.case.case_id),
        "decided_reasons": case_labels.reasons(view.get("decided") or {}),
        "timeline": _timeline(reading, history),
        "earlier": [row for row in history["sign_offs"] if row["void"]],
        "verbs": verbs,
        "panel": _panel(work, verbs.get("sign")),
        "step_name": steps.name,
        "words": case_labels,
        **case_owner.shown(work, view),
        "green_categories": CATEGORIES,
        "green_before": session.get(GreenCase, case_no) is not None,
        "messages": undelivered.about(session, work.case.case_id),
    }


def _waits_minutes(work: Handling) -> int | None:
    """How long the client has been at the window for a second person; None where nobody waits there."""
    task = next((one for one in work.tasks if one.closed_at is None), None)
    today = office_date(work.now)
    if task is None or task.risk_level != GENERAL or task.step == CORRECT or task.due_on != today:
        return None
    return max(0, int((work.now - task.opened_at).total_seconds()) // 60)


def _wider_since(work: Handling) -> datetime | None:
    """Since when the waiting review is offered to more posts than the reviewer's."""
    found = (task_permits.wider_since(work, task) for task in work.tasks)
    return next((since for since in found if since is not None), None)


def _rule(reading: Reading, view: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What an open change of a rule says and would have done, before whoever signs it."""
    if view["process"] != rule_entries.CODE or view["status"] in FINAL_STATUSES:
        return None
    return api_rules.proposal(reading, view["form"]["digest"])


def _correctable(reading: Reading, view: Mapping[str, Any]) -> str | None:
    """Where this completed case is corrected; None where it can't be, or not by the reader."""
    if view["status"] != "completed" or view["corrected_by"] or view["route"] == REGISTRATION:
        return None
    actor = reading.actor
    definition = reading.office.catalogue.current(corrected_cases.CODE)
    act = Act(
        "accept",
        agency=actor.agency,
        process=definition.code,
        category=definition.category,
    )
    if decisions.may(reading.session, actor, act) is None:
        return None
    sought = {"corrects": view["case_no"]}
    # Whom somebody else accepted a case of, a teller types himself.
    if view["accepted_by"] == actor.staff_no:
        sought["like"] = view["case_no"]
    return f"{DESK}/new/{definition.code}?{urlencode(sought)}"


def _properties(reading: Reading, work: Handling) -> Mapping[str, Any]:
    """The fields of the form; of a grant its business is called as the business calls itself."""
    properties: dict[str, Any] = work.definition.form_schema()["properties"]
    if work.case.process != grant_entries.CODE:
        return properties
    called = {
        one.code: {"zh": one.names.zh, "en": one.names.en}
        for one in reading.office.catalogue.known()
    }
    return {**properties, "process": {**properties["process"], "choices": called}}


def _form_rows(
    language: str, form: Mapping[str, Any], properties: Mapping[str, Any]
) -> list[tuple[str, Any]]:
    labels = case_labels.fields(language, {})
    own = "title_zh" if language == "zh" else "title"
    return [
        (
            str(properties.get(name, {}).get(own) or labels.get(name, name)),
            case_labels.form_value(language, name, found, properties.get(name, {})),
        )
        for name, found in form.items()
        if found is not None
    ]


def _titles(definition: Definition, came: Mapping[str, Any]) -> list[tuple[str, Mapping[str, str]]]:
    return [(name, awaited.message_title(definition, name)) for name in came]


def _came_rows(
    language: str, definition: Definition, name: str, said: Mapping[str, Any]
) -> list[tuple[str, Any]]:
    """What a message says, as the form's own fields are shown."""
    schema = definition.message_schema(name) or {"properties": {}}
    return _form_rows(language, said, schema["properties"])


def _materials(work: Handling, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    names = {material.code: material.name for material in work.definition.guide.materials}
    return [{**material, "names": names.get(material["code"])} for material in given]


def _timeline(reading: Reading, history: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The journal, newest first, with the names of those who acted."""
    acted = {entry["actor"] for entry in history["journal"] if entry["actor"]}
    names = accounts.names(reading.session, acted)
    return [
        {**entry, "name": names.get(entry["actor"] or "", "")}
        for entry in reversed(history["journal"])
    ]


def _panel(work: Handling, verb: Verb | None) -> dict[str, Any] | None:
    """What signing takes; None where nothing waits for a signature."""
    if verb is None or verb.task is None:
        return None
    task, case, actor = verb.task, work.case, work.actor
    session = work.session
    heads = task.step == resolutions.MEETING_STEP and resolutions.required(work)
    decided = meeting_record.standing(session, case) if heads else None
    decisions = ["approve", "return", "refuse"]
    if verb.refusal is None and case_reading.may_escalate(work, task):
        decisions.append("escalate")
    return {
        "task": task,
        "refusal": verb.refusal,
        "holder": case_reading.holder(session, task),
        "elsewhere": isinstance(actor.signer, KeyElsewhere),
        "mine": task.claimed_by == actor.account_id,
        "decisions": decisions,
        "reasons": {name: decision_reasons.choices(name) for name in ("return", "refuse")},
        "rules": [basis.cited for basis in work.definition.guide.basis],
        "password": case.risk_level == 1
        and task.step != MAKER
        and not confirmations.is_fresh(session, actor),
        "fresh_until": confirmations.fresh_until(session, actor),
        # What a meeting decided the sign-off takes from the register; only what it put off may come anew.
        "resolution": heads and (decided is None or decided[2].decision == "postpone"),
        "opened": {
            row["what"]: row["at"]
            for row in openings.seen_by(session, case, case.cycle, actor.account_id)
        },
    }
