"""Random walks through what waits for the outside: whatever comes in whatever order, the case verifies."""

import random
from typing import Any

import pytest

from api.composition import Opened
from tests import outside, walks
from tests.people import Hall

SEEDS = range(4)
OPEN = ("in_progress", "returned", "awaiting_materials")


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_walk_verifies_at_every_end(hall: Hall, seed: int) -> None:
    state = hall.client.app.state  # type: ignore[attr-defined]
    opened, choices = Opened(state.office, state.sessions), random.Random(seed)
    did: list[str] = []
    for number, body in enumerate(walks.bodies(opened.office)):
        if not outside.waits(opened.office.catalogue.current(body["process"])):
            continue
        asked: dict[str, Any] = {"looked": ["T101"], "looks": ["T101"]}
        told = walks.step(opened, {**asked, "begin": number, "seed": choices.getrandbits(32)})
        for _ in range(25):
            if told["status"] not in OPEN:
                break
            going_on = {**asked, "case_no": told["case_no"], "seed": choices.getrandbits(32)}
            told = walks.step(opened, going_on)
            did.append(told["did"])
        hall.people.clear()
        assert hall.A001.findings(told["case_no"]) == []
    assert "deliver" in did
