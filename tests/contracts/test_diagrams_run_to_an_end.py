"""No diagram gets a case stuck, lets it run for ever or joins what SpiffWorkflow can't join."""

import pytest

from engine import bpmn
from tests.bpmn_diagrams import Flow, Node, approval, diagram, node, refused

BEGIN, DONE = node("startEvent", "begin"), node("endEvent", "completed")
STEP, WAY = node("userTask", "handle"), node("exclusiveGateway", "way")
SPLIT, JOIN = node("parallelGateway", "split"), node("parallelGateway", "join")
AGAIN = 'decision == "return"'

# Name: nodes, flows, and what the refusal must speak of.
PATHS: dict[str, tuple[list[Node], list[Flow], str]] = {
    "no start": ([DONE], [], "exactly one start"),
    "two starts": (
        [BEGIN, node("startEvent", "other"), DONE],
        [("begin", "completed", None), ("other", "completed", None)],
        "exactly one start",
    ),
    "no end": ([BEGIN, STEP], [("begin", "handle", None)], "an end, and only it"),
    "never reached": (
        [BEGIN, DONE, STEP, WAY],
        [("begin", "completed", None), ("way", "handle", None), ("handle", "way", None)],
        "is never reached",
    ),
    "leads nowhere": (
        [BEGIN, DONE, STEP, WAY, SPLIT],
        [
            ("begin", "split", None),
            ("split", "completed", None),
            ("split", "way", None),
            ("way", "handle", None),
            ("handle", "way", None),
        ],
        "leads to no end",
    ),
    "goes round for ever": (
        [
            BEGIN,
            WAY,
            node("serviceTask", "post", implementation="post"),
            node("exclusiveGateway", "more"),
            DONE,
        ],
        [
            ("begin", "way", None),
            ("way", "post", None),
            ("post", "more", None),
            ("more", "way", AGAIN),
            ("more", "completed", None),
        ],
        "nothing is waited for",
    ),
    "splits without a gateway": (
        [BEGIN, STEP, node("userTask", "review"), DONE],
        [
            ("begin", "handle", None),
            ("handle", "review", None),
            ("handle", "completed", None),
            ("review", "completed", None),
        ],
        "put a gateway behind it",
    ),
    "condition without choice": (
        [BEGIN, STEP, DONE],
        [("begin", "handle", AGAIN), ("handle", "completed", None)],
        "a condition is on every flow",
    ),
    "condition out of a split": (
        [BEGIN, SPLIT, STEP, DONE],
        [
            ("begin", "split", None),
            ("split", "handle", AGAIN),
            ("split", "completed", None),
            ("handle", "completed", None),
        ],
        "a condition is on every flow",
    ),
    "join in a loop": (
        [
            BEGIN,
            WAY,
            SPLIT,
            STEP,
            node("userTask", "review"),
            JOIN,
            node("exclusiveGateway", "more"),
            DONE,
        ],
        [
            ("begin", "way", None),
            ("way", "split", None),
            ("split", "handle", None),
            ("split", "review", None),
            ("handle", "join", None),
            ("review", "join", None),
            ("join", "more", None),
            ("more", "way", AGAIN),
            ("more", "completed", None),
        ],
        "call an own diagram",
    ),
    "waits for no message": (
        [BEGIN, node("intermediateCatchEvent", "wait"), DONE],
        [("begin", "wait", None), ("wait", "completed", None)],
        "waits for one message",
    ),
    "message that is no word": (
        [BEGIN, node("intermediateCatchEvent", "wait", message="../x"), DONE],
        [("begin", "wait", None), ("wait", "completed", None)],
        "waits for one message",
    ),
    "step that is no word": (
        [BEGIN, node("userTask", "Handle"), DONE],
        [("begin", "Handle", None), ("Handle", "completed", None)],
        "a step's id",
    ),
    "too many nodes": (
        [BEGIN, *(node("userTask", f"s{i}") for i in range(200)), DONE],
        [
            ("begin", "s0", None),
            *((f"s{i}", f"s{i + 1}", None) for i in range(199)),
            ("s199", "completed", None),
        ],
        "more than 120 nodes",
    ),
}


@pytest.mark.parametrize("name", PATHS)
def test_paths_that_cannot_run_are_refused(name: str) -> None:
    nodes, flows, reason = PATHS[name]
    refused({"process.bpmn": diagram("demo", nodes, flows)}, reason)


def test_as_many_nodes_as_admitted_compile() -> None:
    steps = [node("userTask", f"s{i}") for i in range(118)]
    flows: list[Flow] = [(f"s{i}", f"s{i + 1}", None) for i in range(117)]
    flows += [("begin", "s0", None), ("s117", "completed", None)]
    assert (
        len(bpmn.compile_model({"p": diagram("demo", [BEGIN, *steps, DONE], flows)}).steps) == 118
    )


def test_a_loop_through_a_called_diagram_must_wait_in_it() -> None:
    nodes = [
        BEGIN,
        WAY,
        node("callActivity", "call", calledElement="inner"),
        node("exclusiveGateway", "more"),
        DONE,
    ]
    flows: list[Flow] = [
        ("begin", "way", None),
        ("way", "call", None),
        ("call", "more", None),
        ("more", "way", AGAIN),
        ("more", "completed", None),
    ]
    outer = diagram("demo", nodes, flows)
    ends: list[Flow] = [("begin", "handle", None), ("handle", "completed", None)]
    waiting = diagram("inner", [BEGIN, STEP, DONE], ends)
    assert bpmn.compile_model({"process.bpmn": outer, "inner.bpmn": waiting}).steps.keys() == {
        "handle"
    }
    empty = diagram("inner", [BEGIN, DONE], [("begin", "completed", None)])
    refused({"process.bpmn": outer, "inner.bpmn": empty}, "nothing is waited for")


def test_two_diagrams_that_call_each_other_are_refused() -> None:
    def calling(code: str, called: str) -> bytes:
        nodes = [BEGIN, node("callActivity", "call", calledElement=called), DONE]
        return diagram(code, nodes, [("begin", "call", None), ("call", "completed", None)])

    refused(
        {"process.bpmn": calling("demo", "other"), "other.bpmn": calling("other", "demo")},
        "calls itself",
    )


def test_a_step_stands_in_one_diagram_only() -> None:
    nodes = [BEGIN, STEP, node("callActivity", "approve", calledElement="approval"), DONE]
    flows: list[Flow] = [
        ("begin", "handle", None),
        ("handle", "approve", None),
        ("approve", "completed", None),
    ]
    refused(
        {"process.bpmn": diagram("demo", nodes, flows), "approval.bpmn": approval()},
        "the id of two steps",
    )
