"""Pairs of posts that one natural person should not hold (不相容岗位), as the register has them today.

Posts of two families are refused where somebody is appointed: such a pair came past the rules. Within the
family of business 受理–复核 and 经办–审批 are apart case by case: whoever holds both is kept out of half his
cases, and the office is short of him there.
Source: 岗位权限管理办法 (人社厅发〔2021〕64号), 岗位制衡.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from authz.offices import families, posts
from authz.placement import Holding
from authz.roster import Roster

MAKERS = frozenset({"teller", "handler"})
REVIEWERS = frozenset({"reviewer"})
APPROVERS = frozenset({"deputy_director", "director", "city_approver", "city_head"})


@dataclass(frozen=True, slots=True)
class ToxicPair:
    """Two posts of one natural person; ``forbidden``: of two families, else apart in each case."""

    agency: str
    staff_no: str
    post: str
    other_post: str
    forbidden: bool
    on_behalf: bool


def read(roster: Roster, codes: Collection[str], today: date) -> Iterator[ToxicPair]:
    """The pairs of whoever holds a post at these agencies, himself or for somebody, in whichever accounts."""
    held: dict[int, list[tuple[str, Holding]]] = {}
    for member in sorted(roster.members.values(), key=lambda one: one.staff_no):
        for holding in member.holdings:
            if holding.holds(today) and holding.agency in codes:
                held.setdefault(member.person_id, []).append((member.staff_no, holding))
    for mine in held.values():
        ordered = sorted(mine, key=lambda one: list(posts.POSTS).index(one[1].post))
        seen: set[tuple[str, str]] = set()
        for (staff_no, one), (_, other) in combinations(ordered, 2):
            pair = (one.post, other.post)
            forbidden = families.FAMILIES[one.post] != families.FAMILIES[other.post]
            if pair not in seen and (forbidden or apart_in_a_case(*pair)):
                seen.add(pair)
                on_behalf = bool(one.on_behalf_of or other.on_behalf_of)
                yield ToxicPair(other.agency, staff_no, *pair, forbidden, on_behalf)


def apart_in_a_case(one: str, other: str) -> bool:
    """Whether two posts sign steps that no person signs both of in one case (受理–复核, 经办–审批)."""
    pair = {one, other}
    return bool(pair & MAKERS) and bool(pair & (REVIEWERS | APPROVERS))
