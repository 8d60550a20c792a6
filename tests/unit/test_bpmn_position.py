"""A stored place is believed in nothing: whatever isn't a place of this definition is refused."""

import json
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import bpmn
from engine.bpmn import StateRefused, walk
from tests.bpmn_diagrams import diagram, files, node
from tests.canary import canary

MODEL = bpmn.compile_model(files())
OTHER = bpmn.compile_model(
    {
        "process.bpmn": diagram(
            "other",
            [
                node("startEvent", "begin"),
                node("userTask", "handle"),
                node("endEvent", "completed"),
            ],
            [("begin", "handle", None), ("handle", "completed", None)],
        )
    }
)
EVIL = "__import__('os').system('true')"


def at_handle() -> bytes:
    run = bpmn.start(MODEL, {"risk_level": "1", "route": "county", "decision": ""})
    run.advance(lambda _: None)
    return run.dump()


GOOD = at_handle()
VERSION, LAST, ENDED, FACTS, (TOP, CHAIN) = json.loads(GOOD)
CALLER, HANDLE = TOP[2][0], CHAIN[2][0]


def state(
    *,
    version: Any = VERSION,
    last: Any = LAST,
    ended: Any = ENDED,
    facts: Any = FACTS,
    places: Any = None,
) -> bytes:
    """The good state with something else in one place."""
    return json.dumps(
        [version, last, ended, facts, [TOP, CHAIN] if places is None else places]
    ).encode()


def chain(*rows: Any, caller: Any = CHAIN[0], process: Any = CHAIN[1]) -> list[Any]:
    """Both places, the second with other rows."""
    return [TOP, [caller, process, list(rows)]]


SERIALIZED = {"serializer_version": "1.1", "spec": {"name": EVIL}, "tasks": {}, "dateTime": EVIL}
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "text": b"hello",
    "code": EVIL.encode(),
    "pickle": pickle.dumps([1, 2, 3]),
    "the official form": json.dumps(SERIALIZED).encode(),
    "the official form within": state(facts=SERIALIZED),
    "null": b"null",
    "an object": b"{}",
    "an empty list": b"[]",
    "cut short": GOOD[:-1],
    "longer": GOOD + b"[]",
    "twice": GOOD + GOOD,
    "not UTF-8": GOOD.replace(b"county", b"\xff\xfe"),
    "another version": state(version=2),
    "version as text": state(version="1"),
    "version as truth": state(version=True),
    "no version": json.dumps(json.loads(GOOD)[1:]).encode(),
    "one part more": json.dumps([*json.loads(GOOD), 1]).encode(),
    "very deep": b"[" * 100_000 + b"]" * 100_000,
    "very large": b" " * 300_000 + GOOD,
    "infinite": state(last=float("inf")),
    "not a number": state(last=float("nan")),
    "a fraction": state(last=7.5),
    "a huge number": state(last=10**30),
    "tokens never given": state(last=1),
    "facts as list": state(facts=["risk_level"]),
    "unknown fact": state(facts={**FACTS, "salary": 5}),
    "fact that is code": state(facts={EVIL: 1}),
    "fact of another type": state(facts={**FACTS, "route": ["county"]}),
    "fact of no value": state(facts={**FACTS, "route": None}),
    "fact too long": state(facts={**FACTS, "route": "a" * 5000}),
    "ended elsewhere": state(ended="posted", places=[]),
    "ended and running": state(ended="completed"),
    "ended as number": state(ended=1, places=[]),
    "neither ended nor running": state(places=[]),
    "only the top": state(places=[TOP]),
    "only the chain": state(places=[CHAIN]),
    "the chain first": state(places=[CHAIN, TOP]),
    "the chain twice": state(places=[TOP, CHAIN, CHAIN]),
    "the top twice": state(places=[TOP, TOP]),
    "place of two parts": state(places=[TOP, CHAIN[:2]]),
    "unknown process": state(places=chain(HANDLE, process=EVIL)),
    "process that is no text": state(places=chain(HANDLE, process=["approval"])),
    "called by nobody": state(places=chain(HANDLE, caller=999)),
    "called by itself": state(places=chain(HANDLE, caller=HANDLE[3])),
    "caller is no number": state(places=chain(HANDLE, caller="5")),
    "no rows": state(places=chain()),
    "rows as object": state(places=[TOP, [CHAIN[0], CHAIN[1], {"0": HANDLE}]]),
    "row of three": state(places=chain(HANDLE[:3])),
    "unknown node": state(places=chain([-1, EVIL, "r", 20])),
    "node of another process": state(places=chain([-1, "post", "r", 20])),
    "node that is no text": state(places=chain([-1, {"a": 1}, "r", 20])),
    "unknown state": state(places=chain([-1, "handle", "z", 20])),
    "state as number": state(places=chain([-1, "handle", 16, 20])),
    "step that waits": state(places=chain([-1, "handle", "w", HANDLE[3]])),
    "step that calls": state(places=chain([-1, "handle", "c", HANDLE[3]])),
    "nothing alive": state(places=chain([-1, "handle", "d", HANDLE[3]])),
    "above itself": state(places=chain([0, "handle", "r", HANDLE[3]])),
    "above what follows": state(places=chain([-1, "handle", "d", 1], [2, "handled", "r", 2])),
    "two beginnings": state(places=chain(HANDLE, [-1, "review", "r", 1])),
    "under what isn't done": state(places=chain(HANDLE, [0, "handled", "r", 1])),
    "a way that isn't there": state(places=chain([-1, "handle", "d", 1], [0, "conclude", "r", 2])),
    "token twice": state(places=chain([-1, "handle", "r", CALLER[3]])),
    "token of nothing": state(places=chain([-1, "handle", "r", 0])),
    "token below nothing": state(places=chain([-1, "handle", "r", -1])),
    "token as text": state(places=chain([-1, "handle", "r", "6"])),
    "token as truth": state(places=chain([-1, "handle", "r", True])),
    "call without its process": state(places=[[0, "demo", [[-1, "approve", "c", 5]]]]),
}


def test_the_good_state_is_small_and_restores() -> None:
    assert len(GOOD) < 200
    again = bpmn.restore(MODEL, GOOD)
    assert [waiting.name for waiting in again.waiting] == ["handle"]
    assert state() != GOOD
    assert bpmn.restore(MODEL, state()).waiting == again.waiting


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_state_is_refused(name: str) -> None:
    with canary(), pytest.raises(StateRefused):
        bpmn.restore(MODEL, HOSTILE[name])


def test_a_state_of_another_definition_is_refused() -> None:
    run = bpmn.start(OTHER, {})
    run.advance(lambda _: None)
    with pytest.raises(StateRefused):
        bpmn.restore(MODEL, run.dump())
    with pytest.raises(StateRefused):
        bpmn.restore(OTHER, GOOD)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 30)
    | st.sampled_from(["r", "w", "c", "d", "x", "handle", "demo"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["route", "x"]), inner)
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_an_altered_state_is_refused_or_is_a_place_to_go_on_from(data: st.DataObject) -> None:
    stored = json.loads(GOOD)
    place, at = stored, data.draw(st.integers(0, 4))
    while isinstance(place[at], list) and place[at] and data.draw(st.booleans()):
        place = place[at]
        at = data.draw(st.integers(0, len(place) - 1))
    place[at] = data.draw(values)
    with canary():
        try:
            case = walk.restore(MODEL, json.dumps(stored).encode())
        except StateRefused:
            return
        case.set_facts({"risk_level": "1", "route": "county", "decision": "approve"})
        case.advance()
        while case.ended is None and case.waiting:
            case.complete(case.waiting[0].token, {"decision": "approve"})
            case.advance()


def test_running_a_case_runs_no_code() -> None:
    with canary():
        run = bpmn.start(MODEL, {"risk_level": "1", "route": "county", "decision": ""})
        run.advance(lambda _: None)
        while run.ended is None:
            run = bpmn.restore(MODEL, run.dump())
            run.complete(run.waiting[0].token, {"decision": "approve"})
            run.advance(lambda _: None)
    assert bpmn.restore(MODEL, run.dump()).ended == "completed"
