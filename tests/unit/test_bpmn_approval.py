"""The shared chain leads every level and route past its signers, and survives a restart at every step."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from database.refusals import InvariantBroken
from engine import bpmn
from engine.bpmn import walk
from engine.defining.conditions import Fact
from tests.bpmn_diagrams import files

MODEL = bpmn.compile_model(files())
LANES = {
    "handle": ("handler", "经办"),
    "review": ("reviewer", "复核"),
    "endorse": ("deputy_director", "主管副主任审核"),
    "conclude": ("director", "主任审签"),
    "city_approve": ("city_approver", "市处审批"),
    "city_conclude": ("city_head", "处长签批"),
    "correct": ("handler", "补正"),
}
COUNTY = ("handle", "review", "endorse", "conclude")
STEPS = {
    ("3", ""): ("handle",),
    ("2", ""): ("handle", "review"),
    ("1", "county"): COUNTY,
    ("1", "city_approval"): (*COUNTY, "city_approve"),
    ("1", "city_meeting"): (*COUNTY, "city_conclude"),
    ("1", "city"): ("handle", "review", "city_approve", "city_conclude"),
    ("1", "registration"): ("handle", "review", "city_conclude"),
}
every_path = pytest.mark.parametrize(("level", "route"), STEPS)


class Case:
    """A case that is stored and restored after every step."""

    def __init__(self, level: str, route: str, decision: str = "") -> None:
        self.facts: dict[str, Fact] = {"risk_level": level, "route": route, "decision": decision}
        self.posted: list[str] = []
        self.sizes: list[int] = []
        self.tokens: set[str] = set()
        self.run = bpmn.start(MODEL, self.facts)
        self._on()

    def _on(self) -> None:
        self.run.advance(self.posted.append)
        blob = self.run.dump()
        self.sizes.append(len(blob))
        again = bpmn.restore(MODEL, blob)
        assert again.waiting == self.run.waiting
        assert again.ended == self.run.ended
        self.run = again

    @property
    def step(self) -> str | None:
        """The one step the case waits for."""
        if self.run.ended is not None:
            assert self.run.waiting == []
            return None
        (waiting,) = self.run.waiting
        assert waiting.kind == "task"
        assert (waiting.lane, MODEL.steps[waiting.name].name) == LANES[waiting.name]
        return waiting.name

    def sign(self, decision: str, **facts: Fact) -> None:
        """Decide the waiting step."""
        self.facts |= {"decision": decision, **facts}
        (waiting,) = self.run.waiting
        assert waiting.token not in self.tokens, "a token stands for one visit of a step"
        self.tokens.add(waiting.token)
        self.run.complete(waiting.token, self.facts)
        self._on()

    def approve_all(self) -> tuple[str, ...]:
        """Approve whatever comes; answers the steps."""
        steps = []
        while (step := self.step) is not None:
            steps.append(step)
            self.sign("approve")
        return tuple(steps)


def test_the_model_says_what_the_engine_must_know() -> None:
    assert {step: (s.lane, s.name) for step, s in MODEL.steps.items()} == LANES
    assert MODEL.process_id == "demo"
    assert MODEL.facts == {"risk_level", "route", "decision"}
    assert MODEL.operations == {"post"}
    assert MODEL.messages == frozenset()


@every_path
def test_approvals_lead_to_the_posting(level: str, route: str) -> None:
    case = Case(level, route)
    assert case.approve_all() == STEPS[level, route]
    assert case.run.ended == "completed"
    assert case.posted == ["post"]
    assert max(case.sizes) < 300


@every_path
def test_a_refusal_at_any_step_ends_without_posting(level: str, route: str) -> None:
    for place, step in enumerate(STEPS[level, route]):
        case = Case(level, route)
        for _ in range(place):
            case.sign("approve")
        assert case.step == step
        case.sign("refuse")
        assert case.run.ended == "refused"
        assert case.posted == []


@every_path
def test_a_return_at_any_step_starts_the_chain_again(level: str, route: str) -> None:
    for place in range(len(STEPS[level, route])):
        case = Case(level, route)
        for _ in range(place):
            case.sign("approve")
        case.sign("return")
        assert case.step == "correct"
        case.sign("return")
        assert case.step == "correct"
        case.sign("correct")
        assert case.approve_all() == STEPS[level, route]
        assert case.posted == ["post"]


def test_missing_materials_are_asked_for_first() -> None:
    case = Case("3", "", "return")
    assert case.step == "correct"
    case.sign("correct")
    assert case.approve_all() == ("handle",)


def test_an_escalation_approves_and_goes_to_the_city() -> None:
    case = Case("1", "county")
    for _ in range(3):
        case.sign("approve")
    case.sign("escalate", route="city_approval")
    assert case.step == "city_approve"
    assert case.posted == []
    assert case.approve_all() == ("city_approve",)
    assert case.posted == ["post"]


def test_a_correction_may_raise_level_and_route() -> None:
    case = Case("3", "")
    case.sign("return")
    case.sign("correct", risk_level="1", route="city_meeting")
    assert case.approve_all() == STEPS["1", "city_meeting"]


def test_a_case_stays_as_small_after_many_returns() -> None:
    case = Case("1", "county")
    for _ in range(40):
        case.sign("approve")
        case.sign("return")
        case.sign("correct")
    assert case.approve_all() == COUNTY
    assert max(case.sizes) < 300


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(("approve", "return", "refuse")), max_size=25),
    st.sampled_from(list(STEPS)),
)
def test_any_history_posts_only_what_all_signed_after_the_last_correction(
    decisions: list[str], path: tuple[str, str]
) -> None:
    case = Case(*path)
    signed: list[str] = []
    for decision in decisions:
        step = case.step
        if step is None:
            break
        if step == "correct":
            signed = []
            case.sign("correct" if decision == "approve" else "return")
            continue
        if decision == "approve":
            signed.append(step)
        case.sign(decision)
    assert case.posted == (
        ["post"] if tuple(signed) == STEPS[path] and case.run.ended == "completed" else []
    )
    assert (case.run.ended == "completed") == (tuple(signed) == STEPS[path])


def test_only_what_waits_can_be_completed() -> None:
    case = Case("2", "")
    (waiting,) = case.run.waiting
    for token in ("", "0", "999", waiting.token + " ", "-1"):
        with pytest.raises(InvariantBroken):
            case.run.complete(token, {})
    case.sign("approve")
    with pytest.raises(InvariantBroken):
        case.run.complete(waiting.token, {})


def test_facts_are_the_known_ones_and_only_read_ones_are_kept() -> None:
    model = bpmn.compile_model(files(), facts=frozenset({"amount_cents"}))
    said: dict[str, Fact] = {"risk_level": "3", "route": "", "decision": "", "amount_cents": 5}
    case = walk.start(model, said)
    assert case.facts == {"risk_level": "3", "route": "", "decision": ""}
    case.set_facts({"decision": "return"})
    assert case.advance() == []
    assert [waiting.name for waiting in case.waiting] == ["correct"]
    run = bpmn.start(model, said)
    run.advance(lambda _: None)
    (task,) = run.waiting
    for facts in (
        {"salary": 5},
        {"decision": None},
        {"decision": "a" * 201},
        {"amount_cents": 1.5},
    ):
        with pytest.raises(InvariantBroken):
            run.complete(task.token, facts)  # type: ignore[arg-type]


def test_a_refused_posting_leaves_the_operation_to_be_reached_again() -> None:
    run = bpmn.start(MODEL, {"risk_level": "3", "route": "", "decision": ""})
    run.advance(lambda _: None)
    run.complete(run.waiting[0].token, {"decision": "approve"})

    def refuse(operation: str) -> None:
        raise InvariantBroken(operation)

    with pytest.raises(InvariantBroken, match="post"):
        run.advance(refuse)
    posted: list[str] = []
    again = bpmn.restore(MODEL, run.dump())
    again.advance(posted.append)
    assert posted == ["post"]
    assert again.ended == "completed"
