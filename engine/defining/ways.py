"""The human steps a case goes through if everybody approves: its route's chain, and its process's own."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.defining.conditions import Fact
from engine.defining.definition import Definition
from engine.defining.diagram_graph import Diagram, Diagrams, Flow, Node
from engine.defining.diagram_paths import CORRECT
from engine.rules import risk
from engine.rules.risk_file import STEPS, RiskTable

_CHAIN = frozenset(STEPS.values())
_JOIN = "parallelGateway"


class HumanStep(NamedTuple):
    """A step and the post it is offered to: its lane."""

    step: str
    post: str


Way = tuple[HumanStep, ...]


def of(
    definition: Definition, table: RiskTable, level: int, route: str, facts: Mapping[str, Fact]
) -> tuple[Way, ...]:
    """The steps in order; several ways where what comes from outside decides between them.

    ``facts`` are the case's own. Branches that run in parallel are taken one after the other.
    """
    chain = tuple(
        HumanStep(step, post)
        for step, post in zip(
            risk.steps(table, level, route), risk.posts(table, level, route), strict=True
        )
    )
    if not has_own_steps(definition):
        return (chain,)
    said = {**facts, "risk_level": str(level), "route": route, "decision": "approve"}
    found = _Walk(definition.model.diagrams, said).completing()
    return tuple(dict.fromkeys(found)) or (chain,)


def has_own_steps(definition: Definition) -> bool:
    """Whether a process has human steps besides the shared chain's and corrections."""
    return any(step not in _CHAIN and step != CORRECT for step in definition.model.steps)


class _Walk:
    """One definition's diagrams, walked with one case's facts."""

    def __init__(self, diagrams: Diagrams, facts: Mapping[str, Fact]) -> None:
        self.diagrams = diagrams
        self.facts = facts

    def completing(self) -> Iterator[Way]:
        """The ways to a completed case."""
        for way, end in self._from_start(self.diagrams.top):
            if end.id == "completed":
                yield way

    def _from_start(self, diagram: Diagram) -> Iterator[tuple[Way, Node]]:
        (start,) = diagram.of_kind("startEvent")
        yield from self._onward(diagram, start, frozenset())

    def _onward(
        self, diagram: Diagram, node: Node, passed: frozenset[str]
    ) -> Iterator[tuple[Way, Node]]:
        """Ways from a node to where they stop: an end, or the join of parallel branches."""
        if node.id in passed:
            return
        if node.kind == "endEvent" or _joins(diagram, node):
            yield (), node
            return
        seen = passed | {node.id}
        for way, last in self._through(diagram, node, seen):
            if last.kind == "endEvent":
                yield way, last
                continue
            for flow in self._open(diagram, last):
                for rest, end in self._onward(diagram, diagram.nodes[flow.target], seen):
                    yield way + rest, end

    def _through(
        self, diagram: Diagram, node: Node, seen: frozenset[str]
    ) -> Iterator[tuple[Way, Node]]:
        """What a node itself asks for, and the node from which it goes on."""
        if node.kind == "userTask":
            yield (() if node.id == CORRECT else (HumanStep(node.id, node.lane or ""),)), node
        elif node.calls is not None:
            for way, _ in self._from_start(self.diagrams.all[node.calls]):
                yield way, node
        elif node.kind == _JOIN and len(diagram.leaving(node.id)) > 1:
            yield from self._branches(diagram, diagram.leaving(node.id), seen)
        else:
            yield (), node

    def _branches(
        self, diagram: Diagram, flows: Sequence[Flow], seen: frozenset[str]
    ) -> Iterator[tuple[Way, Node]]:
        first, *others = flows
        for way, join in self._onward(diagram, diagram.nodes[first.target], seen):
            if not others:
                yield way, join
                continue
            for rest, end in self._branches(diagram, others, seen):
                yield way + rest, end

    def _open(self, diagram: Diagram, node: Node) -> Sequence[Flow]:
        """The flows that a case may take: one where its facts say which, else all."""
        flows = diagram.leaving(node.id)
        if node.kind != "exclusiveGateway" or len(flows) == 1:
            return flows
        conditions = [(flow, flow.condition) for flow in flows if flow.condition is not None]
        if any(condition.fact not in self.facts for _, condition in conditions):
            return flows
        taken = next((flow for flow, one in conditions if one.holds(self.facts)), None)
        return [taken] if taken else [diagram.flows[node.default or ""]]


def _joins(diagram: Diagram, node: Node) -> bool:
    return node.kind == _JOIN and len(diagram.entering(node.id)) > 1
