"""The proof refuses exactly the mutated definitions that a slow, independent walker finds unlawful."""

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from api import shipped
from engine.defining import diagrams, loading
from engine.defining.diagrams import DiagramRefused, Diagrams
from engine.rules import risk
from oversight.proof import proving
from tests import mutated_definitions
from tests.campaign import Campaign
from tests.further_definitions import DECLARED, FACT, FURTHER, LEVELS
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


def declared(name: str, read: Diagrams) -> Diagrams:
    """The diagrams with what the definition says of its messages; of one it doesn't know, nothing."""
    if name in FURTHER:
        carrying, needed = DECLARED.get(name, (frozenset(), frozenset()))
    else:
        loaded = loading.load(PROCESSES / name, PROCESSES / "_shared").model.diagrams
        carrying, needed = loaded.carrying or frozenset(), loaded.needed
    return replace(read, carrying=carrying, needed=needed)


def brings_some(read: Diagrams, choices: random.Random) -> Diagrams:
    """The diagrams with some of their messages declared to bring data, and some of those needed."""
    awaited = {n.message for one in read.used() for n in one.nodes.values() if n.message}
    carrying = {name for name in sorted(awaited) if choices.random() < 0.7}
    needed = {name for name in sorted(carrying) if choices.random() < 0.5}
    return replace(read, carrying=frozenset(carrying), needed=frozenset(needed))


@pytest.mark.campaign(test=200, long=2000)
def test_refused_is_what_a_slow_walker_finds_unlawful(campaign: Campaign) -> None:
    table, counts = risk.load(shipped.risk_levels()), campaign.counts
    wrong = []
    while counts["unlawful"] + counts["lawful"] < campaign.budget:
        name = campaign.choices.choice((*CODES, *FURTHER))
        files, change = mutated_definitions.mutated(drawn(name), campaign.choices)
        try:
            read = declared(name, diagrams.read(files, frozenset({FACT})))
        except DiagramRefused:
            counts["refused to load"] += 1
            continue
        if campaign.choices.random() < 0.5:
            read = brings_some(read, campaign.choices)
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
        counts["with events"] += any(one.of_kind("eventBasedGateway") for one in read.used())
        counts["with timers"] += any(n.timer for one in read.used() for n in one.nodes.values())
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
    read = declared(name, diagrams.read(drawn(name), frozenset({FACT})))
    level = LEVELS.get(name, (None,))[-1]

    verdict = proving.prove(read, table, name, level=level)

    assert verdict.proven, verdict.shown()
    assert _walked(Walker(read, proving.classes_of(table, name, level))) is None
