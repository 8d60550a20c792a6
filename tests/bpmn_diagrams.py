"""Small diagrams for tests: BPMN XML, drawn any old way, from a list of nodes and a list of flows."""

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest

from engine import bpmn
from engine.defining.diagrams import DiagramRefused
from tests.canary import canary

SHARED = Path(__file__).parents[1] / "processes" / "_shared"
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    ' targetNamespace="urn:test">\n'
)

# A node: kind, id, and further attributes ("message" names the message a catch event waits for, "timer" the
# deadline).
Node = tuple[str, str, dict[str, str]]
# A flow: from, to, condition or None (the first without one leaves a choosing gateway by default).
Flow = tuple[str, str, str | None]


def approval() -> bytes:
    """The shipped chain."""
    return (SHARED / "approval.bpmn").read_bytes()


def process(code: str = "demo") -> bytes:
    """The shipped template of a process, filled in."""
    text = (SHARED / "process.bpmn.txt").read_text(encoding="utf-8")
    return text.replace("{code}", code).replace("{name_zh}", "示例").encode()


def files() -> dict[str, bytes]:
    """A process with the shared chain, as its folder holds them."""
    return {"process.bpmn": process(), "approval.bpmn": approval()}


def node(kind: str, identifier: str, **attributes: str) -> Node:
    """A node to draw."""
    return kind, identifier, attributes


def diagram(process_id: str, nodes: Sequence[Node], flows: Sequence[Flow]) -> bytes:
    """One process as BPMN XML, every step in the lane ``handler``."""
    named = [(f"{source}__{target}", source, target, when) for source, target, when in flows]
    steps = [identifier for kind, identifier, _ in nodes if kind == "userTask"]
    out = [HEAD]
    out += [
        f'<message id="m_{identifier}" name={quoteattr(attributes["message"])}/>\n'
        for _, identifier, attributes in nodes
        if "message" in attributes
    ]
    out.append(f'<process id="{process_id}" isExecutable="true">\n<laneSet><lane name="handler">')
    out += [f"<flowNodeRef>{step}</flowNodeRef>" for step in steps]
    out.append("</lane></laneSet>\n")
    for kind, identifier, attributes in nodes:
        leaving = [flow for flow in named if flow[1] == identifier]
        said = {k: value for k, value in attributes.items() if k not in ("message", "timer")}
        if kind == "exclusiveGateway" and len(leaving) > 1:
            said["default"] = next(flow[0] for flow in leaving if flow[3] is None)
        text = "".join(f" {key}={quoteattr(value)}" for key, value in said.items())
        inner = (
            f'<messageEventDefinition messageRef="m_{identifier}"/>'
            if "message" in attributes
            else ""
        )
        if "timer" in attributes:
            written = f"<timeDuration>{escape(attributes['timer'])}</timeDuration>"
            inner = f"<timerEventDefinition>{written}</timerEventDefinition>"
        out.append(f'<{kind} id="{identifier}"{text}>{inner}</{kind}>\n')
    for name, source, target, when in named:
        written = f"<conditionExpression>{escape(when)}</conditionExpression>" if when else ""
        ends = f'sourceRef="{source}" targetRef="{target}"'
        out.append(f'<sequenceFlow id="{name}" {ends}>{written}</sequenceFlow>\n')
    out.append('</process>\n<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">\n')
    out += [
        f'<bpmndi:BPMNShape bpmnElement="{identifier}">'
        '<dc:Bounds x="0" y="0" width="9" height="9"/></bpmndi:BPMNShape>\n'
        for _, identifier, _ in nodes
    ]
    out += [
        f'<bpmndi:BPMNEdge bpmnElement="{name}"><di:waypoint x="0" y="0"/></bpmndi:BPMNEdge>\n'
        for name, *_ in named
    ]
    out.append("</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>")
    return "".join(out).encode()


def refused(contents: dict[str, bytes], reason: str) -> DiagramRefused:
    """Compiling is refused for this reason, readably, and nothing was run."""
    with canary(), pytest.raises(DiagramRefused) as caught:
        bpmn.compile_model(contents)
    refusal = caught.value
    assert reason in refusal.reason, str(refusal)
    assert refusal.file in contents
    assert refusal.element
    assert str(refusal).startswith(refusal.file)
    assert len(str(refusal)) < 600
    return refusal
