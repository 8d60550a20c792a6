"""Our run of a diagram ends like SpiffWorkflow's own loop, whatever is drawn and whenever it is stored."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import bpmn
from engine.defining.conditions import Fact
from tests.bpmn_diagrams import Flow, Node, diagram, files, node
from tests.drawn_bpmn import DECISIONS, Drawing
from tests.stock_bpmn import Stock

Facts = Mapping[str, Fact]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_drawn_diagram_runs_the_same(data: st.DataObject) -> None:
    drawing = Drawing(data)
    compare(drawing.files, "top", data)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_the_shipped_chain_runs_the_same(data: st.DataObject) -> None:
    compare(files(), "demo", data)


def compare(contents: Mapping[str, bytes], top: str, data: st.DataObject) -> None:
    """Walk both engines through the same decisions; ours is stored and restored now and then."""
    model = bpmn.compile_model(contents)
    facts: dict[str, Fact] = {
        "risk_level": data.draw(st.sampled_from(("1", "2", "3"))),
        "route": data.draw(st.sampled_from(("county", "city_approval", "city_meeting", "city"))),
        "decision": data.draw(st.sampled_from(("", "return"))),
    }
    run, stock = bpmn.start(model, facts), Stock(contents, top, facts)
    begun, moves, places = facts, [], []
    performed: list[str] = []
    for _ in range(30):
        if data.draw(st.booleans()):
            run = restored(model, run)
        run.advance(performed.append)
        stock.advance()
        if data.draw(st.booleans()):
            run = restored(model, run)
        assert sorted(waiting.name for waiting in run.waiting) == sorted(stock.tasks())
        assert run.ended == stock.ended()
        assert performed == stock.performed
        places.append((run.waiting, run.ended, json.loads(run.dump())[2:]))
        if run.ended is not None or not run.waiting:
            break
        chosen = data.draw(st.sampled_from(run.waiting))
        facts = {"decision": data.draw(st.sampled_from(DECISIONS))}
        moves.append((chosen.token, facts))
        run.complete(chosen.token, facts)
        stock.complete(chosen.name, facts)
    # The same walk once more, all of it remembered, and once on a definition that remembers nothing.
    for known in (model, bpmn.compile_model(contents)):
        assert list(walked(known, begun, moves)) == places


def walked(model: bpmn.Model, facts: Facts, moves: Sequence[tuple[str, Facts]]) -> Iterator[Any]:
    """Where a run stands after each of these moves."""
    run = bpmn.start(model, facts)
    run.advance(lambda _: None)
    yield run.waiting, run.ended, json.loads(run.dump())[2:]
    for token, said in moves:
        run.complete(token, said)
        run.advance(lambda _: None)
        yield run.waiting, run.ended, json.loads(run.dump())[2:]


def restored(model: bpmn.Model, run: bpmn.Run) -> bpmn.Run:
    """The run as the next request finds it."""
    blob = run.dump()
    again = bpmn.restore(model, blob)
    assert again.waiting == run.waiting
    assert again.ended == run.ended
    # Foreseen visits are numbered too, and foreseen anew: only the last number given differs.
    assert json.loads(again.dump())[2:] == json.loads(blob)[2:]
    return again


def looped_join() -> tuple[list[Node], list[Flow]]:
    nodes = [
        node("startEvent", "begin"),
        node("exclusiveGateway", "top"),
        node("parallelGateway", "split"),
        node("userTask", "one"),
        node("userTask", "two"),
        node("parallelGateway", "join"),
        node("exclusiveGateway", "again"),
        node("endEvent", "completed"),
    ]
    flows: list[Flow] = [
        ("begin", "top", None),
        ("top", "split", None),
        ("split", "one", None),
        ("split", "two", None),
        ("one", "join", None),
        ("two", "join", None),
        ("join", "again", None),
        ("again", "top", 'decision == "return"'),
        ("again", "completed", None),
    ]
    return nodes, flows


def test_why_no_join_may_be_part_of_a_loop() -> None:
    stock = Stock({"top": diagram("top", *looped_join())}, "top", {"decision": ""})
    stock.advance()
    for name, decision in (("one", ""), ("two", "return")):
        stock.complete(name, {"decision": decision})
        stock.advance()
    assert set(stock.tasks()) == {"one", "two"}
    stock.complete("two", {"decision": "approve"})
    stock.advance()
    assert set(stock.tasks()) == {"one"}
    assert stock.finished("completed"), "it fired without the first branch"
