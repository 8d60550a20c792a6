"""What the paths of a diagram must keep: nothing gets stuck, nothing runs forever, joins join once.

Who must have signed before a posting is the proof's business (oversight); here it is only whether
the engine can run the diagram at all.
"""

from collections.abc import Callable, Iterable

from engine.defining.diagram_graph import Diagram, Diagrams, Flow, Node
from engine.defining.diagram_xml import DiagramRefused

ENDS = ("completed", "refused")
EVENT_GATEWAY = "eventBasedGateway"
# A step that signs nothing; it may stand before a wait as well as in the shared chain.
CORRECT = "correct"
_GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", EVENT_GATEWAY})
_WAITING = frozenset({"userTask", "intermediateCatchEvent", EVENT_GATEWAY})


def check(diagram: Diagram) -> None:
    """One diagram by itself. Raises DiagramRefused."""
    for flow in diagram.flows.values():
        for end in (flow.source, flow.target):
            if end not in diagram.nodes:
                raise _refused(diagram, flow, f"{end!r} is no node of this process")
    if len(diagram.of_kind("startEvent")) != 1:
        raise DiagramRefused(diagram.file, None, diagram.process_id, "has exactly one start event")
    for node in diagram.nodes.values():
        _flows_of(diagram, node)
    (start,) = diagram.of_kind("startEvent")
    ends = [node.id for node in diagram.of_kind("endEvent")]
    reached = _closure([start.id], lambda node: (f.target for f in diagram.leaving(node)))
    ending = _closure(ends, lambda node: (f.source for f in diagram.entering(node)))
    for node in diagram.nodes.values():
        if node.id not in reached:
            raise _refused(diagram, node, "is never reached")
        if node.id not in ending:
            raise _refused(diagram, node, "leads to no end")
        onward = _closure(
            [flow.target for flow in diagram.leaving(node.id)],
            lambda name: (f.target for f in diagram.leaving(name)),
        )
        # SpiffWorkflow 3.2.0 lets a join fire early the second time: tests/unit/test_bpmn_against_stock.py.
        if node.kind == "parallelGateway" and node.id in onward:
            reason = "is part of a loop: call an own diagram for what runs in parallel"
            raise _refused(diagram, node, reason)


def _flows_of(diagram: Diagram, node: Node) -> None:
    """A node's flows: how many, and which may have conditions."""
    entering, leaving = diagram.entering(node.id), diagram.leaving(node.id)
    if bool(entering) == (node.kind == "startEvent"):
        raise _refused(diagram, node, "the start, and only it, is entered by no flow")
    if bool(leaving) == (node.kind == "endEvent"):
        raise _refused(diagram, node, "an end, and only it, is left by no flow")
    if len(leaving) > 1 and node.kind not in _GATEWAYS:
        raise _refused(diagram, node, "is left by several flows: put a gateway behind it")
    if len({flow.target for flow in leaving}) < len(leaving):
        raise _refused(diagram, node, "is left by two flows to the same node")
    if node.kind == EVENT_GATEWAY:
        _events_behind(diagram, node, leaving)
    choosing = node.kind == "exclusiveGateway" and len(leaving) > 1
    if choosing and node.default not in {flow.id for flow in leaving}:
        raise _refused(diagram, node, "needs a default flow: no case may get stuck here")
    if node.default is not None and not choosing:
        raise _refused(diagram, node, "has a default flow but nothing to choose")
    for flow in leaving:
        if (flow.condition is not None) != (choosing and flow.id != node.default):
            reason = "a condition is on every flow out of a choosing gateway but its default"
            raise _refused(diagram, flow, reason)


def _events_behind(diagram: Diagram, node: Node, leaving: list[Flow]) -> None:
    """Behind an event-based gateway stand events that nothing else leads to: the first one decides."""
    if len(leaving) < 2:  # noqa: PLR2004
        raise _refused(diagram, node, "has nothing to choose: it waits for the first of several")
    for flow in leaving:
        event = diagram.nodes[flow.target]
        if event.kind != "intermediateCatchEvent":
            raise _refused(diagram, flow, "leads to what is no event: the first event decides")
        if len(diagram.entering(event.id)) > 1:
            raise _refused(diagram, event, "is entered by more than its event-based gateway")
    awaited = [(diagram.nodes[f.target].message, diagram.nodes[f.target].timer) for f in leaving]
    if len(set(awaited)) < len(awaited):
        raise _refused(diagram, node, "waits for the same event twice")


def check_together(diagrams: Diagrams) -> None:
    """The top diagram with all it calls. Raises DiagramRefused."""
    top, used = diagrams.top, []
    for node in top.of_kind("endEvent"):
        if node.id not in ENDS:
            raise _refused(top, node, f"the ends of a process are called {' and '.join(ENDS)}")
    steps: set[str] = set()
    for diagram in diagrams.all.values():
        for node in diagram.of_kind("callActivity"):
            if node.calls not in diagrams.all:
                raise _refused(diagram, node, f"calls {node.calls!r}, which no file defines")
    for diagram in diagrams.used():
        used.append(diagram)
        for node in diagram.of_kind("userTask"):
            if node.id in steps and node.id != CORRECT:
                raise _refused(diagram, node, "is the id of two steps")
            steps.add(node.id)
    freely: dict[str, bool] = {}
    for diagram in used:
        _passes_freely(diagrams, diagram, freely, ())
        _waits_in_loops(diagram, freely)


def _passes_freely(
    diagrams: Diagrams, diagram: Diagram, known: dict[str, bool], above: tuple[str, ...]
) -> bool:
    """Whether a case may run through a diagram without ever waiting; notes it for all it calls."""
    if diagram.process_id in above:
        raise DiagramRefused(diagram.file, None, diagram.process_id, "calls itself")
    if diagram.process_id not in known:
        for node in diagram.of_kind("callActivity"):
            called = diagrams.all[node.calls or ""]
            _passes_freely(diagrams, called, known, (*above, diagram.process_id))
        (start,) = diagram.of_kind("startEvent")
        reached = _closure(
            [start.id],
            lambda name: (
                flow.target
                for flow in diagram.leaving(name)
                if not _waits(diagram.nodes[name], known)
            ),
        )
        known[diagram.process_id] = any(node.id in reached for node in diagram.of_kind("endEvent"))
    return known[diagram.process_id]


def _waits(node: Node, freely: dict[str, bool]) -> bool:
    return node.kind in _WAITING or (node.calls is not None and not freely[node.calls])


def _waits_in_loops(diagram: Diagram, freely: dict[str, bool]) -> None:
    for node in diagram.nodes.values():
        onward = _closure(
            [flow.target for flow in diagram.leaving(node.id)],
            lambda name: (
                flow.target
                for flow in diagram.leaving(name)
                if not _waits(diagram.nodes[name], freely)
            ),
        )
        if node.id in onward and not _waits(node, freely):
            raise _refused(diagram, node, "is part of a loop in which nothing is waited for")


def _closure(seeds: Iterable[str], following: Callable[[str], Iterable[str]]) -> set[str]:
    found, left = set(), list(seeds)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left.extend(following(name))
    return found


def _refused(diagram: Diagram, item: Node | Flow, reason: str) -> DiagramRefused:
    return DiagramRefused(diagram.file, item.line, item.id, reason)
