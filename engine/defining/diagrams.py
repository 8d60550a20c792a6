"""The gate every diagram passes before it may run, and what a diagram is once it has passed.

Plain data, without SpiffWorkflow: the engine compiles it, the proof walks it, the desk draws it.
"""

import re
from collections.abc import Mapping

from lxml import etree

from engine.defining import conditions, diagram_paths, diagram_xml
from engine.defining.conditions import Condition, ConditionRefused
from engine.defining.diagram_graph import NODE_KINDS, Diagram, Diagrams, Flow, Node
from engine.defining.diagram_xml import BPMN, DiagramRefused

__all__ = [
    "ENGINE_FACTS",
    "OPERATIONS",
    "Diagram",
    "DiagramRefused",
    "Diagrams",
    "Flow",
    "Node",
    "read",
]

# What every case knows, and all it can ever be: a condition on anything else could never hold.
ENGINE_FACTS: Mapping[str, frozenset[str]] = {
    "risk_level": frozenset({"1", "2", "3"}),
    "route": frozenset({"", "county", "city_approval", "city_meeting", "city", "registration"}),
    "decision": frozenset({"", "return", "correct", "approve", "refuse", "escalate"}),
}
OPERATIONS = frozenset({"post"})
MAX_NODES = 120  # SpiffWorkflow's parser recurses along the path
MAX_FLOWS = 4 * MAX_NODES  # every check walks them from every node
MAX_DIAGRAMS = 50  # whoever walks them recurses along their calls
_TAKEN = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


def read(files: Mapping[str, bytes], declared_facts: frozenset[str] = frozenset()) -> Diagrams:
    """Check every file; the first is the top process. Raises DiagramRefused for the first fault."""
    if len(files) > MAX_DIAGRAMS:
        file = list(files)[MAX_DIAGRAMS]
        raise DiagramRefused(file, None, "file", f"is one of more than {MAX_DIAGRAMS} diagrams")
    known = frozenset(ENGINE_FACTS) | declared_facts
    found: dict[str, Diagram] = {}
    for file, content in files.items():
        diagram = _Reader(file, diagram_xml.read(file, content), known).diagram()
        if diagram.process_id in found:
            raise DiagramRefused(file, None, diagram.process_id, "is the id of two processes")
        found[diagram.process_id] = diagram
    if not found:
        raise DiagramRefused("process.bpmn", None, "file", "there is no diagram")
    top = next(iter(found.values()))
    diagrams = Diagrams(top=top, all=found)
    for diagram in found.values():
        diagram_paths.check(diagram)
    diagram_paths.check_together(diagrams)
    return diagrams


class _Reader:
    """Takes one checked file apart."""

    def __init__(self, file: str, root: etree._Element, known_facts: frozenset[str]) -> None:
        self.file, self.root, self.known_facts = file, root, known_facts

    def diagram(self) -> Diagram:
        """The file as plain data. Raises DiagramRefused."""
        processes = self.root.findall(f"{{{BPMN}}}process")
        if len(processes) != 1 or not processes[0].get("id"):
            more = processes[1] if len(processes) > 1 else self.root
            raise self._refuse(more, "a diagram holds exactly one process with an id")
        process = processes[0]
        for participant in self.root.iter(f"{{{BPMN}}}participant"):
            if participant.get("processRef") != process.get("id"):
                raise self._refuse(participant, "stands for no process of this file")
        lanes = self._lanes(process)
        elements = [e for e in process if etree.QName(e).localname in NODE_KINDS]
        if len(elements) > MAX_NODES:
            raise self._refuse(process, f"has more than {MAX_NODES} nodes; call another diagram")
        arrows = process.findall(f"{{{BPMN}}}sequenceFlow")
        if len(arrows) > MAX_FLOWS:
            raise self._refuse(process, f"has more than {MAX_FLOWS} flows; call another diagram")
        nodes = {node.id: node for node in (self._node(e, lanes) for e in elements)}
        for identifier, line in lanes.items():
            if identifier not in nodes:
                raise DiagramRefused(
                    self.file, None, identifier, f"lane {line} holds what isn't there"
                )
        flows = {flow.id: flow for flow in map(self._flow, arrows)}
        self._drawn(elements, arrows)
        self._ends_of_flows(elements, flows)
        return Diagram(
            file=self.file,
            process_id=str(process.get("id")),
            name=process.get("name") or str(process.get("id")),
            nodes=nodes,
            flows=flows,
            tree=self.root,
        )

    def _refuse(self, element: etree._Element, reason: str) -> DiagramRefused:
        name = element.get("id") or etree.QName(element).localname
        return DiagramRefused(self.file, diagram_xml.line_of(element), name, reason)

    def _lanes(self, process: etree._Element) -> dict[str, str]:
        """Node id → lane's name."""
        lanes: dict[str, str] = {}
        for lane in process.iter(f"{{{BPMN}}}lane"):
            name = lane.get("name", "")
            if not _WORD.fullmatch(name):
                raise self._refuse(lane, "a lane's name is the post its steps are offered to")
            for reference in lane.findall(f"{{{BPMN}}}flowNodeRef"):
                identifier = (reference.text or "").strip()
                if identifier in lanes:
                    raise self._refuse(lane, f"{identifier} is in two lanes")
                lanes[identifier] = name
        return lanes

    def _node(self, element: etree._Element, lanes: Mapping[str, str]) -> Node:
        kind, identifier = etree.QName(element).localname, element.get("id")
        if not identifier:
            raise self._refuse(element, "needs an id")
        if identifier in _TAKEN:
            raise self._refuse(element, "is an id that SpiffWorkflow keeps for itself")
        if kind == "userTask" and not _WORD.fullmatch(identifier):
            raise self._refuse(element, "a step's id is a verb in lower case letters, digits and _")
        if kind == "userTask" and identifier not in lanes:
            raise self._refuse(element, "is in no lane: no post would be offered it")
        operation = element.get("implementation") if kind == "serviceTask" else None
        if kind == "serviceTask" and operation not in OPERATIONS:
            listed = ", ".join(sorted(OPERATIONS))
            raise self._refuse(
                element, f"implementation {operation!r} is no operation; known: {listed}"
            )
        if kind == "callActivity" and not element.get("calledElement"):
            raise self._refuse(element, "calls nothing")
        return Node(
            id=identifier,
            kind=kind,
            name=element.get("name") or identifier,
            line=diagram_xml.line_of(element),
            lane=lanes.get(identifier),
            default=element.get("default"),
            calls=element.get("calledElement"),
            operation=operation,
            **(self._event(element) if kind == "intermediateCatchEvent" else {"message": None}),
        )

    def _event(self, element: etree._Element) -> dict[str, str | None]:
        """What a catch event waits for: one message, or one timer."""
        timers = element.findall(f"{{{BPMN}}}timerEventDefinition")
        if not timers:
            return {"message": self._message(element)}
        others = element.findall(f"{{{BPMN}}}messageEventDefinition")
        durations = timers[0].findall(f"{{{BPMN}}}timeDuration")
        name = (durations[0].text or "").strip() if len(durations) == 1 else ""
        if len(timers) > 1 or others or not _WORD.fullmatch(name):
            raise self._refuse(
                element, "waits for one timer, whose timeDuration names a deadline of the guide"
            )
        return {"message": None, "timer": name}

    def _message(self, element: etree._Element) -> str:
        definitions = element.findall(f"{{{BPMN}}}messageEventDefinition")
        messages = {m.get("id"): m.get("name", "") for m in self.root.iter(f"{{{BPMN}}}message")}
        name = messages.get(definitions[0].get("messageRef"), "") if len(definitions) == 1 else ""
        if not _WORD.fullmatch(name):
            raise self._refuse(
                element, "waits for one message, named in lower case letters, digits and _"
            )
        return name

    def _flow(self, element: etree._Element) -> Flow:
        written = element.findall(f"{{{BPMN}}}conditionExpression")
        if len(written) > 1 or not element.get("id"):
            raise self._refuse(element, "a flow has an id and at most one condition")
        return Flow(
            id=element.get("id", ""),
            source=element.get("sourceRef", ""),
            target=element.get("targetRef", ""),
            name=element.get("name", ""),
            condition=self._condition(written[0], element.get("id", "")) if written else None,
            line=diagram_xml.line_of(element),
        )

    def _condition(self, element: etree._Element, flow: str) -> Condition:
        def refuse(reason: str) -> DiagramRefused:
            line = diagram_xml.line_of(element)
            return DiagramRefused(self.file, line, flow, f"its condition {reason}")

        try:
            condition = conditions.parse(element.text or "")
        except ConditionRefused as refused:
            raise refuse(str(refused)) from None
        if condition.fact not in self.known_facts:
            listed = ", ".join(sorted(self.known_facts))
            raise refuse(f"reads the unknown fact {condition.fact!r}; known are {listed}")
        values = ENGINE_FACTS.get(condition.fact)
        if values is not None and condition.literal not in values:
            listed = ", ".join(f'"{value}"' for value in sorted(values))
            raise refuse(f"can never hold: {condition.fact} is one of {listed}")
        return condition

    def _drawn(self, nodes: list[etree._Element], flows: list[etree._Element]) -> None:
        shapes, edges = (
            {e.get("bpmnElement") for e in self.root.iter(f"{{{diagram_xml.BPMNDI}}}{kind}")}
            for kind in ("BPMNShape", "BPMNEdge")
        )
        for element in nodes:
            if element.get("id") not in shapes:
                raise self._refuse(element, "is not drawn: a node has its shape (BPMNShape)")
        for element in flows:
            if element.get("id") not in edges:
                raise self._refuse(element, "is not drawn: a flow has its line (BPMNEdge)")

    def _ends_of_flows(self, elements: list[etree._Element], flows: Mapping[str, Flow]) -> None:
        """A flow is said twice, by itself and by its ends; what disagrees is drawn other than it runs."""
        for element in elements:
            for side in ("incoming", "outgoing"):
                said = {(e.text or "").strip() for e in element.findall(f"{{{BPMN}}}{side}")}
                end = "target" if side == "incoming" else "source"
                true = {
                    flow.id for flow in flows.values() if getattr(flow, end) == element.get("id")
                }
                if said and said != true:
                    raise self._refuse(
                        element, f"its {side} flows aren't those that the flows name"
                    )
