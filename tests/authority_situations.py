"""Random situations of authority: offices, people, posts, grants and stand-ins, and questions about them.

Plain values, on which production, the slow reference and Cedar are asked the same (the oracle).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.authority_days import Away, Days, Named, any_days, ending, leave, named

T = TypeVar("T")

PROVINCE, CITIES, COUNTIES = "900000", ("910000", "920000"), ("910100", "910200", "920100")
PARENTS = {
    PROVINCE: "",
    **dict.fromkeys(CITIES, PROVINCE),
    "910100": "910000",
    "910200": "910000",
    "920100": "920000",
}
CATEGORIES = ("benefit", "registration", "account")
SECTIONS = ("甲科", "乙科")
PROCESSES = ("early", "late", "other")
SIGNING_POSTS = (
    "teller", "handler", "reviewer", "deputy_director", "director", "city_approver", "city_head"
)  # fmt: skip
OTHER_POSTS = (
    "guide", "finance", "auditor", "internal_control", "supervisor", "archivist", "administrator",
    "security_administrator", "audit_administrator",
)  # fmt: skip
ROUTES = ("county", "city_approval", "city_meeting", "city")
STEPS = (
    "handle", "review", "review_widened", "endorse", "conclude", "escalate", "city_approve", "city_conclude",
)  # fmt: skip
# A step that a process has of its own, before or after the shared chain.
OWN_STEP = "check_archive"
# Who signs which step where it is signed at all, so that questions are often about the right person.
_USUAL = {
    "teller": "handle", "handler": "handle", "reviewer": "review", "deputy_director": "endorse",
    "director": "conclude", "city_approver": "city_approve", "city_head": "city_conclude",
}  # fmt: skip
# Levels and routes on which a step is mostly asked about: those that have it, and one that hasn't.
_LEVELS = dict.fromkeys(STEPS[3:], (1, 1, 1, 1, 2, 3)) | {
    "review": (1, 1, 2, 2, 3),
    "review_widened": (1, 2, 2, 2, 2, 3),
}
_ROUTES = {
    "escalate": ("county", "county", "city_approval"),
    "city_approve": ("city_approval", "city", "county"),
    "city_conclude": ("city_meeting", "city", "county"),
}
ACCOUNTS, PERSONS = 9, 7
AMOUNTS = (0, 500, 501, 1_000, 1_001)


@dataclass(frozen=True, slots=True)
class Holder:
    """An account: whose, at which agency, and whether it is open."""

    account: int
    person: int
    agency: str
    active: bool


@dataclass(frozen=True, slots=True)
class Post:
    """A post held at an agency, in a section of it or in none."""

    account: int
    post: str
    agency: str
    section: str | None
    days: Days


@dataclass(frozen=True, slots=True)
class Permission:
    """A grant: to the post of an agency or to one account, for a process or for limited business."""

    agency: str
    account: int | None
    post: str | None
    section: str | None
    process: str | None
    days: Days
    limit_cents: int | None


@dataclass(frozen=True, slots=True)
class Deputy:
    """A stand-in: who does whose post, where; ``only_away`` while that one is on leave."""

    absent: int
    account: int
    post: str
    agency: str
    days: Days
    only_away: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """An office on one day."""

    sections: dict[str, dict[str, tuple[str, ...]]]
    holders: tuple[Holder, ...]
    posts: tuple[Post, ...]
    permissions: tuple[Permission, ...]
    deputies: tuple[Deputy, ...]
    leaves: tuple[Away, ...] = ()
    named: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """May this account ``see``, ``accept``, or sign a step (``lane`` where it is a process's own)?"""

    account: int
    act: str
    agency: str
    process: str = ""
    category: str = ""
    level: int = 0
    route: str = ""
    amount_cents: int = 0
    signed: tuple[tuple[str, int], ...] = ()
    own_case: bool = False
    lane: str = ""


def situation(choices: random.Random) -> Situation:
    """An office of six agencies with nine accounts of seven people."""
    holders = tuple(
        Holder(
            number,
            min(number, choices.randint(1, PERSONS)) if number > PERSONS else number,
            choices.choice(tuple(PARENTS)),
            choices.random() < 0.95,
        )
        for number in range(1, ACCOUNTS + 1)
    )
    people = [(one.person, one.account) for one in holders]
    posts = tuple(_post(choices, one) for one in holders for _ in range(choices.randint(1, 3)))
    return Situation(
        {
            office: {name: _some(choices, CATEGORIES) for name in SECTIONS}
            for office in (PROVINCE, *CITIES)
        },
        holders,
        posts,
        tuple(_permission(choices, posts) for _ in range(choices.randint(0, 8))),
        tuple(_deputy(choices, posts) for _ in range(choices.randint(0, 6))),
        tuple(leave(choices, people) for _ in range(choices.randint(0, 4))),
        tuple(named(choices, people, COUNTIES) for _ in range(choices.randint(0, 3))),
    )


def questions(choices: random.Random, told: Situation, count: int) -> list[Question]:
    """As many questions, most of them near to what somebody may do."""
    return [_question(choices, told) for _ in range(count)]


def _post(choices: random.Random, holder: Holder) -> Post:
    kinds = SIGNING_POSTS if choices.random() < 0.85 else OTHER_POSTS
    elsewhere = choices.random() < 0.2
    agency = choices.choice(tuple(PARENTS)) if elsewhere else holder.agency
    section = choices.choice((*SECTIONS, *SECTIONS, None, "撤并科"))
    return Post(
        holder.account,
        choices.choice(kinds),
        agency,
        None if agency in COUNTIES else section,
        any_days(choices),
    )


def _permission(choices: random.Random, posts: Sequence[Post]) -> Permission:
    tellers = [post for post in posts if post.post == "teller"] or list(posts)
    near = choices.choice(tellers)
    personal = choices.random() < 0.4
    return Permission(
        near.agency if choices.random() < 0.9 else choices.choice(tuple(PARENTS)),
        near.account if personal else None,
        None if personal else "teller",
        choices.choice((None, None, near.section)),
        choices.choice((None, *PROCESSES)),
        any_days(choices),
        choices.choice((None, 500, 1_000)),
    )


def _deputy(choices: random.Random, posts: Sequence[Post]) -> Deputy:
    stood_in = choices.choice(posts)
    others = [number for number in range(1, ACCOUNTS + 1) if number != stood_in.account]
    days, only_away = ending(choices), choices.random() < 0.4
    deputy = choices.choice(others)
    return Deputy(stood_in.account, deputy, stood_in.post, stood_in.agency, days, only_away)


def _question(choices: random.Random, told: Situation) -> Question:
    # The better of two: what nobody could do anyway tells little.
    near: Post | Named = min(choices.sample(told.posts, 2), key=_is_over)
    account, place = near.account, near.agency
    stood_in = [one for one in told.deputies if one.account == account]
    if stood_in and choices.random() < 0.6:
        done = choices.choice(stood_in)
        near = choices.choice([p for p in told.posts if p.account == done.absent])
        place = done.agency
    his = [one for one in told.named if one.account == account]
    if his and choices.random() < 0.4:
        near = choices.choice(his)
        place = near.agency
    if choices.random() < 0.15:
        place = choices.choice(tuple(PARENTS))
    kind = choices.random()
    if kind < 0.25:
        return Question(account, "see", _below(choices, place))
    act, lane = "accept", ""
    if kind > 0.4:
        usual = (_USUAL.get(near.post, "handle"), OWN_STEP)
        act = choices.choice((*usual[:1] * 9, *usual, *STEPS))
        if act == "conclude" and choices.random() < 0.3:
            act = "escalate"
        if act in ("review", "endorse") and choices.random() < 0.3:
            act = "review_widened"
            place = choices.choice((place, _below(choices, place)))
    if act == OWN_STEP:
        lane = choices.choice((near.post, near.post, *SIGNING_POSTS))
        lane = lane if lane in SIGNING_POSTS else "handler"
    level = choices.choice(_LEVELS.get(act, (1, 2, 3)))
    return Question(
        account,
        act,
        place,
        choices.choice(PROCESSES),
        choices.choice(CATEGORIES),
        level,
        choices.choice(_ROUTES.get(act, ROUTES)) if level == 1 else "",
        choices.choice(AMOUNTS),
        () if act == "accept" else _signed(choices, told.holders[account - 1].person),
        choices.random() < 0.05,
        lane,
    )


def _signed(choices: random.Random, asker: int) -> tuple[tuple[str, int], ...]:
    """What was signed before: by anybody, and now and then by the one who asks."""
    steps = ("accept", "handle", "review", "endorse", "conclude", "escalate", OWN_STEP)
    count = choices.choice((0, 0, 1, 2))
    signed = [(choices.choice(steps), choices.randint(1, PERSONS)) for _ in range(count)]
    if choices.random() < 0.2:
        signed.append((choices.choice(steps), asker))
    return tuple(signed)


def _is_over(post: Post) -> bool:
    days = post.days
    return days.withdrawn or days.since > 0 or (days.until is not None and days.until < 0)


def _below(choices: random.Random, agency: str) -> str:
    below = [code for code, parent in PARENTS.items() if parent == agency]
    return choices.choice((agency, *below))


def _some(choices: random.Random, among: Sequence[T]) -> tuple[T, ...]:
    return tuple(choices.sample(list(among), choices.randint(0, len(among))))
