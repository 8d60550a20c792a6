"""The ways a process's cases can take through their signatures: by level and route, and what leads there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.defining.definitions import Definition
from engine.office import Office
from engine.process import Names
from engine.rules import risk
from engine.rules.risk_file import HIGH, Entry
from web import steps

# By authz/policy.csv: the teller himself, where he holds the right, else the back office.
_MAKERS = ("teller", "handler")
_COUNTY, _CITY = "county", "city"
_LISTED = Names("风险等级表所定", "as the risk table lists it")
_UNLISTED = Names(
    "风险等级表未列此事项，按一级办理", "the risk table doesn't list this business: level 1"
)
_AT_CITY = Names("市级以上经办机构受理", "accepted by a city office")
_OPERATORS = {
    "is": Names("为", "is"),
    "above": Names("大于", "above"),
    "at_least": Names("不小于", "at least"),
    "below": Names("小于", "below"),
}


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: the step's text and the posts that may give it."""

    title: str
    posts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Way:
    """The signatures of one level and route, in order, and why a case takes this way."""

    level: int
    route: str
    why: Sequence[Names]
    signatures: Sequence[Signature]


@dataclass(frozen=True, slots=True)
class Raised:
    """What raises a case: the fact that is looked at, and where that leads."""

    fact: Names
    operator: Names
    reason: Names
    level: int
    route: str


def of(office: Office, found: Definition) -> list[Way]:
    """Every way a case of this process can take, the plain one first."""
    entry = office.risk.entries.get(found.code)
    reasons: dict[tuple[int, str], list[Names]] = {}
    for key, why in _reached(entry):
        reasons.setdefault(key, []).append(why)
    return [
        Way(level, route, why, _signatures(office, level, route))
        for (level, route), why in reasons.items()
    ]


def rules(found: Definition, entry: Entry | None) -> list[Raised]:
    """What the risk table says raises a case of this process."""
    return [
        Raised(
            found.fact_names[rule.fact],
            _OPERATORS[rule.operator],
            Names(rule.reason["zh"], rule.reason["en"]),
            rule.level,
            rule.route,
        )
        for rule in (entry.raise_rules if entry else ())
    ]


def _reached(entry: Entry | None) -> Iterator[tuple[tuple[int, str], Names]]:
    level, route = (entry.level, entry.route) if entry else (HIGH, _COUNTY)
    yield (level, route), _LISTED if entry else _UNLISTED
    high = level == HIGH
    for rule in entry.raise_rules if entry else ():
        high = high or rule.level == HIGH
        yield (rule.level, rule.route), Names(rule.reason["zh"], rule.reason["en"])
    if high:
        yield (HIGH, _CITY), _AT_CITY


def _signatures(office: Office, level: int, route: str) -> list[Signature]:
    signed = risk.steps(office.risk, level, route)
    posts = risk.posts(office.risk, level, route)
    return [
        Signature(steps.name(step), _MAKERS if step == "handle" else (post,))
        for step, post in zip(signed, posts, strict=True)
    ]
