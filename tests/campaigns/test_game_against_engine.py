"""The proof plays the game that the engine runs: after each move the same waiting steps, postings, ends."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import bpmn
from engine.defining.diagrams import DiagramRefused
from tests import game_beside_engine, mutated_definitions
from tests.campaign import Campaign
from tests.campaigns.test_mutated_definitions import CODES, drawn
from tests.drawn_bpmn import Drawing
from tests.further_definitions import FACT, FURTHER

WALKS = 3


@pytest.mark.campaign(test=200, long=10_000)
def test_on_mutated_definitions(campaign: Campaign) -> None:
    choices, counts = campaign.choices, campaign.counts
    while counts["walks"] < campaign.budget:
        name = choices.choice((*CODES, *FURTHER, *FURTHER))
        files, _ = mutated_definitions.mutated(drawn(name), choices)
        try:
            model = bpmn.compile_model(files, facts=frozenset({FACT}))
        except DiagramRefused:
            counts["refused to load"] += 1
            continue
        for _ in range(WALKS):
            counts["walks"] += 1
            counts["moves"] += game_beside_engine.walk(model, choices)
        branches = any(one.of_kind("parallelGateway") for one in model.diagrams.used())
        counts["walks with branches"] += WALKS * branches


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_on_diagrams_drawn_of_blocks(data: st.DataObject) -> None:
    model = bpmn.compile_model(Drawing(data).files, facts=frozenset({FACT}))
    seed = data.draw(st.integers(0, 2**32))

    game_beside_engine.walk(model, random.Random(seed))
