"""The proof's bound: a drawing with too many states is refused clearly, never searched without end."""

from api import shipped
from engine.defining import diagrams
from engine.rules import risk
from oversight.proof import proving, words
from tests.bpmn_diagrams import diagram, node

BRANCHES = [f"sign_{number}" for number in range(8)]


def test_a_drawing_with_too_many_states_is_refused() -> None:
    steps = [node("userTask", step) for step in BRANCHES]
    ends = [
        node("serviceTask", "post", implementation="post"),
        node("endEvent", "completed"),
    ]
    gates = [node("parallelGateway", "fork"), node("parallelGateway", "join")]
    flows = [("begin", "fork", None), ("join", "post", None), ("post", "completed", None)]
    flows += [("fork", step, None) for step in BRANCHES]
    flows += [(step, "join", None) for step in BRANCHES]
    drawn = diagram("wide", [node("startEvent", "begin"), *gates, *steps, *ends], flows)
    read = diagrams.read({"process.bpmn": drawn})

    verdict = proving.prove(read, risk.load(shipped.risk_levels()), "wide", level=2)

    (found,) = verdict.results
    assert not verdict.proven
    assert found.counter_example is not None
    said = found.counter_example.shown()
    assert said["rule"] == "too_large"
    assert found.states <= proving.MAX_STATES + len(BRANCHES) * len(BRANCHES)
    assert words.sentence(said) == "has more than 20000 states: it can't be proven"
