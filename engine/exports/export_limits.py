"""The limits of personal data taken out as files, by post and day: ``export_limits.yaml``, read once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from authz.offices.posts import POSTS
from database import plain_yaml
from database.refusals import InvariantBroken

FILE = "export_limits.yaml"


@dataclass(frozen=True, slots=True)
class Limits:
    """Rows about people a day, by post; ``otherwise`` for posts that aren't named."""

    rows_a_day: Mapping[str, int]
    otherwise: int

    def of(self, posts: Collection[str]) -> int:
        """The largest limit of the posts that somebody holds."""
        return self.counting(posts)[1]

    def counting(self, posts: Collection[str]) -> tuple[str | None, int]:
        """Which of somebody's posts has the largest limit, and that limit; none and 0 without posts."""
        found = [(post, self.rows_a_day.get(post, self.otherwise)) for post in posts]
        return max(found, key=lambda one: one[1], default=(None, 0))


@cache
def said() -> Mapping[str, Any]:
    """The file as it is, for the register of rules."""
    found: Mapping[str, Any] = plain_yaml.load(
        (resources.files(__package__) / FILE).read_text("utf-8")
    )
    return found


@cache
def shipped() -> Limits:
    """The limits in force. Raises InvariantBroken for a file that names no post or no number."""
    rows, otherwise = dict(said()["rows_a_day"]), said()["otherwise"]
    if not set(rows) <= set(POSTS):
        raise InvariantBroken(f"{FILE} names posts that nobody can hold: {set(rows) - set(POSTS)}")
    if not all(isinstance(one, int) and one >= 0 for one in (*rows.values(), otherwise)):
        raise InvariantBroken(f"{FILE}: a limit is a whole number of rows from 0")
    return Limits(rows, otherwise)


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The posts whose limit differs between two versions of the file."""
    was, becomes = (
        {**one.get("rows_a_day", {}), "otherwise": one.get("otherwise")} for one in (before, after)
    )
    return sorted(post for post in {*was, *becomes} if was.get(post) != becomes.get(post))
