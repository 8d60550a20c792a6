"""A risk table of the same text and name is parsed once in a run; of any other it is parsed."""

import pytest

from api import shipped
from engine.defining.located import DefinitionRefused
from engine.rules import risk

TEXT = shipped.risk_levels().read_text("utf-8")


def test_the_same_text_is_the_same_table() -> None:
    assert risk.parse(TEXT, "a.yaml") is risk.parse(TEXT, "a.yaml")


def test_another_text_or_name_is_another_table() -> None:
    table = risk.parse(TEXT, "a.yaml")

    assert risk.parse(f"{TEXT}\n# a remark\n", "a.yaml").digest != table.digest
    assert risk.parse(TEXT, "b.yaml").file == "b.yaml"


def test_what_is_refused_is_refused_again() -> None:
    for _ in range(2):
        with pytest.raises(DefinitionRefused):
            risk.parse("processes: {}\n", "a.yaml")
