"""The proof refuses exactly the mutated definitions that a slow, independent walker finds unlawful."""

import time
from pathlib import Path

import pytest

from api import shipped
from engine import diagrams, risk
from engine.diagrams import DiagramRefused
from oversight.proof import proving
from tests import mutated_definitions
from tests.campaign import Campaign
from tests.further_definitions import FACT, FURTHER, LEVELS
from tests.slow_walker import Walker
from tests.told_stories import Unlawful

PROCESSES = Path(__file__).parents[2] / "processes"
CODES = sorted(folder.parent.name for folder in PROCESSES.glob("*/process.bpmn"))


def drawn(name: str) -> dict[str, bytes]:
    """A definition's diagrams, its own first: a process as its folder holds them, or a further one."""
    if name in FURTHER:
        return FURTHER[name]
    own, shared = PROCESSES / name / "process.bpmn", PROCESSES / "_shared" / "approval.bpmn"
    return {"process.bpmn": own.read_bytes(), "approval.bpmn": shared.read_bytes()}


@pytest.mark.campaign(test=200, long=2000)
def test_refused_is_what_a_slow_walker_finds_unlawful(campaign: Campaign) -> None:
    table, counts = risk.load(shipped.risk_levels()), campaign.counts
    wrong = []
    while counts["unlawful"] + counts["lawful"] < campaign.budget:
        name = campaign.choices.choice((*CODES, *FURTHER))
        files, change = mutated_definitions.mutated(drawn(name), campaign.choices)
        try:
            read = diagrams.read(files, frozenset({FACT}))
        except DiagramRefused:
            counts["refused to load"] += 1
            continue
        level = campaign.choices.choice(LEVELS.get(name, (None,)))
        begun = time.perf_counter()
        verdict = proving.prove(read, table, name, level=level)
        taken = round((time.perf_counter() - begun) * 1000)
        counts["ms for the slowest proof"] = max(taken, counts["ms for the slowest proof"])
        found = verdict.counter_example
        if found is not None:
            counts[f"by {found.broken.rule}"] += 1
            if found.broken.rule == "too_large":
                continue
        why = _walked(Walker(read, proving.classes_of(table, name, level)))
        counts["lawful" if why is None else "unlawful"] += 1
        counts["with branches"] += any(one.of_kind("parallelGateway") for one in read.used())
        if verdict.proven != (why is None):
            wrong.append((name, level, change, why, verdict.shown(), files))
            break
    assert wrong == []
    # Of so many, both kinds are there: a third of what loads is merely drawn otherwise.
    assert counts["lawful"] > campaign.budget // 20
    assert counts["unlawful"] > campaign.budget // 4


def _walked(walker: Walker) -> str | None:
    try:
        walker.judge()
    except Unlawful as unlawful:
        return str(unlawful)
    return None


@pytest.mark.parametrize("name", [*CODES, *FURTHER])
def test_both_find_the_shipped_and_further_ones_lawful(name: str) -> None:
    table = risk.load(shipped.risk_levels())
    read = diagrams.read(drawn(name), frozenset({FACT}))
    level = LEVELS.get(name, (None,))[-1]

    verdict = proving.prove(read, table, name, level=level)

    assert verdict.proven, verdict.shown()
    assert _walked(Walker(read, proving.classes_of(table, name, level))) is None
