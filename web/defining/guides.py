"""办事公开: what every business needs, for everybody: what to bring, how long it takes, where, and why.

Everything is read from the definitions the engine runs, so that what is published is what is done
(R000-03, R001-24: 事项、指南、承诺、依据、资料、流程、时限、监督电话).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.defining import processes
from api.dependencies import Asking
from authz.offices import agencies
from engine.defining import definition_register, definitions
from engine.defining.definitions import Definition
from engine.defining.guides import Basis
from engine.office import Office
from engine.rules import bundles
from engine.rules.risk_file import HIGH
from web import finding, pages
from web.texts import mark

router = APIRouter(include_in_schema=False)

LONGEST_SEARCH = 100
CHANNELS: Mapping[str, str] = {
    "window": mark("At any window of a service hall"),
    "online": mark("Online"),
    "phone": mark("By phone"),
    "outreach": mark("At home, for whoever cannot come"),
}
FORMS: Mapping[str, str] = {
    "original": mark("the original"),
    "copy": mark("copy"),
    "scan": mark("scan"),
    "signature": mark("given at the window or on the printed form"),
}
APPLICANTS: Mapping[str, str] = {
    "person": mark("the insured person, or somebody the person sends"),
    "employer": mark("the employer"),
}


@router.get("/guides")
def show_all(request: Request, caller: Asking) -> Response:
    """Every business by category, or those that a search means."""
    office = caller.office
    sought = request.query_params.get("q", "").strip()[:LONGEST_SEARCH]
    groups = finding.groups(office)
    everything = [one for group in groups for one in group.definitions]
    found = finding.find(office, sought) if sought else everything
    chosen = request.query_params.get("category", "")
    if chosen not in {group.code for group in groups}:
        chosen = ""
    return pages.page(
        request,
        "guides/list.html",
        q=sought,
        category=chosen,
        groups=groups,
        total=len(everything),
        shown=[_line(office, one) for one in found if chosen in ("", one.category)],
        ended=[] if sought or chosen else _ended(office),
    )


@router.get("/guides/{code}")
def show_one(request: Request, code: str, caller: Asking) -> Response:
    """The guide of one business; of one that is offered no more since when, and where to go instead.

    Raises UnknownProcess.
    """
    office = caller.office
    found = processes.at_the_window(office, code)
    if code in office.catalogue.retired:
        return pages.page(
            request,
            "guides/retired.html",
            **_line(office, found),
            retired=office.catalogue.retired[code],
            successor=_successor(office, code),
        )
    with caller.public() as session:
        phones = places(session)
        retires_on = definition_register.retiring(session, code)
    return pages.page(
        request,
        "guides/one.html",
        **_line(office, found),
        guide=found.guide,
        registered=definition_register.registered(office, code),
        retires_on=retires_on,
        applicants=[APPLICANTS[kind] for kind in found.applicant],
        channels=[CHANNELS[channel] for channel in found.guide.channels],
        forms=FORMS,
        bundle=bundles.parts(office.catalogue, found),
        bundled_in=bundles.bundles(office.catalogue, found),
        item_code=found.national_item_code,
        category=finding.CATEGORIES[found.category],
        slower=_slower(office, found),
        unverified=any(not basis.verified for basis in _sources(found)),
        agencies=phones,
    )


def _ended(office: Office) -> list[dict[str, Any]]:
    """What is offered no more, by code: its names and since when."""
    retired = office.catalogue.retired
    return [
        {"code": one.code, "names": one.names, "since": retired[one.code].since}
        for one in office.catalogue.known()
        if one.code in retired and definitions.at_the_window(one)
    ]


def _successor(office: Office, code: str) -> Definition | None:
    """The business that takes the place of one that is offered no more, where it is known here."""
    wanted = office.catalogue.retired[code].successor
    return next((one for one in office.catalogue.known() if one.code == wanted), None)


def places(session: Session) -> Sequence[agencies.Agency]:
    """The offices one can go to or ring up: the counties' first, then those above them."""
    tree = agencies.tree(session)
    order = {"county": 0, "city": 1, "province": 2}
    return sorted(tree.agencies.values(), key=lambda one: (order[one.kind], one.code))


def _line(office: Office, found: Definition) -> dict[str, Any]:
    level = office.risk.entries[found.code].level if found.code in office.risk.entries else HIGH
    limit = found.guide.time_limit
    return {
        "code": found.code,
        "names": found.names,
        "summary": found.guide.summary,
        # Levels 2 and 3 are done while one waits: Art. 8.
        "days": (limit.promised_days or limit.days) if level == HIGH else 0,
    }


def _slower(office: Office, found: Definition) -> dict[str, Any] | None:
    """What makes a case of instant business a limited one: the risk table's own reasons."""
    entry = office.risk.entries.get(found.code)
    if entry is None or entry.level == HIGH:
        return None
    reasons = [rule.reason for rule in entry.raise_rules if rule.level == HIGH]
    limit = found.guide.time_limit
    days = limit.promised_days or limit.days
    return {"days": days, "reasons": reasons} if reasons else None


def _sources(found: Definition) -> list[Basis]:
    """Every source the guide names."""
    guide = found.guide
    limit = guide.time_limit
    return [
        *guide.basis,
        *(material.legal_basis for material in guide.materials if material.legal_basis),
        limit.basis,
        *([limit.statutory.basis] if limit.statutory else []),
    ]
