"""The right column of form and check page: level and why, who will sign, until when, what is posted."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.dependencies import Reading
from authz.offices import agencies
from authz.offices.posts import ENGLISH, POSTS
from engine import case_parts
from engine.defining.definitions import Definition
from engine.foresight import outlook
from engine.foresight.outlook import Prospect, Signature
from engine.rules import parameters_used
from engine.rules.risk_file import RiskTable
from engine.workbooks import long_lists
from web import case_labels, steps
from web.counter.judged import Judged
from web.texts import mark, translate

LAST_STEP = mark("Enters into force")
YOU = mark("you")
YOU_SIGN = mark("Your signature is given with the acceptance")
NOBODY = mark("Nobody holds this post now")
NAMED = 3


def shown(
    reading: Reading, definition: Definition, judged: Judged, language: str
) -> Mapping[str, Any]:
    """What the column says; before the form is complete, what the risk table lists."""
    table = reading.office.risk
    outcome = judged.outcome
    if outcome is None:
        level, route = outlook.at_first(table, definition.code)
        reasons: Sequence[Mapping[str, str]] = ()
        agency, amount = agencies.known(reading.session, reading.actor.agency), 0
        if level == 1 and agency.kind != "county":
            route = "city"
    else:
        level, route = outcome.classified.level, outcome.classified.route
        reasons = outcome.classified.reasons
        agency, amount = outcome.agency, outcome.computed.amount_cents
    prospect = Prospect(table, definition, agency, level, route, amount)
    signatures = outlook.signatures(reading.session, reading.actor, prospect)
    return {
        "level": level,
        "route": route,
        "reasons": reasons,
        "raised_by": () if outcome else _raised_by(table, definition.code, level),
        "rungs": _rungs(reading, signatures, language),
        "deadline": None if outcome is None else outcome.deadline,
        "posting": None if outcome is None else _posting(outcome.computed.posting, language),
        "labels": case_labels.fields(language, definition.form_schema()["properties"]),
        "derivation": () if outcome is None else outcome.computed.posting["derivation"],
        "unverified": ()
        if outcome is None
        else parameters_used.unverified(outcome.computed.posting["parameters"]),
        "signatures": signatures,
    }


def _posting(posting: dict[str, Any], language: str) -> list[dict[str, Any]]:
    return case_labels.posting(language, long_lists.first(case_parts.posting_shown(posting)))


def _raised_by(table: RiskTable, code: str, level: int) -> list[Mapping[str, str]]:
    """What would raise the level: a client may be told before the form is filled in."""
    entry = table.entries.get(code)
    return [rule.reason for rule in entry.raise_rules if rule.level < level] if entry else []


def _rungs(
    reading: Reading, signatures: Sequence[Signature], language: str
) -> list[Mapping[str, Any]]:
    rungs = [rung(reading, signature, language) for signature in signatures]
    last = {"title": translate(language, LAST_STEP), "state": "todo", "name": "", "opinion": ""}
    return [*rungs, last]


def rung(reading: Reading, signature: Signature, language: str) -> Mapping[str, Any]:
    """One signature to come, as the upright way shows it."""
    title = translate(language, steps.name(signature.step))
    post = signature.post
    post_name = POSTS[post] if language == "zh" else ENGLISH[post]
    if signature.mine:
        me = f"{translate(language, YOU)} {reading.actor.name}"
        text = translate(language, YOU_SIGN)
        return {"title": title, "state": "now", "name": me, "opinion": text}
    between = "、" if language == "zh" else ", "
    names = [str(person["name"]) for person in signature.staff[:NAMED]]
    more = "…" if len(signature.staff) > NAMED else ""
    who = between.join(names) + more if names else translate(language, NOBODY)
    return {"title": title, "state": "todo", "name": who, "opinion": post_name}
