"""The matcher by itself: every column of a row refuses alone, also where rows are sifted before."""

from typing import Any

import pytest

from authz import enforcement

ROW = {
    "entry": "grant:7",
    "post": "teller",
    "step": "handle",
    "level": "1",
    "route": "county",
    "handling": "limited",
    "process": "retirement_approval",
    "reach": "own",
    "place": "990101",
    "serves": "benefit|account",
    "since": "2026-01-01",
    "until": "2026-12-31",
    "limit": "500",
    "behalf": "",
}
REQUEST: dict[str, Any] = {
    "step": "handle",
    "level": "1",
    "route": "county",
    "handling": "limited",
    "process": "retirement_approval",
    "agency": "990101",
    "lineage": ("990101", "990100", "990000"),
    "category": "benefit",
    "amount": 500,
    "signs": "handle",
    "signed": (("review", 2),),
    "own_case": False,
    "relatives_case": False,
    "person": 1,
    "today": "2026-06-30",
}


def decide(row: dict[str, str], request: dict[str, Any]) -> bool:
    enforcer = enforcement._enforcer([list(row.values())])
    return bool(enforcer.enforce(*request.values()))


def test_the_row_allows_the_request() -> None:
    assert decide(ROW, REQUEST)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("step", "review"),
        ("level", "2"),
        ("level", "-"),
        ("route", "city"),
        ("route", "-"),
        ("handling", "instant"),
        ("handling", ""),
        ("process", "account_adjustment"),
        ("agency", "990102"),
        ("category", "registration"),
        ("category", ""),
        ("category", "benefit|account"),
        ("amount", 501),
        ("signed", (("review", 1),)),
        ("own_case", True),
        ("relatives_case", True),
        ("person", 2),
        ("today", "2025-12-31"),
        ("today", "2027-01-01"),
    ],
)
def test_each_value_of_a_request_refuses_alone(name: str, value: Any) -> None:
    assert not decide(ROW, {**REQUEST, name: value})


@pytest.mark.parametrize(
    ("reach", "place", "allowed"),
    [
        ("own", "990101", True),
        ("own", "990100", False),
        ("tree", "990100", True),
        ("tree", "990000", True),
        ("tree", "990102", False),
    ],
)
def test_reach(reach: str, place: str, allowed: bool) -> None:
    assert decide({**ROW, "reach": reach, "place": place}, REQUEST) == allowed


def test_first_and_last_day_count() -> None:
    for day in (ROW["since"], ROW["until"]):
        assert decide(ROW, {**REQUEST, "today": day})


def test_an_enforcer_over_no_rows_refuses() -> None:
    assert not enforcement._enforcer([]).enforce(*REQUEST.values())


def test_model_and_rows_have_the_columns_that_code_counts_on() -> None:
    model = enforcement._model()
    assert [token.removeprefix("p_") for token in model["p"]["p"].tokens] == list(ROW)
    assert [token.removeprefix("r_") for token in model["r"]["r"].tokens] == list(REQUEST)
    assert list(ROW)[enforcement._PROCESS] == "process"
