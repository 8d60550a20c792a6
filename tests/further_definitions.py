"""Lawful definitions with what no shipped diagram has: branches, messages, facts, own steps, more calls."""

from collections.abc import Mapping

from tests.bpmn_diagrams import Flow, Node, approval, diagram, node
from tests.broken_drawings import LAWFUL_FLOWS, LAWFUL_NODES

FACT = "amount_cents"
NODES = [
    node("startEvent", "begin"),
    node("callActivity", "approve", calledElement="approval"),
    node("exclusiveGateway", "decided"),
    node("serviceTask", "post", implementation="post"),
    node("endEvent", "completed"),
    node("endEvent", "refused"),
]
LETTER = node("intermediateCatchEvent", "letter", message="letter")
FORK, JOIN = node("parallelGateway", "fork"), node("parallelGateway", "join")
LOOK, LOOKED = node("userTask", "look"), node("exclusiveGateway", "looked")
FIRST = node("eventBasedGateway", "first_comes")
REFUSED: Flow = ("decided", "refused", 'decision == "refuse"')


def _files(nodes: list[Node], flows: list[Flow], **called: bytes) -> dict[str, bytes]:
    drawn = diagram("further", [*NODES, *nodes], [REFUSED, *flows])
    others = {f"{name}.bpmn": content for name, content in called.items()}
    return {"process.bpmn": drawn, "approval.bpmn": approval(), **others}


FURTHER: Mapping[str, dict[str, bytes]] = {
    "branches after posting": _files(
        [FORK, JOIN, LETTER, LOOK],
        [
            ("begin", "approve", None),
            ("approve", "decided", None),
            ("decided", "post", None),
            ("post", "fork", None),
            ("fork", "letter", None),
            ("fork", "look", None),
            ("letter", "join", None),
            ("look", "join", None),
            ("join", "completed", None),
        ],
    ),
    "a letter beside the approval": _files(
        [FORK, JOIN, LETTER, LOOK, LOOKED],
        [
            ("begin", "fork", None),
            ("fork", "letter", None),
            ("fork", "approve", None),
            ("letter", "join", None),
            ("approve", "join", None),
            ("join", "decided", None),
            ("decided", "look", None),
            ("look", "looked", None),
            ("looked", "refused", 'decision != "approve"'),
            ("looked", "post", None),
            ("post", "completed", None),
        ],
    ),
    "a letter where a fact demands it": _files(
        [LETTER, node("exclusiveGateway", "much"), node("exclusiveGateway", "enough")],
        [
            ("begin", "much", None),
            ("much", "letter", f"{FACT} > 5"),
            ("much", "enough", None),
            ("letter", "enough", None),
            ("enough", "approve", None),
            ("approve", "decided", None),
            ("decided", "post", None),
            ("post", "completed", None),
        ],
    ),
    "made public unless somebody objects": _files(
        [
            FIRST,
            node("intermediateCatchEvent", "public", timer="publicity"),
            node("intermediateCatchEvent", "objection", message="objection"),
            node("intermediateCatchEvent", "answer", message="answer"),
            node("exclusiveGateway", "heard"),
        ],
        [
            ("begin", "first_comes", None),
            ("first_comes", "public", None),
            ("first_comes", "objection", None),
            ("objection", "answer", None),
            ("answer", "heard", None),
            ("public", "heard", None),
            ("heard", "approve", None),
            ("approve", "decided", None),
            ("decided", "post", None),
            ("post", "completed", None),
        ],
    ),
    "data from two sides, in any order": _files(
        [FORK, JOIN, LETTER, node("intermediateCatchEvent", "money", message="money")],
        [
            ("begin", "fork", None),
            ("fork", "letter", None),
            ("fork", "money", None),
            ("letter", "join", None),
            ("money", "join", None),
            ("join", "approve", None),
            ("approve", "decided", None),
            ("decided", "post", None),
            ("post", "completed", None),
        ],
    ),
    "looked at first, in a diagram called": _files(
        [
            node("exclusiveGateway", "first"),
            node("callActivity", "looking", calledElement="looking"),
            LOOKED,
        ],
        [
            ("begin", "first", None),
            ("first", "approve", 'decision == "return"'),
            ("first", "looking", None),
            ("looking", "looked", None),
            ("looked", "refused", 'decision != "approve"'),
            ("looked", "approve", None),
            ("approve", "decided", None),
            ("decided", "post", None),
            ("post", "completed", None),
        ],
        looking=diagram(
            "looking",
            [node("startEvent", "looking_begins"), LOOK, LETTER, node("endEvent", "looked_at")],
            [
                ("looking_begins", "letter", None),
                ("letter", "look", None),
                ("look", "looked_at", None),
            ],
        ),
    ),
    # Here alone stand posting and correction in one drawing, so that a change may lead from one to the other.
    "all in one diagram": {"process.bpmn": diagram("further", LAWFUL_NODES, LAWFUL_FLOWS)},
}
# What their messages are: those that bring data, and of them what a posting takes.
DECLARED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "made public unless somebody objects": (frozenset({"objection"}), frozenset()),
    "data from two sides, in any order": (
        frozenset({"letter", "money"}),
        frozenset({"letter", "money"}),
    ),
    "a letter where a fact demands it": (frozenset({"letter"}), frozenset()),
}
# The levels at which each is lawful, as often as a campaign shall try them.
LEVELS: Mapping[str, tuple[int, ...]] = {
    name: (3,) if name == "all in one diagram" else (2, 2, 2, 1) for name in FURTHER
}
