"""The route of the office's own registers: what no table may say of it, and what no drawing may leave out."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine import bpmn
from engine.defining import definitions
from engine.defining.located import DefinitionRefused
from engine.rules import risk
from engine.rules.risk_file import RiskTable
from oversight.proof import proving

ROOT = Path(__file__).parents[2]
TABLE = risk.load(ROOT / "risk_levels.yaml")
CODE = "grant_registration"
BASIS = {"title": "t", "source": "s", "verified": False}
LISTED = {"level": 1, "timing": "limited", "route": "registration", "basis": BASIS}


def parsed(routes: dict[str, Any] | None = None, **processes: Any) -> RiskTable:
    business = {
        route: list(posts) for route, posts in TABLE.routes.items() if route != "registration"
    }
    text = {"basis": BASIS, "routes": business | (routes or {}), "processes": processes}
    return risk.parse(json.dumps(text), "table.yaml")


@pytest.mark.parametrize("agency", ["county", "city", "province"])
def test_a_grant_goes_one_way_whatever_the_table_lists(agency: str) -> None:
    for table in (TABLE, parsed(), parsed(**{CODE: LISTED})):
        found = risk.classify(table, CODE, {}, agency_kind=agency)
        assert (found.level, found.route, found.timing) == (1, "registration", "limited")
        assert risk.posts(table, 1, "registration") == (
            "supervisor",
            "internal_control",
            "city_head",
        )


@pytest.mark.parametrize(
    "said",
    [
        {"level": 3, "timing": "instant", "basis": BASIS},
        {"level": 1, "timing": "limited", "basis": BASIS},
        {**LISTED, "route": "county"},
    ],
)
def test_a_table_that_would_lower_it_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(DefinitionRefused):
        parsed(**{CODE: said})


def test_no_business_goes_that_way() -> None:
    with pytest.raises(DefinitionRefused):
        parsed(account_query=LISTED)


@pytest.mark.parametrize(
    "posts", [["supervisor", "city_head"], ["supervisor", "internal_control", "director"]]
)
def test_its_chain_is_no_choice(posts: list[str]) -> None:
    with pytest.raises(DefinitionRefused):
        parsed({"registration": posts})


def drawn(shared: str) -> str:
    """The verdict over the shipped process of grants beside another shared chain."""
    folder = ROOT / "processes"
    files = {
        "process.bpmn": (folder / CODE / "process.bpmn").read_bytes(),
        "approval.bpmn": shared.encode(),
    }
    model = bpmn.compile_model(files, facts=frozenset())
    return str(proving.prove(model.diagrams, TABLE, CODE).shown()["verdict"])


@pytest.mark.parametrize("condition", ['risk_level == "3"', 'risk_level == "2"'])
def test_a_chain_that_leaves_a_signature_out_is_refused(condition: str) -> None:
    """It ends after the application, or after the review; or the approval is on no way at all."""
    shared = (ROOT / "processes" / "_shared" / "approval.bpmn").read_text("utf-8")
    registers = 'route == "registration"'

    assert drawn(shared) == "proven"
    assert drawn(shared.replace(condition, registers)) != "proven"
    assert drawn(shared.replace(registers, 'route == "county"')) != "proven"


def test_nobody_comes_to_a_window_for_it() -> None:
    catalogue = definitions.load([ROOT / "processes"], ROOT / "processes" / "_shared")

    assert CODE in [one.code for one in catalogue.deployed()]
    assert CODE not in [one.code for one in catalogue.all()]
    with pytest.raises(definitions.UnknownProcess):
        catalogue.current(CODE)
