"""The proof refuses exactly the mutated definitions that a slow, independent walker finds unlawful."""

from pathlib import Path

import pytest

from api import shipped
from engine import diagrams, risk
from engine.diagrams import DiagramRefused
from oversight.proof import proving
from tests import mutated_definitions
from tests.campaign import Campaign
from tests.slow_walker import Walker
from tests.told_stories import MANDATED, Unlawful

PROCESSES = Path(__file__).parents[2] / "processes"
CODES = sorted(folder.parent.name for folder in PROCESSES.glob("*/process.bpmn"))


def files_of(code: str) -> dict[str, bytes]:
    """A process's diagrams as its folder holds them, its own first."""
    own, shared = PROCESSES / code / "process.bpmn", PROCESSES / "_shared" / "approval.bpmn"
    return {"process.bpmn": own.read_bytes(), "approval.bpmn": shared.read_bytes()}


@pytest.mark.campaign(test=200, long=2000)
def test_refused_is_what_a_slow_walker_finds_unlawful(campaign: Campaign) -> None:
    table, counts = risk.load(shipped.risk_levels()), campaign.counts
    wrong = []
    while counts["unlawful"] + counts["lawful"] < campaign.budget:
        code = campaign.choices.choice(CODES)
        files, change = mutated_definitions.mutated(files_of(code), campaign.choices)
        try:
            read = diagrams.read(files)
        except DiagramRefused:
            counts["refused to load"] += 1
            continue
        classes = proving.classes_of(table, code)
        verdict = proving.prove(read, table, code)
        why = _walked(Walker(read, classes))
        counts["lawful" if why is None else "unlawful"] += 1
        if verdict.counter_example is not None:
            counts[f"by {verdict.counter_example.broken.rule}"] += 1
        if verdict.proven != (why is None):
            wrong.append((code, change, why, verdict.shown(), files))
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


@pytest.mark.parametrize("code", CODES)
def test_both_find_the_shipped_lawful(code: str) -> None:
    table = risk.load(shipped.risk_levels())
    read = diagrams.read(files_of(code))

    assert proving.prove(read, table, code).proven
    assert _walked(Walker(read, list(MANDATED))) is None
