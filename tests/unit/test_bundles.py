"""Bundles: what a process may do in the same case, and that no part is signed by fewer than it needs."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.defining import definitions, skeleton
from engine.defining.definitions import Catalogue
from engine.defining.located import DefinitionRefused
from engine.rules import bundles, risk
from engine.rules.risk_file import RiskTable
from register import chart
from register.entries import Line
from tests import example_records

PROCESSES = Path(__file__).parents[2] / "processes"
SHARED = PROCESSES / "_shared"
SHIPPED = definitions.load([PROCESSES], SHARED)
TABLE = risk.load(PROCESSES.parent / "risk_levels.yaml")
BASIS = {"title": "t", "source": "s", "verified": False}
LEVELS = {1: "limited", 2: "instant", 3: "instant"}


def table(**levels: int | dict[str, Any]) -> RiskTable:
    """A risk table of these processes and levels, or entries."""
    entries = {
        code: said
        if isinstance(said, dict)
        else {"level": said, "timing": LEVELS[said], "basis": BASIS}
        for code, said in levels.items()
    }
    routes = {route: list(posts) for route, posts in TABLE.routes.items()}
    text = json.dumps({"basis": BASIS, "routes": routes, "processes": entries})
    return risk.parse(text, "table.yaml")


def catalogue(folder: Path, **bundled: str) -> Catalogue:
    """Skeletons by these names; each bundles what is said, a name or several."""
    for name, parts in bundled.items():
        skeleton.write(name, folder, shared=SHARED)
        declared = folder / name / "__init__.py"
        said = f", bundle={tuple(parts.split())!r})\n"
        declared.write_text(re.sub(r",?\s*\)\s*$", said, declared.read_text()))
    return definitions.load([folder], SHARED)


def test_the_shipped_bundles_hold() -> None:
    bundles.check(TABLE, SHIPPED)
    grants, account = (SHIPPED.current(code) for code in ("survivor_benefit", "account_lump_sum"))

    assert bundles.parts(SHIPPED, grants) == [account]
    assert bundles.bundles(SHIPPED, account) == [grants]
    assert bundles.parts(SHIPPED, account) == bundles.bundles(SHIPPED, grants) == []


def test_the_bundle_of_a_death_pays_out_the_account_as_the_part_would() -> None:
    """The same person, once after the relation had ended, once with it: the account goes the same way."""
    on = date(2026, 11, 23)
    bank = {"bank_name": "示范农村商业银行", "bank_account": "6217000020000101", "holder": "李桂芳"}
    death = {"died_on": "2026-10-18", **bank}

    def taken(process: str, status: str, **said: Any) -> list[Line]:
        definition = SHIPPED.current(process)
        records = example_records.records({"relation": {"kind": "EMPLOYEE", "status": status}}, on)
        posting = definition.posting(definition.form.model_validate({**death, **said}), records)
        return [line for line in posting.lines if line.account in chart.PERSONAL_ACCOUNT]

    bundle = taken("survivor_benefit", "INTERRUPTED", heir_relation="spouse")
    alone = taken("account_lump_sum", "ENDED", cause="DEATH")

    assert [(x.account, x.side, x.amount_cents) for x in bundle] == [
        (x.account, x.side, x.amount_cents) for x in alone
    ]
    assert sum(line.amount_cents for line in bundle) == 5_300_000


@pytest.mark.parametrize(
    ("whole", "part"), [(2, 1), (3, 2), (3, 1)], ids=["2 of 1", "3 of 2", "3 of 1"]
)
def test_a_part_is_never_signed_by_fewer(tmp_path: Path, whole: int, part: int) -> None:
    found = catalogue(tmp_path, whole="part", part="")

    with pytest.raises(DefinitionRefused, match="alone needs more signatures"):
        bundles.check(table(whole=whole, part=part), found)
    bundles.check(table(whole=part, part=whole), found)
    bundles.check(table(whole=part, part=part), found)


def test_a_part_that_its_facts_raise_needs_the_same_rules_or_more(tmp_path: Path) -> None:
    found = catalogue(tmp_path, whole="part", part="")
    rule = {"fact": "amount_cents", "above": 5, "level": 1, "reason": {"zh": "因", "en": "why"}}
    raised = {"level": 2, "timing": "instant", "basis": BASIS, "raise": [rule]}

    with pytest.raises(DefinitionRefused, match="alone needs more signatures"):
        bundles.check(table(whole=2, part=raised), found)
    bundles.check(table(whole=raised, part=raised), found)
    bundles.check(table(whole=1, part=raised), found)


@pytest.mark.parametrize(
    ("bundled", "why"),
    [
        ({"whole": "nothing"}, "no other process"),
        ({"whole": "whole"}, "no other process"),
        ({"whole": "part", "part": "third", "third": ""}, "a bundle itself"),
    ],
)
def test_a_bundle_is_of_other_processes(tmp_path: Path, bundled: dict[str, str], why: str) -> None:
    found = catalogue(tmp_path, **bundled)

    with pytest.raises(DefinitionRefused, match=why) as refused:
        bundles.check(table(), found)
    assert "bundle" in refused.value.detail
