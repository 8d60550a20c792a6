"""Level and route of a case from ``risk_levels.yaml``: what is listed, and what the case's facts raise.

A level or route is only ever raised. What the table doesn't list is level 1, route county.
Source of the levels' meaning: 陕社保发[2016]27号 §8, §11 to §13.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from database.direct_slots import set_directly
from database.refusals import InvariantBroken
from engine.defining import located
from engine.defining.definitions import Catalogue
from engine.rules import risk_file
from engine.rules.risk_file import (
    HIGH,
    REGISTERING,
    REGISTRATION,
    STEPS,
    RaiseRule,
    RiskTable,
)

_RANKS = {"": 0, "county": 1, "city_approval": 2, "city_meeting": 3, "city": 4, REGISTRATION: 5}
_BELOW_HIGH = {2: ("handle", "review"), 3: ("handle",)}
_UNLISTED = {
    "zh": "风险等级表未列此事项，按一级办理",
    "en": "the risk table doesn't list this business: level 1",
    "rule": "risk.unlisted",
}


@set_directly
@dataclass(frozen=True, slots=True)
class Classification:
    """What a case is: level, route (empty below level 1), timing, and why (``zh``, ``en``, ``rule``)."""

    level: int
    route: str
    timing: str
    reasons: Sequence[Mapping[str, str]]
    meeting_required: bool


def load(path: Path) -> RiskTable:
    """The risk table of a file; raises DefinitionRefused naming file and line."""
    return risk_file.parse(located.text_of(path), str(path))


def parse(text: str, name: str) -> RiskTable:
    """The risk table of a text; ``name`` is what refusals call it."""
    return risk_file.parse(text, name)


def classify(
    table: RiskTable, code: str, facts: Mapping[str, Any], *, agency_kind: str
) -> Classification:
    """Level, route and timing of a case with these facts, accepted by an agency of this kind.

    Accepted by a city or provincial office, a level-1 case takes the route ``city``; where a rule
    demands a meeting, that is kept in ``meeting_required``.
    """
    entry = table.entries.get(code)
    reasons: list[Mapping[str, str]]
    if entry is None:
        level, route, reasons = HIGH, "county", [_UNLISTED]
    else:
        level, route, reasons = entry.level, entry.route, [_listed(code, entry.level)]
        for rule in entry.raise_rules:
            if _holds(rule, code, facts):
                level, route = min(level, rule.level), _higher(route, rule.route)
                reasons.append({**rule.reason, "rule": f"risk.{code}.{rule.fact}"})
    meeting = route == "city_meeting"
    if level == HIGH and agency_kind != "county" and route != REGISTRATION:
        route = "city"
        reasons.append(
            {"zh": "市级以上经办机构受理", "en": "accepted by a city office", "rule": "risk.city"}
        )
    return Classification(level, route, timing(level), reasons, meeting)


def never_lower(
    _table: RiskTable, previous: tuple[int, str], new: Classification
) -> Classification:
    """``new``, but at least at the level and route the case stood at before."""
    level = min(previous[0], new.level)
    route = _higher(previous[1], new.route)
    if (level, route) == (new.level, new.route):
        return new
    kept = {
        "zh": "已定等级和审批路径不因更正降低",
        "en": "a correction never lowers level or route",
        "rule": "risk.never_lower",
    }
    return replace(
        new, level=level, route=route, timing=timing(level), reasons=[*new.reasons, kept]
    )


def timing(level: int) -> str:
    """``limited`` （限时） for level 1, ``instant`` （即时） for 2 and 3. Source: 陕社保发[2016]27号 §8."""
    return "limited" if level == HIGH else "instant"


def rank(_table: RiskTable, route: str) -> int:
    """How high a route stands; no route (levels 2 and 3) is 0."""
    if route not in _RANKS:
        raise InvariantBroken(f"there is no route {route!r}")
    return _RANKS[route]


def steps(table: RiskTable, level: int, route: str) -> tuple[str, ...]:
    """The steps that must be signed, in this order, by different people."""
    if level in _BELOW_HIGH and not route:
        return _BELOW_HIGH[level]
    if level != HIGH or route not in table.routes:
        raise InvariantBroken(f"level {level} has no route {route!r}")
    signing = REGISTERING if route == REGISTRATION else STEPS
    return tuple(signing[post] for post in table.routes[route])


def posts(table: RiskTable, level: int, route: str) -> tuple[str, ...]:
    """The posts that sign, in the order of ``steps``."""
    if level == HIGH:
        return table.routes[route]
    by_step = {step: post for post, step in STEPS.items()}
    return tuple(by_step[step] for step in steps(table, level, route))


def post_of(route: str, step: str, lane: str) -> str:
    """The post a step of the diagram is offered to: its lane's, but for a register's case.

    The shared chain is drawn once, with the posts of business in its lanes; who gives the same steps on the
    route ``registration`` its row in the risk table says.
    """
    if route != REGISTRATION:
        return lane
    return next((post for post, signs in REGISTERING.items() if signs == step), lane)


def check(table: RiskTable, catalogue: Catalogue) -> None:
    """Raise DefinitionRefused where the table and the deployed processes don't fit together."""
    for definition in catalogue.deployed():
        entry = table.entries.get(definition.code)
        reaches_high = entry is None or HIGH in {entry.level, *(r.level for r in entry.raise_rules)}
        if reaches_high and definition.guide.time_limit.days == 0:
            raise located.DefinitionRefused(
                definition.code,
                None,
                "guide.yaml time_limit.days",
                "is 0, but the risk table can make this limited business: it needs a limit",
            )
        for rule in entry.raise_rules if entry else ():
            if rule.fact not in definition.fact_names:
                known = ", ".join(sorted(definition.fact_names)) or "none"
                raise located.DefinitionRefused(
                    table.file,
                    rule.line,
                    f"processes.{definition.code}.raise",
                    f"reads the fact {rule.fact!r}, which the process doesn't declare (it declares: {known})",
                )


@lru_cache(maxsize=512)
def _listed(code: str, level: int) -> Mapping[str, str]:
    return {
        "zh": f"风险等级表定为{'一二三'[level - 1]}级",
        "en": f"the risk table lists it at level {level}",
        "rule": f"risk.{code}",
    }


def _higher(one: str, other: str) -> str:
    return one if _RANKS[one] >= _RANKS[other] else other


def _holds(rule: RaiseRule, code: str, facts: Mapping[str, Any]) -> bool:
    """Whether a rule's condition is true; a fact that is missing or of another type is a defect."""
    if rule.fact not in facts:
        raise InvariantBroken(
            f"process {code} gives no fact {rule.fact!r}, which a risk rule reads"
        )
    value, bound = facts[rule.fact], cast("Any", rule.bound)
    if type(value) is not type(bound):
        raise InvariantBroken(
            f"fact {rule.fact!r} of {code} is not of the type its risk rule compares"
        )
    if rule.operator == "is":
        return bool(value == bound)
    if rule.operator == "above":
        return bool(value > bound)
    if rule.operator == "at_least":
        return bool(value >= bound)
    return bool(value < bound)
