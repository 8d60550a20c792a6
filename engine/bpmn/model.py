"""A definition compiled from its checked diagrams: what SpiffWorkflow runs, and what others ask of it."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
from SpiffWorkflow.bpmn.parser.task_parsers import GatewayParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import CallActivity, IntermediateCatchEvent
from SpiffWorkflow.specs.Join import Join

from engine.bpmn.position import NodeShape, Shape
from engine.bpmn.tree import FirstDecides, Operation
from engine.defining import diagram_xml, diagrams
from engine.defining.diagram_paths import EVENT_GATEWAY
from engine.defining.diagrams import Diagram, DiagramRefused, Diagrams, Node

# To SpiffWorkflow a timer is a message of a name that no diagram can give: the engine has the clock.
TIMER = "timer."


@dataclass(frozen=True, slots=True)
class Step:
    """A human step: its id (also verb and journal action), the lane it is offered to, its name."""

    id: str
    lane: str
    name: str


@dataclass(frozen=True, slots=True)
class Model:
    """A compiled definition; holds nothing of any case, so all requests share it.

    ``messages``, ``timers`` and ``operations`` are names, ``facts`` those its conditions read;
    ``diagrams`` are the same paths as plain data; ``remembered`` is where moves led (``engine.bpmn.run``).
    """

    process_id: str
    steps: Mapping[str, Step]
    messages: frozenset[str]
    timers: frozenset[str]
    facts: frozenset[str]
    operations: frozenset[str]
    diagrams: Diagrams = field(repr=False)
    known_facts: frozenset[str] = field(repr=False)
    spec: BpmnProcessSpec = field(repr=False)
    called: Mapping[str, BpmnProcessSpec] = field(repr=False)
    shape: Shape = field(repr=False)
    remembered: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False)


class _Parser(BpmnParser):  # type: ignore[misc]
    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, Any]] = {
        full_tag("serviceTask"): (TaskParser, Operation),
        full_tag(EVENT_GATEWAY): (GatewayParser, FirstDecides),
    }


def compile_model(files: Mapping[str, bytes], *, facts: frozenset[str] = frozenset()) -> Model:
    """Compile diagrams; the first file is the top process, ``facts`` those the process declares.

    Raises DiagramRefused.
    """
    checked = diagrams.read(files, facts)
    used = checked.used()
    parser = _Parser()
    for diagram in used:
        parser.add_bpmn_xml(_undrawn(diagram), filename=diagram.file)
    try:
        spec = parser.get_spec(checked.top.process_id)
        called = parser.get_subprocess_specs(checked.top.process_id)
    except ValidationException as wrong:
        raise DiagramRefused(checked.top.file, None, checked.top.process_id, str(wrong)) from wrong
    specs = {spec.name: spec, **called}
    nodes = [(diagram, node) for diagram in used for node in diagram.nodes.values()]
    for diagram, node in nodes:
        if node.operation is not None:
            specs[diagram.process_id].task_specs[node.id].operation = node.operation
    read = {flow.condition.fact for d in used for flow in d.flows.values() if flow.condition}
    return Model(
        process_id=checked.top.process_id,
        steps={n.id: Step(n.id, n.lane or "", n.name) for _, n in nodes if n.kind == "userTask"},
        messages=frozenset(node.message for _, node in nodes if node.message is not None),
        timers=frozenset(node.timer for _, node in nodes if node.timer is not None),
        facts=frozenset(read),
        operations=frozenset(node.operation for _, node in nodes if node.operation is not None),
        diagrams=checked,
        known_facts=frozenset(diagrams.ENGINE_FACTS) | facts,
        spec=spec,
        called=called,
        shape=Shape(
            top=spec.name,
            processes={name: _node_shapes(part) for name, part in specs.items()},
            facts=frozenset(read),
        ),
    )


def _undrawn(diagram: Diagram) -> etree._Element:
    """The diagram as SpiffWorkflow gets it.

    Without its layout, by which it would order the ways out of a gateway, and with timers as messages.
    """
    tree = deepcopy(diagram.tree)
    for drawing in tree.findall(f"{{{diagram_xml.BPMNDI}}}BPMNDiagram"):
        tree.remove(drawing)
    for node in diagram.nodes.values():
        if node.timer is not None:
            _as_message(tree, node)
    return tree


def _as_message(tree: etree._Element, node: Node) -> None:
    bpmn = f"{{{diagram_xml.BPMN}}}"
    name = f"{TIMER}{node.timer}"
    (event,) = (e for e in tree.iter(f"{bpmn}intermediateCatchEvent") if e.get("id") == node.id)
    for timer in event.findall(f"{bpmn}timerEventDefinition"):
        event.remove(timer)
    etree.SubElement(event, f"{bpmn}messageEventDefinition", messageRef=f"{TIMER}{node.id}")
    tree.insert(0, etree.Element(f"{bpmn}message", id=f"{TIMER}{node.id}", name=name))


def _node_shapes(spec: BpmnProcessSpec) -> dict[str, NodeShape]:
    return {
        node.name: NodeShape(
            following=frozenset(output.name for output in node.outputs),
            waits=isinstance(node, (Join, IntermediateCatchEvent)),
            calls=node.spec if isinstance(node, CallActivity) else None,
        )
        for node in spec.task_specs.values()
    }
