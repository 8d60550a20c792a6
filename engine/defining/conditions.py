"""The only expressions a diagram may hold: one fact compared with one literal.

``decision == "return"``, ``risk_level != "3"``, ``amount_cents > 500000``, ``birth_date_moves == true``.
SpiffWorkflow would run the text of a condition as Python; this evaluator refuses everything else.
"""

import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from database.refusals import InvariantBroken

Fact = str | int | bool

MAX_LENGTH = 200
_CONDITION = re.compile(
    r"\s*(?P<fact>[a-z][a-z0-9_]{0,59})\s*(?P<operator>==|!=|<=|>=|<|>)\s*"
    r"(?:\"(?P<text>[^\"\\]{0,100})\"|'(?P<quoted>[^'\\]{0,100})'"
    r"|(?P<number>-?[0-9]{1,15})|(?P<truth>true|false))\s*",
    re.ASCII,
)
_OPERATORS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class ConditionRefused(ValueError):  # noqa: N818 - an answer about a text, not a fault
    """The text is not a comparison of one fact with one literal."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison: ``fact`` ``operator`` ``literal``."""

    fact: str
    operator: str
    literal: Fact

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        """Whether it is true of these facts; an unknown fact or another type is a defect."""
        if self.fact not in facts:
            raise InvariantBroken(f"the case has no fact {self.fact!r}, which its diagram reads")
        value = facts[self.fact]
        if type(value) is not type(self.literal):
            raise InvariantBroken(f"fact {self.fact!r} is not of the type its diagram compares")
        return bool(_OPERATORS[self.operator](value, self.literal))


@lru_cache(maxsize=4096)
def parse(text: str) -> Condition:
    """Read a condition; raises ConditionRefused for anything that isn't one comparison."""
    found = _CONDITION.fullmatch(text) if len(text) <= MAX_LENGTH else None
    if found is None:
        raise ConditionRefused(
            f'{text[:60]!r} is not one fact compared with one literal, as in decision == "return"'
        )
    literal: Fact
    if found["number"] is not None:
        literal = int(found["number"])
    elif found["truth"] is not None:
        literal = found["truth"] == "true"
    else:
        literal = found["text"] if found["text"] is not None else found["quoted"]
    if found["operator"] not in {"==", "!="} and type(literal) is not int:
        raise ConditionRefused(f"{text[:60]!r} orders what is no number: use == or !=")
    return Condition(found["fact"], found["operator"], literal)
