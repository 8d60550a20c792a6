"""Each rule of the proof on a small drawing that breaks it, with the shortest path that shows it."""

import pytest

from api import shipped
from engine import definitions, diagrams, risk
from engine.risk_file import RiskTable
from oversight.proof import proving, words
from oversight.proof.rules import VERSION
from oversight.proof.verdict import Verdict
from tests import bpmn_diagrams
from tests.bpmn_diagrams import Flow, Node, diagram, node

BEGIN, POST = node("startEvent", "begin"), node("serviceTask", "post", implementation="post")
COMPLETED, REFUSED = node("endEvent", "completed"), node("endEvent", "refused")
HANDLE = node("userTask", "handle")
REVIEW = node("userTask", "review")
DECIDED = node("exclusiveGateway", "decided")
# Handled, and posted unless the handler says otherwise: lawful at level 3.
MATERIALS = [
    node("exclusiveGateway", "materials"),
    node("userTask", "correct"),
]
LAWFUL_NODES = [BEGIN, *MATERIALS, HANDLE, DECIDED, POST, COMPLETED, REFUSED]


def ways(*said: str) -> list[Flow]:
    """Flows as text: from, to and, where there is one, the condition."""
    found = []
    for text in said:
        source, target, *condition = text.split(" ", 2)
        found.append((source, target, condition[0] if condition else None))
    return found


LAWFUL_FLOWS = ways(
    "begin materials",
    'materials correct decision == "return"',
    "correct materials",
    "materials handle",
    "handle decided",
    'decided correct decision == "return"',
    'decided refused decision == "refuse"',
    "decided post",
    "post completed",
)


@pytest.fixture(scope="module")
def table() -> RiskTable:
    return risk.load(shipped.risk_levels())


def instead(old: str, *new: str) -> list[Flow]:
    """The lawful flows with one of them replaced."""
    (flow,) = ways(old)
    at = LAWFUL_FLOWS.index(flow)
    return [*LAWFUL_FLOWS[:at], *ways(*new), *LAWFUL_FLOWS[at + 1 :]]


BROKEN: dict[str, tuple[int, list[Node], list[Flow], str]] = {
    "unsigned": (
        3,
        [BEGIN, node("exclusiveGateway", "materials"), HANDLE, POST, COMPLETED],
        ways(
            "begin materials",
            'materials handle decision == "return"',
            "materials post",
            "handle post",
            "post completed",
        ),
        "begin materials post",
    ),
    "materials_missing": (
        3,
        [BEGIN, HANDLE, DECIDED, POST, COMPLETED, REFUSED],
        ways(
            "begin handle",
            "handle decided",
            'decided post decision == "approve"',
            "decided refused",
            "post completed",
        ),
        "begin handle decided post",
    ),
    "not_approved": (
        3,
        LAWFUL_NODES,
        instead(
            'decided refused decision == "refuse"',
            'decided refused decision == "correct"',
        ),
        "begin materials handle decided post",
    ),
    "out_of_order": (
        2,
        [*LAWFUL_NODES, REVIEW, node("exclusiveGateway", "reviewed")],
        instead(
            "materials handle",
            "materials review",
            "review reviewed",
            'reviewed correct decision != "approve"',
            "reviewed handle",
        ),
        "begin materials review reviewed handle decided post",
    ),
    "wrong_post": (
        2,
        [*LAWFUL_NODES, REVIEW, node("exclusiveGateway", "reviewed")],
        instead(
            "decided post",
            "decided review",
            "review reviewed",
            'reviewed correct decision != "approve"',
            "reviewed post",
        ),
        "begin materials handle decided review reviewed post",
    ),
    "posted_twice": (
        3,
        [*LAWFUL_NODES, node("serviceTask", "again", implementation="post")],
        instead(
            "post completed",
            "post again",
            "again completed",
        ),
        "begin materials handle decided post again",
    ),
    "completed_unposted": (
        3,
        LAWFUL_NODES,
        instead(
            'decided refused decision == "refuse"',
            'decided completed decision == "refuse"',
            'decided refused decision == "escalate"',
        ),
        "begin materials handle decided completed",
    ),
    "refused_after_posting": (
        3,
        [*LAWFUL_NODES, node("exclusiveGateway", "which")],
        instead(
            "post completed",
            "post which",
            "which refused amount_cents > 5",
            "which completed",
        ),
        "begin materials handle decided post which refused",
    ),
    "two_ends": (
        3,
        [*LAWFUL_NODES, node("parallelGateway", "fork")],
        instead(
            "post completed",
            "post fork",
            "fork refused",
            "fork completed",
        ),
        "begin materials handle decided post fork completed refused",
    ),
    "deadlock": (
        3,
        [
            *LAWFUL_NODES,
            node("exclusiveGateway", "which"),
            node("exclusiveGateway", "other"),
            node("parallelGateway", "join"),
        ],
        instead(
            "post completed",
            "post which",
            "which join amount_cents > 5",
            "which other",
            "other join",
            "join completed",
        ),
        "begin materials handle decided post which",
    ),
    "step_twice": (
        3,
        LAWFUL_NODES,
        instead(
            'decided correct decision == "return"',
            'decided handle decision == "return"',
        ),
        "begin materials handle decided handle",
    ),
    "extra_step": (
        3,
        [*LAWFUL_NODES, node("userTask", "look_again")],
        instead(
            "materials handle",
            "materials look_again",
            "look_again handle",
        ),
        "begin materials look_again",
    ),
    "unreachable": (
        3,
        [*LAWFUL_NODES, node("userTask", "never")],
        instead(
            'decided refused decision == "refuse"',
            'decided refused decision == "refuse"',
            'decided never decision == "correct"',
            "never refused",
        ),
        "",
    ),
    "loop": (
        3,
        [
            *LAWFUL_NODES,
            node("intermediateCatchEvent", "letter", message="letter"),
            node("exclusiveGateway", "which"),
        ],
        instead(
            "post completed",
            "post letter",
            "letter which",
            "which letter amount_cents > 5",
            "which completed",
        ),
        "",
    ),
}


def proved(table: RiskTable, level: int, nodes: list[Node], flows: list[Flow]) -> Verdict:
    drawn = diagrams.read({"p.bpmn": diagram("p", nodes, flows)}, frozenset({"amount_cents"}))
    return proving.prove(drawn, table, level=level)


def test_what_is_lawful_is_proven(table: RiskTable) -> None:
    verdict = proved(table, 3, LAWFUL_NODES, LAWFUL_FLOWS)

    assert verdict.proven, verdict.shown()
    assert verdict.rules == VERSION


@pytest.mark.parametrize("rule", BROKEN)
def test_each_rule_is_found_with_its_shortest_path(table: RiskTable, rule: str) -> None:
    level, nodes, flows, path = BROKEN[rule]

    found = proved(table, level, nodes, flows).counter_example

    assert found is not None
    assert found.broken.rule == rule, found.shown()
    assert [move.node for move in found.path] == path.split()
    assert words.sentence(found.shown(), "zh") != words.sentence(found.shown())


def test_every_rule_is_shown_here_and_has_its_words() -> None:
    assert set(BROKEN) | {"too_large"} == set(words.RULES)


def test_what_is_lawful_at_one_level_is_not_at_a_higher_one(table: RiskTable) -> None:
    for level in (2, 1):
        found = proved(table, level, LAWFUL_NODES, LAWFUL_FLOWS).counter_example
        assert found is not None
        assert found.broken.rule == "unsigned"


def test_every_shipped_process_is_proven_and_so_is_a_new_one(table: RiskTable) -> None:
    folder = shipped.process_folder()
    for definition in definitions.load([folder], folder / "_shared").all():
        assert proving.prove(definition.model.diagrams, table, definition.code).proven
    assert proving.prove(diagrams.read(bpmn_diagrams.files()), table).proven


def test_a_process_is_proven_at_every_level_its_cases_can_have(table: RiskTable) -> None:
    levels = {one for one, _ in proving.classes_of(table, "person_info_change_key")}

    assert levels == {2, 1}
    assert {one for one, _ in proving.classes_of(table, "enrollment_certificate")} == {3}
    assert [one for one, _ in proving.classes_of(table, "nobody_listed_this")] == [1, 1, 1, 1]
