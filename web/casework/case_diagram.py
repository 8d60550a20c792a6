"""The diagram of a case with the way it took: its definition's own BPMN, and what of it to mark."""

import copy
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from lxml import etree
from starlette.requests import Request
from starlette.responses import Response

from api.defining.processes import BPMN
from api.dependencies import Asking
from authz.offices import accounts
from authz.offices.posts import ENGLISH, POSTS
from engine import signoffs
from engine.defining.definitions import Definition
from engine.defining.diagram_graph import Diagram
from engine.defining.diagram_xml import BPMN as NAMESPACE
from engine.handling import Handling
from web import formats, languages
from web.case_reading import opened

router = APIRouter(include_in_schema=False)


@router.get("/cases/{case_no}/diagram")
def show(case_no: str, request: Request, caller: Asking) -> Response:
    """The diagram in which people sign, in the version this case began with. Raises CaseNotFound."""
    with caller.reading() as reading:
        diagram = of_people(opened(reading, case_no).definition)
    return Response(_drawn(diagram, languages.of(request)), media_type=BPMN)


def _drawn(diagram: Diagram, language: str) -> bytes:
    """The diagram as XML; its lanes, which are posts, go by the posts' names."""
    tree = copy.deepcopy(diagram.tree)
    names = POSTS if language == "zh" else ENGLISH
    for lane in tree.iter(f"{{{NAMESPACE}}}lane"):
        post = lane.get("name", "")
        lane.set("name", names.get(post, post))
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")


@router.get("/cases/{case_no}/way")
def way(case_no: str, caller: Asking) -> Response:
    """What to mark in it: ``{taken, done: {step: text}, now}``. Raises CaseNotFound."""
    with caller.reading() as reading:
        return reading.answer(taken(opened(reading, case_no)))


def of_people(definition: Definition) -> Diagram:
    """The diagram with the steps of people; the top one where nobody has to sign."""
    used = definition.model.diagrams.used()
    return next((diagram for diagram in used if diagram.of_kind("userTask")), used[0])


def taken(work: Handling) -> dict[str, Any]:
    """Signed steps, the one that waits, and the flows and gateways between them in this cycle."""
    diagram = of_people(work.definition)
    (start,) = diagram.of_kind("startEvent")
    signed = signoffs.effective(work.session, work.case.case_id, work.case.cycle)
    names = accounts.names(work.session, {row.signer for row in signed})
    done = {
        row.step: f"✓ {names.get(row.signer, row.signer)} {formats.short_moment(row.signed_at)}"
        for row in signed
    }
    now = next((task.step for task in work.tasks), None)
    last = [now] if now else [node.id for node in diagram.of_kind("endEvent")][:1]
    marked: list[str] = [start.id]
    for before, after in zip([start.id, *done], [*done, *last], strict=False):
        marked += _between(diagram, before, after)
    return {"taken": list(dict.fromkeys(marked)), "done": done, "now": now}


def _between(diagram: Diagram, before: str, after: str) -> Sequence[str]:
    """The flows and nodes of the shortest way that meets no other step of people; both ends too."""
    came: dict[str, tuple[str, str]] = {}
    left = deque([before])
    while left:
        node = left.popleft()
        for flow in diagram.leaving(node):
            target = flow.target
            if target not in came and target != before:
                came[target] = (node, flow.id)
                if target != after and diagram.nodes[target].kind != "userTask":
                    left.append(target)
    return _back(came, after)


def _back(came: Mapping[str, tuple[str, str]], after: str) -> Sequence[str]:
    marked: list[str] = []
    node = after
    while node in came:
        marked.append(node)
        node, flow = came[node]
        marked.append(flow)
    return [*marked, node] if marked else []
