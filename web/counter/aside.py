"""The left column of the desk: businesses to find, own drafts, own open cases."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from api.dependencies import Reading
from authz.offices import agencies
from database import clock
from engine import drafts, views
from engine.defining.definitions import Definition
from engine.handling import CaseNotFound
from engine.process import Names
from engine.queueing import unfinished
from engine.record import CaseContent
from engine.timing import deadlines
from register import masked
from web import finding
from web.counter import typed

HITS = 12
DRAFTS = 8


def shown(reading: Reading, q: str = "") -> dict[str, Any]:
    """Everything of the column."""
    return {
        **sought(reading, q),
        "q": q,
        "drafts": _drafts(reading),
        "unfinished": _unfinished(reading),
        "processes": names(reading),
    }


def sought(reading: Reading, q: str) -> dict[str, Any]:
    """The businesses that fit, or all of them by category, as far as this section serves them."""
    served = agencies.categories(reading.session, reading.actor.agency, reading.actor.section)

    def mine(found: Sequence[Definition]) -> list[Mapping[str, Any]]:
        rows = [d for d in found if served is None or d.category in served]
        return [_hit(reading, definition) for definition in rows]

    if q.strip():
        return {"hits": mine(finding.find(reading.office, q))[:HITS], "groups": []}
    grouped = [
        {"names": group.names, "hits": mine(group.definitions)}
        for group in finding.groups(reading.office)
    ]
    return {"hits": None, "groups": [group for group in grouped if group["hits"]]}


def names(reading: Reading) -> Mapping[str, Names]:
    """What the deployed processes are called, by code."""
    return {definition.code: definition.names for definition in reading.office.catalogue.known()}


def any_category(reading: Reading) -> str:
    """One category the person's section serves, where no business is chosen yet."""
    served = agencies.categories(reading.session, reading.actor.agency, reading.actor.section)
    return served[0] if served else ""


def applicant_of_case(reading: Reading, case_no: str) -> dict[str, str]:
    """Whom a case is for, unmasked: to the person who accepted it himself, on the same day.

    He typed it from the client's own papers, and the client may still stand before him. Raises CaseNotFound,
    Forbidden.
    """
    case = views.visible_case(reading.session, reading.actor, case_no)
    today = clock.today(reading.session)
    if case.accepted_by != reading.actor.account_id or clock.office_date(case.accepted_at) != today:
        raise CaseNotFound
    said = reading.session.get_one(CaseContent, (case.case_id, case.cycle)).applicant
    return {name: str(said[name]) for name in typed.APPLICANT}


def _hit(reading: Reading, definition: Definition) -> Mapping[str, Any]:
    entry = reading.office.risk.entries.get(definition.code)
    return {
        "code": definition.code,
        "names": definition.names,
        "level": entry.level if entry else 1,
        "summary": definition.guide.summary,
    }


def _drafts(reading: Reading) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = []
    for draft in drafts.mine(reading.session, reading.actor):
        said = typed.kept(draft.content)
        if said.case_no and not unfinished.awaits_correction(reading.session, said.case_no):
            continue
        name = said.applicant.get("name", "")
        listed.append(
            {
                "draft_id": draft.draft_id,
                "process": draft.process,
                "name": name if said.applicant.get("kind") == "employer" else masked.name(name),
                "saved_at": draft.saved_at,
                "case_no": said.case_no,
            }
        )
    return listed[:DRAFTS]


def _unfinished(reading: Reading) -> list[dict[str, Any]]:
    today = clock.today(reading.session)
    return [
        {
            **case,
            "days_left": deadlines.working_days_left(today, date.fromisoformat(case["due_on"])),
        }
        for case in unfinished.accepted_by(reading.session, reading.actor)
    ]
