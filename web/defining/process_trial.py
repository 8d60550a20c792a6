"""A drawn diagram tried at the province: what loader and proof say of it before it is proposed.

The diagram takes the place of the deployed one among that process's own and shared diagrams. No code of an
upload runs, and nothing of it is kept.
"""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter
from lxml import etree
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Reading
from authz.offices import agencies
from database.refusals import Forbidden, Invalid
from engine.defining import diagrams
from engine.defining.definitions import Definition
from engine.defining.diagrams import Diagram, DiagramRefused, Diagrams
from engine.defining.loading import DIAGRAM
from engine.office import Office
from oversight.proof import proving
from web import case_labels, languages, pages, tokens
from web.defining import process_diagram, process_verdict, processes
from web.defining.process_verdict import Example, Shown
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

SUFFIX = ".bpmn"


class NotAtTheProvince(Forbidden):
    """Diagrams are tried and proposed at the province's office; ask the people there."""

    rule = "diagram.province"


class DiagramMissing(Invalid):
    """Choose the BPMN file of the diagram to try."""

    rule = "diagram.missing"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it: the loader's refusal, or the verdict with the diagram to draw it in."""

    refused: DiagramRefused | None
    verdict: Shown | None = None
    example: Example | None = None
    diagram: Diagram | None = None
    xml: str = ""


@router.get("/processes/{code}/trial")
def begin(request: Request, code: str, caller: Asking) -> Response:
    """The form for a diagram. Raises NotAtTheProvince, UnknownProcess."""
    with caller.reading() as reading:
        _require_province(reading)
        return _page(request, reading, reading.office.catalogue.current(code), None)


@router.post("/processes/{code}/trial")
def show(
    request: Request, code: str, caller: Asking, sent: Annotated[Sent, sent_form()]
) -> Response:
    """What loader and proof say. Raises NotAtTheProvince, UnknownProcess, DiagramMissing."""
    with caller.reading() as reading:
        tokens.require(request, sent.token, reading.actor.account_id)
        _require_province(reading)
        found = reading.office.catalogue.current(code)
        content = sent.content("diagram")
        if not content:
            wrong = {"field": "diagram", "message": "Choose a file.", "rule": DiagramMissing.rule}
            raise DiagramMissing(errors=[wrong])
    # Proving may take seconds of a drawing of that kind: no transaction stays open for it.
    tried = _tried(reading.office, found, content, languages.of(request))
    with caller.reading() as reading:
        return _page(request, reading, found, tried)


def _require_province(reading: Reading) -> None:
    tree = agencies.tree(reading.session)
    own = reading.actor.agency
    if tree.kinds[own] == processes.PROVINCE:
        return
    above = [code for code in tree.lineage(own) if tree.kinds[code] == processes.PROVINCE]
    # Everybody at the province may: no single post, and no list of its whole staff.
    raise NotAtTheProvince(facts={"agencies": above})


def _tried(office: Office, found: Definition, content: bytes, language: str) -> Tried:
    try:
        drawn = _read(found, content)
    except DiagramRefused as refused:
        return Tried(refused)
    said = proving.prove(drawn, office.risk, found.code).shown()
    verdict = process_verdict.of(drawn, said, language)
    example = verdict.shortest
    diagram = drawn.all[example.diagram] if example else drawn.top
    tree = process_diagram.with_posts_named(diagram.tree, language)
    xml = etree.tostring(tree, encoding="unicode")
    return Tried(None, verdict, example, diagram, xml)


def _read(found: Definition, content: bytes) -> Diagrams:
    """The process's diagrams with this one in place of its own. Raises DiagramRefused."""
    folder = found.folder
    others = {
        name: each
        for files in (folder.files, folder.shared)
        for name, each in sorted(files.items())
        if name.endswith(SUFFIX) and name != DIAGRAM
    }
    drawn = diagrams.read({DIAGRAM: content, **others}, frozenset(found.fact_names))
    if drawn.top.process_id != found.code:
        reason = f"the process's id must be {found.code}"
        raise DiagramRefused(DIAGRAM, None, drawn.top.process_id, reason)
    declared = found.model.diagrams
    return replace(drawn, carrying=declared.carrying, needed=declared.needed)


def _page(request: Request, reading: Reading, found: Definition, tried: Tried | None) -> Response:
    diagram = tried.diagram if tried else None
    return pages.page(
        request,
        "processes/trial.html",
        reading,
        code=found.code,
        names=found.names,
        tried=tried,
        example=tried.example if tried else None,
        routes=case_labels.ROUTES,
        words=process_diagram.in_words(diagram) if diagram else [],
        node_kinds=process_diagram.NODES,
    )
