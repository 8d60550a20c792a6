"""Every process that can be sent back shows a case that was: returned with reasons, corrected, done."""

from datetime import date
from pathlib import Path

import pytest

from engine.defining import definitions
from engine.defining.definition import Definition
from engine.defining.examples import Example
from engine.rules import risk
from tests import example_records
from tests.every_way import walks
from tests.example_runs import came, compute

ROOT = Path(__file__).parents[2]
TABLE = risk.load(ROOT / "risk_levels.yaml")
CATALOGUE = definitions.load([ROOT / "processes"], ROOT / "processes" / "_shared")
SINGLE_HANDED = 3
RETURNED = [
    pytest.param(definition, example, id=f"{definition.code}:{example.name.en}")
    for definition in CATALOGUE.all()
    for example in definition.examples
    if example.returned
]


@pytest.mark.parametrize("definition", CATALOGUE.all(), ids=lambda one: one.code)
def test_every_outcome_has_an_example(definition: Definition) -> None:
    """Posted always; refused where there is a gate or a form to fill in wrongly; returned if two sign."""
    levels = {one.expect.level for one in definition.examples if one.expect.level is not None}
    assert levels
    outcomes = [one.expect for one in definition.examples]
    gated = "gates.py" in definition.folder.files
    assert any(one.refused if gated else one.refused or one.invalid for one in outcomes)
    returned = any(one.returned for one in definition.examples)
    # What one teller finishes in one request can't be sent back to him.
    assert returned == (levels != {SINGLE_HANDED})


@pytest.mark.parametrize(("definition", "example"), RETURNED)
def test_a_returned_example_was_accepted_and_is_signed_anew(
    definition: Definition, example: Example
) -> None:
    """What was handed in first makes a case too, other than the one that is signed in the end."""
    returned, expect = example.returned, example.expect
    assert returned
    assert expect.level in {1, 2}
    steps = risk.steps(TABLE, expect.level or 1, expect.route or "")
    assert returned.step in steps[1:]
    records = example_records.records(example.record, date.fromisoformat(example.accepted_on))
    first = definition.form.model_validate({**example.form, **returned.form})
    corrected = definition.form.model_validate(dict(example.form))
    messages = came(definition, example)
    facts, _ = compute(definition, first, records, messages)
    level = risk.classify(TABLE, definition.code, facts, agency_kind=example.agency).level
    assert expect.level is not None
    assert level >= expect.level, "a correction never lowers the level"
    assert (first != corrected) == bool(returned.form)
    again = [
        walk
        for walk in walks(definition.model, expect.level, expect.route or "")
        if walk.ended == "completed" and not walk.returns
    ]
    assert again
    assert all(tuple(walk.signed) == risk.steps(TABLE, expect.level, walk.route) for walk in again)
