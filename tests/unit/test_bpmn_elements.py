"""Beyond the shared chain: messages, work in parallel, called processes, several cases on one model."""

import threading

import pytest

from database.refusals import InvariantBroken
from engine import bpmn
from tests.bpmn_diagrams import approval, diagram, node

PARALLEL = diagram(
    "demo",
    [
        node("startEvent", "begin"),
        node("parallelGateway", "split"),
        node("userTask", "inspect"),
        node("intermediateCatchEvent", "wait", message="province_answered"),
        node("callActivity", "approve", calledElement="approval"),
        node("parallelGateway", "join"),
        node("serviceTask", "post", implementation="post"),
        node("endEvent", "completed"),
    ],
    [
        ("begin", "split", None),
        ("split", "inspect", None),
        ("split", "wait", None),
        ("split", "approve", None),
        ("inspect", "join", None),
        ("wait", "join", None),
        ("approve", "join", None),
        ("join", "post", None),
        ("post", "completed", None),
    ],
)
MODEL = bpmn.compile_model({"process.bpmn": PARALLEL, "approval.bpmn": approval()})
FACTS = {"risk_level": "3", "route": "", "decision": ""}


@pytest.mark.parametrize(
    "order", ["handle inspect wait", "wait handle inspect", "inspect wait handle"]
)
def test_a_join_waits_for_step_message_and_called_process(order: str) -> None:
    posted: list[str] = []
    run = bpmn.start(MODEL, FACTS)
    run.advance(posted.append)
    names = {"wait": "province_answered"}
    kinds = {waiting.name: waiting.kind for waiting in run.waiting}
    assert kinds == {"handle": "task", "inspect": "task", "province_answered": "message"}
    for name in order.split():
        assert posted == []
        run = bpmn.restore(MODEL, run.dump())
        (token,) = [w.token for w in run.waiting if w.name == names.get(name, name)]
        run.complete(token, {} if name == "wait" else {"decision": "approve"})
        run = bpmn.restore(MODEL, run.dump())
        run.advance(posted.append)
        assert token not in {waiting.token for waiting in run.waiting}
    assert run.ended == "completed"
    assert posted == ["post"]


def test_the_tokens_of_others_stay_when_one_is_completed() -> None:
    run = bpmn.start(MODEL, FACTS)
    run.advance(lambda _: None)
    before = {waiting.name: waiting.token for waiting in run.waiting}
    run.complete(before["handle"], {"decision": "return"})
    run.advance(lambda _: None)
    after = {waiting.name: waiting.token for waiting in bpmn.restore(MODEL, run.dump()).waiting}
    assert after["inspect"] == before["inspect"]
    assert after["province_answered"] == before["province_answered"]
    assert after["correct"] not in before.values()
    assert MODEL.messages == {"province_answered"}


def test_an_end_is_one_end() -> None:
    flows = [("begin", "split", None), ("split", "completed", None), ("split", "refused", None)]
    nodes = [
        node("startEvent", "begin"),
        node("parallelGateway", "split"),
        node("endEvent", "completed"),
        node("endEvent", "refused"),
    ]
    run = bpmn.start(bpmn.compile_model({"process.bpmn": diagram("demo", nodes, flows)}), {})
    with pytest.raises(InvariantBroken, match="completed"):
        run.advance(lambda _: None)


def test_conditions_are_tried_in_the_order_of_the_file_however_it_is_drawn() -> None:
    flows = [
        ("begin", "choose", None),
        ("choose", "first", 'decision != "refuse"'),
        ("choose", "second", 'decision == "approve"'),
        ("choose", "completed", None),
        ("first", "completed", None),
        ("second", "completed", None),
    ]
    nodes = [
        node("startEvent", "begin"),
        node("exclusiveGateway", "choose"),
        node("userTask", "second"),
        node("userTask", "first"),
        node("endEvent", "completed"),
    ]
    drawn = diagram("demo", nodes, flows)
    lowered = drawn.replace(
        b'bpmnElement="first"><dc:Bounds x="0" y="0"',
        b'bpmnElement="first"><dc:Bounds x="0" y="900"',
    )
    assert lowered != drawn
    for content in (drawn, lowered):
        run = bpmn.start(bpmn.compile_model({"process.bpmn": content}), {"decision": "approve"})
        run.advance(lambda _: None)
        assert [waiting.name for waiting in run.waiting] == ["first"]


def test_many_cases_share_a_model() -> None:
    ends: list[tuple[int, str | None]] = []

    def walk(number: int) -> None:
        for _ in range(20):
            run = bpmn.start(MODEL, FACTS)
            run.advance(lambda _: None)
            while run.ended is None:
                run = bpmn.restore(MODEL, run.dump())
                run.complete(run.waiting[-1].token, {"decision": "approve"})
                run.advance(lambda _: None)
            ends.append((number, run.ended))

    threads = [threading.Thread(target=walk, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == [(number, "completed") for number in range(4) for _ in range(20)]
