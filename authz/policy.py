"""The shipped policy: which step comes with which post, read once from ``policy.csv``."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from authz.acts import Act
from authz.matching import ANY, NONE, REGISTRATION, fits, routed
from authz.offices.posts import POSTS
from database.refusals import InvariantBroken

_ALLOWED = {
    "level": {ANY, NONE, "1", "2", "3"},
    "route": {ANY, NONE, "county", "city_approval", "city_meeting", "city", REGISTRATION},
    "handling": {ANY, "instant", "limited"},
    "reach": {"own", "next", "tree"},
    "scope": {"section", "office"},
    "by": {"post", "grant"},
    "post": set(POSTS),
}


@dataclass(frozen=True, slots=True)
class Right:
    """One row of the policy: a step that a post may do. ``policy.csv`` explains the columns."""

    entry: str
    post: str
    step: str
    level: str
    route: str
    handling: str
    reach: str
    scope: str
    by: str

    def is_for(self, act: Act) -> bool:
        """Whether the row is for the act's level, route and handling."""
        return (
            fits(self.level, level_word(act))
            and routed(self.route, route_word(act))
            and fits(self.handling, act.handling)
        )


def level_word(act: Act) -> str:
    """The act's level as policy rows write it."""
    return str(act.level) if act.level else NONE


def route_word(act: Act) -> str:
    """The act's route as policy rows write it."""
    return act.route or NONE


def step_word(act: Act) -> str:
    """The act's step as policy rows write it: a process's own step goes by its lane."""
    return f"lane:{act.lane}" if act.lane and act.step not in by_step() else act.step


@lru_cache(maxsize=1)
def rights() -> tuple[Right, ...]:
    """All rows, in the file's order. Raises InvariantBroken where the shipped file is wrong."""
    with resources.files("authz").joinpath("policy.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    for row in rows:
        for column, allowed in _ALLOWED.items():
            if row[column] not in allowed:
                raise InvariantBroken(f"policy.csv: {row['entry']} has {column} {row[column]!r}")
    return tuple(Right(**row) for row in rows)


@lru_cache(maxsize=1)
def by_step() -> Mapping[str, tuple[Right, ...]]:
    """The rows of each step."""
    found: dict[str, list[Right]] = {}
    for right in rights():
        found.setdefault(right.step, []).append(right)
    return {step: tuple(rows) for step, rows in found.items()}


@lru_cache(maxsize=1)
def by_post() -> Mapping[str, tuple[Right, ...]]:
    """The rows of each post; a post without any right has none."""
    return {post: tuple(right for right in rights() if right.post == post) for post in POSTS}


@lru_cache(maxsize=1)
def grantable() -> Mapping[str, tuple[str, ...]]:
    """The acts that are given by grant, with the posts that may be given them."""
    acts = dict.fromkeys(right.step for right in rights() if right.by == "grant")
    return {
        act: tuple(
            dict.fromkeys(right.post for right in by_step()[act] if right.route != REGISTRATION)
        )
        for act in acts
    }
