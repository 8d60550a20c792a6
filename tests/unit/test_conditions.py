"""A condition is one fact compared with one literal, and nothing else is one."""

import pytest

from database.refusals import InvariantBroken
from engine.defining import conditions
from engine.defining.conditions import Condition, ConditionRefused, Fact

FACTS: dict[str, Fact] = {"decision": "return", "amount_cents": 500, "moves": True, "route": ""}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('decision == "return"', True),
        ("decision == 'return'", True),
        ('decision != "return"', False),
        ('  decision=="approve"\n', False),
        ('route == ""', True),
        ("amount_cents > 499", True),
        ("amount_cents >= 501", False),
        ("amount_cents < -3", False),
        ("amount_cents <= 500", True),
        ("amount_cents == 500", True),
        ("moves == true", True),
        ("moves != true", False),
        ("moves == false", False),
    ],
)
def test_it_compares(text: str, holds: bool) -> None:
    assert conditions.parse(text).holds(FACTS) is holds


def test_it_is_read_once_into_plain_data() -> None:
    assert conditions.parse('route != "市"') == Condition("route", "!=", "市")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "true",
        "decision",
        "decision = 'return'",
        "decision is 'return'",
        "'return' == decision",
        "decision == return",
        "decision == None",
        "decision == True",
        "decision == 'return' or true",
        "not decision == 'return'",
        "1 < amount_cents < 5",
        "amount_cents == 1.5",
        "amount_cents == 1e9",
        "amount_cents == 9999999999999999",
        "amount_cents == ٣",
        "amount_cents + 1 == 2",
        'decision > "a"',
        "moves < true",
        r'decision == "\x41"',
        'decision == "a" "b"',
        'f"{decision}" == "return"',
        'decision.__class__ == "a"',
        'decision[0] == "r"',
        '__import__("os").system("true") == 0',
        "(lambda: 1)() == 1",
        "Decision == 'return'",
        "décision == 'return'",
        "decision == 'return'; x == 1",
        "decision == '" + "a" * 200 + "'",
        " " * 300 + "decision == 'return'",
    ],
)
def test_nothing_else_is_a_condition(text: str) -> None:
    with pytest.raises(ConditionRefused):
        conditions.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        'unknown == "a"',
        "decision == 1",
        'amount_cents == "500"',
        "amount_cents == true",
        "moves == 1",
    ],
)
def test_an_unknown_fact_or_another_type_is_a_defect(text: str) -> None:
    with pytest.raises(InvariantBroken):
        conditions.parse(text).holds(FACTS)
