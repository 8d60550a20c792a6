"""What people of the demo come for: its examples, chosen by weight, some of them said a little differently.

Most limited business can be done once for a person; certificates and changes of address come again and again.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from api.demonstration import demo
from api.demonstration.demo_visits import Kind
from engine.defining.definitions import Catalogue

Body = dict[str, Any]
# Of a hundred who come, by risk level.
LEVELS = {3: 58, 2: 25, 1: 17}
# What is asked for oftener than other business.
OFTEN = {
    "enrollment_certificate": 8,
    "rights_statement_print": 6,
    "person_info_change_general": 6,
    "benefit_certificate": 4,
    "payment_account_change": 4,
    "account_query": 3,
    "retirement_approval": 3,
}
# Said for anybody on the register, not only for whom the example names.
FOR_ANYBODY = (
    "enrollment_certificate",
    "rights_statement_print",
    "account_query",
    "payment_account_change",
    "person_info_change_general",
)
# The last digits of these may be any.
ANY_DIGITS = {"person_info_change_general": "mobile", "payment_account_change": "bank_account"}
DIGITS = 4
# What the kinds of visits need: a level, and a route where it matters.
NEEDS: Mapping[Kind, tuple[int | None, str | None]] = {
    "returned": (None, None),
    "refused": (1, "county"),
    "green": (1, "county"),
    "withdrawn": (1, "county"),
    "escalated": (1, "county"),
    "stopped": (1, "county"),
    "handed_on": (None, None),
    "passed_on": (1, "county"),
    "city_approval": (1, "city_approval"),
    "city_meeting": (1, "city_meeting"),
}
# Whoever reviews reads these: business that its teller ends alone is not among them.
_READ_BY_ANOTHER = ("returned", "handed_on")
# Weights are whole numbers, this fine.
_FINE = 10_000
# Routes that a visit only takes when it is to.
_ABOVE = ("city_approval", "city_meeting")


class Bodies:
    """The bodies of a day: what was accepted for good isn't offered again."""

    def __init__(self, catalogue: Catalogue, choices: Random) -> None:
        self._choices = choices
        shown = demo.shown(catalogue)
        self._persons: Sequence[Mapping[str, Any]] = shown["persons"]
        self._left: list[Body] = [body for found in shown["examples"].values() for body in found]
        # What waits for other offices is with none of ours meanwhile.
        self._outside = {one.code for one in catalogue.all() if one.messages or one.guide.deadlines}
        self._wanted = {level: _wanted(self._left, level) for level in LEVELS}

    def choose(self, kind: Kind) -> tuple[Body, Body]:
        """An example that suits a visit, and how it is said this time."""
        fitting = [body for body in self._left if self._fits(kind, body)] or [
            body for body in self._left if body["expect"]["risk_level"] > 1
        ]
        weights = [self._weight(body, fitting) for body in fitting]
        (example,) = self._choices.choices(fitting, weights)
        return example, self._said(example)

    def took(self, example: Body) -> None:
        """It was accepted: who has retired doesn't come again for that."""
        if example["expect"]["risk_level"] < max(LEVELS) and example["process"] not in ANY_DIGITS:
            self._left.remove(example)

    def applicant(self) -> Mapping[str, Any]:
        """Somebody on the register, as an application names him."""
        person = self._choices.choice(self._persons)
        return {"kind": "person", "id_no": person["id_no"], "name": person["name"]}

    def _fits(self, kind: Kind, body: Body) -> bool:
        level, route = NEEDS.get(kind, (None, None))
        expect = body["expect"]
        if kind in NEEDS and body["process"] in self._outside:
            return False
        if route is None and expect["route"] in _ABOVE:
            return False
        if kind in _READ_BY_ANOTHER and expect["risk_level"] == max(LEVELS):
            return False
        return level in (None, expect["risk_level"]) and route in (None, expect["route"])

    def _weight(self, body: Body, fitting: Sequence[Body]) -> int:
        """Its level's share and its process's, however many examples there are of it.

        What can't be done again leaves its share to nobody: the others don't grow oftener by it.
        """
        process, level = body["process"], body["expect"]["risk_level"]
        alike = len([one for one in fitting if one["process"] == process])
        share = LEVELS[level] * OFTEN.get(process, 1) * _FINE
        return share // (self._wanted[level] * alike)

    def _said(self, example: Body) -> Body:
        said = {key: value for key, value in example.items() if key != "expect"}
        process, field = said["process"], ANY_DIGITS.get(said["process"])
        if process in FOR_ANYBODY and said["applicant"]["kind"] == "person":
            said["applicant"] = dict(self.applicant())
            if "holder" in said["form"]:
                said["form"] = {**said["form"], "holder": said["applicant"]["name"]}
        if field in said["form"]:
            digits = f"{self._choices.randrange(10**DIGITS):0{DIGITS}d}"
            said["form"] = {**said["form"], field: said["form"][field][:-DIGITS] + digits}
        return said


def _wanted(bodies: Sequence[Body], level: int) -> int:
    """How often anything of a level is asked for, in all."""
    found = {body["process"] for body in bodies if body["expect"]["risk_level"] == level}
    return sum(OFTEN.get(process, 1) for process in found)
