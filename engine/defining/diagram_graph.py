"""A checked diagram as plain data: nodes and flows, which nothing needs XML or SpiffWorkflow to read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.defining.conditions import Condition

NODE_KINDS = frozenset(
    {
        "startEvent",
        "endEvent",
        "userTask",
        "serviceTask",
        "callActivity",
        "exclusiveGateway",
        "parallelGateway",
        "eventBasedGateway",
        "intermediateCatchEvent",
    }
)


@dataclass(frozen=True, slots=True)
class Node:
    """One node; ``kind`` is its BPMN element. The last five are None where they say nothing.

    ``default`` is the id of the flow taken when no condition holds, ``calls`` the id of the called
    process, ``operation`` what a service task carries out, ``message`` the name waited for, ``timer``
    the deadline of the guide that must pass.
    """

    id: str
    kind: str
    name: str
    line: int | None
    lane: str | None
    default: str | None
    calls: str | None
    operation: str | None
    message: str | None
    timer: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """One way from node to node, open where ``condition`` holds or is None."""

    id: str
    source: str
    target: str
    name: str
    condition: Condition | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Diagram:
    """One process; ``nodes`` and ``flows`` by id in the order of the file."""

    file: str
    process_id: str
    name: str
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    tree: etree._Element = field(repr=False, compare=False)

    def leaving(self, node: str) -> list[Flow]:
        """The flows out of a node, in the order in which their conditions are tried."""
        return [flow for flow in self.flows.values() if flow.source == node]

    def entering(self, node: str) -> list[Flow]:
        """The flows into a node."""
        return [flow for flow in self.flows.values() if flow.target == node]

    def of_kind(self, kind: str) -> list[Node]:
        """The nodes of one kind."""
        return [node for node in self.nodes.values() if node.kind == kind]


@dataclass(frozen=True, slots=True)
class Diagrams:
    """A process's diagrams by process id; ``top`` is where a case starts.

    ``carrying`` are the messages that bring data and so change what a case says, ``needed`` those of them
    without which nothing is posted. None: unknown, as of a diagram by itself, and taken both ways.
    """

    top: Diagram
    all: Mapping[str, Diagram]
    carrying: frozenset[str] | None = frozenset()
    needed: frozenset[str] = frozenset()

    def used(self) -> list[Diagram]:
        """The top diagram and all it calls, directly or not."""
        found, left = {self.top.process_id: self.top}, [self.top]
        while left:
            for node in left.pop().of_kind("callActivity"):
                if node.calls is not None and node.calls not in found:
                    found[node.calls] = self.all[node.calls]
                    left.append(self.all[node.calls])
        return list(found.values())
