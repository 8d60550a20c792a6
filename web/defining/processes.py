"""流程定义 as staff read them: what is deployed, who signs on which way, what the form asks, and why."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from lxml import etree
from starlette.requests import Request
from starlette.responses import Response

from api.defining.processes import BPMN
from api.dependencies import Asking
from authz.offices import agencies
from database.refusals import NotFound
from engine.defining import definition_register
from engine.defining.definitions import Definition
from engine.defining.diagram_graph import Diagram
from engine.office import Office
from engine.rules import risk, rule_registering
from engine.rules.risk_file import HIGH
from engine.rules.rule_kinds import DEFINITION
from web import case_labels, finding, languages, pages
from web.casework import case_diagram
from web.counter import fields
from web.defining import guides, process_diagram, process_verdict, process_versions, process_ways
from web.texts import mark

router = APIRouter(include_in_schema=False)

PROVINCE = "province"

KINDS: Mapping[str, str] = {
    "text": mark("Text"),
    "wide": mark("Text"),
    "long": mark("Long text"),
    "choice": mark("Choice"),
    "date": mark("Date"),
    "month": mark("Month"),
    "yuan": mark("Amount in yuan"),
    "number": mark("Number"),
    "rows": mark("list of rows"),
    "list": mark("uploaded list"),
    "yes_no": mark("Yes or no"),
}


class DiagramNotFound(NotFound):
    """This process uses no such diagram."""

    rule = "diagram.not_found"


@router.get("/processes")
def show_all(request: Request, caller: Asking) -> Response:
    """Every deployed process, or those that a search means."""
    with caller.reading() as reading:
        sought = request.query_params.get("q", "").strip()[: guides.LONGEST_SEARCH]
        found = finding.find(reading.office, sought)
        return pages.page(
            request,
            "processes/list.html",
            reading,
            q=sought,
            shown=[_line(reading.office, one) for one in found],
        )


@router.get("/processes/{code}")
def show_one(request: Request, code: str, caller: Asking) -> Response:
    """One process. Raises UnknownProcess, DiagramNotFound."""
    with caller.reading() as reading:
        office = reading.office
        found = office.catalogue.known_at(code)
        chosen = request.query_params.get("diagram")
        verdict = verdict_of(office, found, languages.of(request))
        example = verdict.shortest if verdict else None
        if chosen or example:
            diagram = _diagram(found, chosen or (example.diagram if example else ""))
        else:
            diagram = case_diagram.of_people(found)
        entry = office.risk.entries.get(code)
        return pages.page(
            request,
            "processes/one.html",
            reading,
            **_line(office, found),
            guide=found.guide,
            applicants=[guides.APPLICANTS[kind] for kind in found.applicant],
            item_code=found.national_item_code,
            fields=fields.of(found),
            kinds=KINDS,
            entry=entry,
            rules=process_ways.rules(found, entry),
            ways=process_ways.of(office, found),
            routes=case_labels.ROUTES,
            risk_digest=office.risk.digest,
            may_try=agencies.known(reading.session, reading.actor.agency).kind == PROVINCE,
            registered=definition_register.registered(office, code),
            retired=office.catalogue.retired.get(code),
            retires_on=definition_register.retiring(reading.session, code),
            to_come=definition_register.coming(reading.session, code),
            unused=(DEFINITION, code) in rule_registering.differing(office),
            earlier=process_versions.earlier(reading.session, office, found),
            verdict=verdict,
            example=example if example and example.diagram == diagram.process_id else None,
            diagram=diagram,
            diagrams=found.model.diagrams.used(),
            words=process_diagram.in_words(diagram),
            node_kinds=process_diagram.NODES,
        )


@router.get("/processes/{code}/diagrams/{name}")
def show_diagram(request: Request, code: str, name: str, caller: Asking) -> Response:
    """One of the diagrams a process uses, as BPMN 2.0; with ``lanes=named`` as people read it.

    Raises UnknownProcess, DiagramNotFound.
    """
    with caller.reading() as reading:
        tree = _diagram(reading.office.catalogue.known_at(code), name).tree
    if request.query_params.get("lanes") == "named":
        tree = process_diagram.with_posts_named(tree, languages.of(request))
    content = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
    return Response(content, media_type=BPMN)


def verdict_of(office: Office, found: Definition, language: str) -> process_verdict.Shown | None:
    """The proof's verdict over a deployed definition; None in an office opened without any."""
    said = office.verdicts.get(found.digest)
    return None if said is None else process_verdict.of(found.model.diagrams, said, language)


def _line(office: Office, found: Definition) -> dict[str, Any]:
    entry = office.risk.entries.get(found.code)
    level = entry.level if entry else HIGH
    return {
        "code": found.code,
        "names": found.names,
        "category": finding.CATEGORIES[found.category],
        "level": level,
        "timing": risk.timing(level),
        "days": found.guide.limit_days(level),
        "digest": found.digest,
    }


def _diagram(found: Definition, name: str) -> Diagram:
    for diagram in found.model.diagrams.used():
        if diagram.process_id == name:
            return diagram
    raise DiagramNotFound
