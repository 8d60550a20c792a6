"""Loops of a diagram that need no person, for the slow walker: messages alone would drive a case round."""

from engine.defining.diagram_graph import Diagram, Diagrams
from tests.told_stories import Unlawful


def judge(diagrams: Diagrams, diagram: Diagram) -> None:
    """Raise Unlawful where the diagram runs round without anybody."""
    for name in diagram.nodes:
        left, passed = [name], set[str]()
        while left:
            here = left.pop()
            if not _without_a_person(diagrams, diagram, here):
                continue
            for flow in diagram.leaving(here):
                if flow.target == name and _without_a_person(diagrams, diagram, name):
                    raise Unlawful(f"{name} is in a loop that needs nobody")
                if flow.target not in passed:
                    passed.add(flow.target)
                    left.append(flow.target)


def _without_a_person(diagrams: Diagrams, diagram: Diagram, name: str) -> bool:
    node = diagram.nodes[name]
    if node.calls is None:
        return node.kind != "userTask"
    called = diagrams.all[node.calls]
    (begin,) = [n.id for n in called.nodes.values() if n.kind == "startEvent"]
    left, passed = [begin], {begin}
    while left:
        here = left.pop()
        if called.nodes[here].kind == "endEvent":
            return True
        if _without_a_person(diagrams, called, here):
            fresh = {flow.target for flow in called.leaving(here)} - passed
            passed |= fresh
            left.extend(fresh)
    return False
