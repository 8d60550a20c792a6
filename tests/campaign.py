"""Campaigns: tests that try many random things, at one size in every run and another in ``make long``.

A test says both sizes, ``@pytest.mark.campaign(test=300, long=100_000)``, asks for ``campaign``, spends its
budget with its random choices and counts what it met; the run's last lines say seed, budget and counts.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

import pytest

PROPERTY = "campaign"


@dataclass
class Campaign:
    """What one campaign may spend, the choices it makes, and what it counted."""

    name: str
    seed: str
    budget: int
    counts: Counter[str] = field(default_factory=Counter)
    choices: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.choices = random.Random(f"{self.seed} {self.name}")

    def line(self) -> str:
        """One line of the run's summary."""
        counted = ", ".join(f"{count} {what}" for what, count in sorted(self.counts.items()))
        return f"campaign {self.name}: seed {self.seed}, budget {self.budget}: {counted}"


def of(request: pytest.FixtureRequest) -> Campaign:
    """The campaign of the test that asks. Raises UsageError where it doesn't say its sizes."""
    marker = request.node.get_closest_marker("campaign")
    if marker is None or set(marker.kwargs) != {"test", "long"}:
        raise pytest.UsageError(f"{request.node.nodeid}: mark it campaign(test=…, long=…)")
    size = "long" if request.config.getoption("--long") else "test"
    seed = request.config.getoption("--hypothesis-seed")
    # Without a seed (in CI) the choices are the same in every run.
    return Campaign(request.node.name, "1" if seed is None else str(seed), marker.kwargs[size])


def report(terminal: pytest.TerminalReporter) -> None:
    """Write the line of every campaign of this run, wherever it ran."""
    reports = (one for listed in terminal.stats.values() for one in listed)
    properties = (pair for one in reports for pair in getattr(one, "user_properties", []))
    for line in sorted({str(said) for name, said in properties if name == PROPERTY}):
        terminal.write_line(line)
