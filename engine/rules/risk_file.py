"""The shape of ``risk_levels.yaml`` and what it may never say: the loader of the risk table.

The nine businesses of article 13 stay at level 1, level and timing go together, and the county's four
signatures are exactly those of article 12, whatever an agency writes into the file.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.defining import located
from engine.defining.guides import Basis, Bilingual, Code

HIGH = 1
STEPS: Mapping[str, str] = {
    "handler": "handle",
    "reviewer": "review",
    "deputy_director": "endorse",
    "director": "conclude",
    "city_approver": "city_approve",
    "city_head": "city_conclude",
}
ROUTES = ("county", "city_approval", "city_meeting", "city")
# The office's own registers are kept by cases of their own: applied for by the business section, reviewed by
# internal control, approved by the head (业务权限授权登记制度, 陕社保发[2016]27号 §10).
REGISTRATION = "registration"
REGISTERING: Mapping[str, str] = {
    "supervisor": "handle",
    "internal_control": "review",
    "city_head": "city_conclude",
}
REGISTERS = ("grant_registration", "rule_change")
COUNTY = ("handler", "reviewer", "deputy_director", "director")
DECIDERS = {
    "county": "director",
    "city_approval": "city_approver",
    "city_meeting": "city_head",
    "city": "city_head",
}
# 陕社保发[2016]27号 §13: the nine businesses, by the codes of their processes, built or not.
LOCKED: Mapping[str, str] = {
    "employer_enrollment": "企业参保登记",
    "overage_enrollment": "超龄人员参保登记",
    "arrears_assessment": "补费和补收核定",
    "account_adjustment": "个人账户变更",
    "history_backfill": "历史缴费数据补录和补收",
    "transfer_in_interprovince": "跨省转移接续",
    "transfer_out_interprovince": "跨省转移接续",
    "benefit_adjustment": "待遇调整",
    "benefit_calculation_payment": "待遇计算发放",
    "retirement_approval": "退休审批",
    "early_retirement_approval": "退休审批",
}
OPERATORS = ("is", "above", "at_least", "below")


@dataclass(frozen=True, slots=True)
class RaiseRule:
    """What raises a case: a fact compared with one literal. ``route`` is empty above level 1."""

    fact: str
    operator: str
    bound: str | int | bool
    level: int
    route: str
    reason: Mapping[str, str]
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What the table says of one process."""

    level: int
    route: str
    basis: Basis
    raise_rules: Sequence[RaiseRule]


@dataclass(frozen=True, slots=True)
class RiskTable:
    """One version of the risk table; ``digest`` is the SHA-256 of ``text``."""

    digest: str
    text: str
    file: str
    routes: Mapping[str, tuple[str, ...]]
    entries: Mapping[str, Entry]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _Rule(_Strict):
    fact: Code
    is_: str | int | bool | None = Field(default=None, alias="is")
    above: int | None = None
    at_least: int | None = None
    below: int | None = None
    level: Literal[1, 2] | None = None
    route: Literal["county", "city_approval", "city_meeting"] | None = None
    reason: Bilingual


class _Process(_Strict):
    level: Literal[1, 2, 3]
    timing: Literal["instant", "limited"]
    route: Literal["county", "city_approval", "city_meeting", "registration"] | None = None
    basis: Basis
    raise_: Sequence[_Rule] = Field(default=(), alias="raise")


class _File(_Strict):
    basis: Basis
    routes: Mapping[str, Sequence[str]]
    processes: Mapping[Code, _Process]


def parse(text: str, name: str) -> RiskTable:
    """The risk table of a text; raises DefinitionRefused naming the line of what is wrong."""
    sheet = located.parse(text, name)
    file = located.checked(sheet, _File)
    routes = {
        route: _registration(sheet, posts) if route == REGISTRATION else _route(sheet, route, posts)
        for route, posts in file.routes.items()
    }
    for missing in (route for route in ROUTES if route not in routes):
        raise sheet.refused(("routes",), f"lacks the route {missing}")
    entries = {code: _entry(sheet, code, said) for code, said in file.processes.items()}
    # What the office's own registers go through is no choice of a table, so an older one needn't say it.
    routes[REGISTRATION] = tuple(REGISTERING)
    for code in REGISTERS:
        entries.setdefault(code, Entry(HIGH, REGISTRATION, file.basis, ()))
    return RiskTable(
        digest=hashlib.sha256(b"tongban-v1\0risk-table\0" + text.encode()).hexdigest(),
        text=text,
        file=name,
        routes=routes,
        entries=entries,
    )


def _route(sheet: located.Sheet, route: str, posts: Sequence[str]) -> tuple[str, ...]:
    where: located.Where = ("routes", route)
    if route not in ROUTES:
        raise sheet.refused(where, f"is no route; routes are {', '.join(ROUTES)}, {REGISTRATION}")
    for index, post in enumerate(posts):
        if post not in STEPS:
            raise sheet.refused((*where, index), f"{post!r} signs no step of a case")
        if post in posts[:index]:
            raise sheet.refused((*where, index), f"{post} stands twice: nobody signs two steps")
    if route == "county" and tuple(posts) != COUNTY:
        raise sheet.refused(where, f"must be exactly {', '.join(COUNTY)} (陕社保发[2016]27号 §12)")
    if route in {"city_approval", "city_meeting"} and tuple(posts[: len(COUNTY)]) != COUNTY:
        raise sheet.refused(where, f"must begin with the county's chain {', '.join(COUNTY)}")
    if tuple(posts[:2]) != ("handler", "reviewer"):
        raise sheet.refused(where, "must begin with a maker (handler) and a reviewer")
    if posts[-1] != DECIDERS[route]:
        raise sheet.refused(where, f"must end with its decider, {DECIDERS[route]}")
    return tuple(posts)


def _registration(sheet: located.Sheet, posts: Sequence[str]) -> tuple[str, ...]:
    if tuple(posts) != tuple(REGISTERING):
        where: located.Where = ("routes", REGISTRATION)
        raise sheet.refused(where, f"must be exactly {', '.join(REGISTERING)} (§10)")
    return tuple(posts)


def _entry(sheet: located.Sheet, code: str, said: _Process) -> Entry:
    where: located.Where = ("processes", code)
    if code in LOCKED and said.level != HIGH:
        raise sheet.refused(
            (*where, "level"), f"{LOCKED[code]} stays at level 1 (陕社保发[2016]27号 §13)"
        )
    if code in REGISTERS and (said.level, said.route, said.raise_) != (HIGH, REGISTRATION, ()):
        raise sheet.refused(where, f"is level 1 on the route {REGISTRATION}, whatever its facts")
    if said.route == REGISTRATION and code not in REGISTERS:
        raise sheet.refused((*where, "route"), "is for the office's own registers alone")
    timing = "limited" if said.level == HIGH else "instant"
    if said.timing != timing:
        raise sheet.refused(
            (*where, "timing"), f"level {said.level} means {timing} (陕社保发[2016]27号 §8)"
        )
    if said.route and said.level != HIGH:
        raise sheet.refused((*where, "route"), "only level 1 has a route")
    route = (said.route or "county") if said.level == HIGH else ""
    rules = [
        _raise_rule(sheet, (*where, "raise", index), rule, said.level, route)
        for index, rule in enumerate(said.raise_)
    ]
    return Entry(said.level, route, said.basis, tuple(rules))


def _raise_rule(
    sheet: located.Sheet, where: located.Where, rule: _Rule, level: int, route: str
) -> RaiseRule:
    said = {"is": rule.is_, "above": rule.above, "at_least": rule.at_least, "below": rule.below}
    conditions: list[tuple[str, Any]] = [
        (name, said[name]) for name in OPERATORS if said[name] is not None
    ]
    if len(conditions) != 1:
        raise sheet.refused(where, f"needs exactly one of {', '.join(OPERATORS)}")
    raised = rule.level or (HIGH if rule.route else level)
    if rule.route and raised != HIGH:
        raise sheet.refused((*where, "route"), "only level 1 has a route")
    raised_route = (rule.route or "county") if raised == HIGH else ""
    if raised > level or (
        raised == level and ROUTES_UP.index(raised_route) <= ROUTES_UP.index(route)
    ):
        raise sheet.refused(where, f"raises nothing: the process is level {level} {route}".rstrip())
    operator, bound = conditions[0]
    return RaiseRule(
        fact=rule.fact,
        operator=operator,
        bound=bound,
        level=raised,
        route=raised_route,
        reason={"zh": rule.reason.zh, "en": rule.reason.en},
        line=sheet.line(where),
    )


ROUTES_UP = ("", *ROUTES)
