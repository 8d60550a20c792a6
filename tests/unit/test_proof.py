"""Each rule of the proof on a small drawing that breaks it, with the shortest path that shows it."""

import re
from dataclasses import replace

import pytest

from api import shipped
from engine.defining import definitions, diagrams
from engine.rules import risk
from engine.rules.risk_file import RiskTable
from oversight.proof import proving, words
from oversight.proof.rules import VERSION
from oversight.proof.verdict import Verdict
from tests import bpmn_diagrams
from tests.bpmn_diagrams import Flow, Node, diagram
from tests.broken_drawings import BESIDE, BROKEN, INFO, LAWFUL_FLOWS, LAWFUL_NODES, ways


@pytest.fixture(scope="module")
def table() -> RiskTable:
    return risk.load(shipped.risk_levels())


def proved(table: RiskTable, level: int, nodes: list[Node], flows: list[Flow]) -> Verdict:
    drawn = diagrams.read({"p.bpmn": diagram("p", nodes, flows)}, frozenset({"amount_cents"}))
    brings = frozenset({"info"}) if INFO in nodes else frozenset()
    drawn = replace(drawn, carrying=brings, needed=brings)
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


def test_no_change_of_the_form_may_come_after_a_posting_beside_it(table: RiskTable) -> None:
    flows = ways(
        "begin materials",
        'materials refused decision == "return"',
        "materials handle",
        "handle decided",
        'decided refused decision != "approve"',
        "decided fork",
        "fork correct",
        "fork post",
        "correct join",
        "post join",
        "join completed",
    )

    found = proved(table, 3, BESIDE, flows).counter_example

    assert found is not None
    assert found.broken.rule == "changed_after_posting", found.shown()
    assert [move.node for move in found.path][-2:] == ["post", "correct"]


def test_a_route_on_which_nothing_completes_is_refused_though_others_do(table: RiskTable) -> None:
    shared = re.sub(r"<(incoming|outgoing)>.*</.*>", "", bpmn_diagrams.approval().decode())
    to_the_head = 'sourceRef="after_conclude" targetRef="city_conclude"'
    assert to_the_head in shared
    turned = shared.replace(to_the_head, to_the_head.replace("city_conclude", "correct"))
    files = {"process.bpmn": bpmn_diagrams.process(), "approval.bpmn": turned.encode()}

    verdict = proving.prove(diagrams.read(files), table, level=1)

    wrong = {
        one.route: one.counter_example.broken.rule
        for one in verdict.results
        if one.counter_example is not None
    }
    assert wrong == {"city_meeting": "never_completed"}


def test_every_rule_is_shown_here_and_has_its_words() -> None:
    assert set(BROKEN) | {"too_large"} == set(words.RULES)


def test_what_is_lawful_at_one_level_is_not_at_a_higher_one(table: RiskTable) -> None:
    for level in (2, 1):
        found = proved(table, level, LAWFUL_NODES, LAWFUL_FLOWS).counter_example
        assert found is not None
        assert found.broken.rule == "unsigned"


def test_every_shipped_process_is_proven_and_so_is_a_new_one(table: RiskTable) -> None:
    folder = shipped.process_folder()
    for definition in definitions.load([folder], folder / "_shared").deployed():
        assert proving.prove(definition.model.diagrams, table, definition.code).proven
    assert proving.prove(diagrams.read(bpmn_diagrams.files()), table).proven


def test_a_process_is_proven_at_every_level_its_cases_can_have(table: RiskTable) -> None:
    levels = {one for one, _ in proving.classes_of(table, "person_info_change_key")}

    assert levels == {2, 1}
    assert {one for one, _ in proving.classes_of(table, "enrollment_certificate")} == {3}
    assert [one for one, _ in proving.classes_of(table, "nobody_listed_this")] == [1, 1, 1, 1]
