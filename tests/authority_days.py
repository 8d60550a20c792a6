"""Days in random situations of authority, and what has only days: leaves, and whom a city named."""

import random
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Days:
    """From when to when, in days from today, both included; ``until`` None is without end."""

    since: int
    until: int | None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Away:
    """A leave of a natural person, which counts once it is confirmed."""

    person: int
    account: int
    days: Days
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a city named for a county's post."""

    account: int
    post: str
    agency: str
    days: Days


def any_days(choices: random.Random) -> Days:
    """Some days, more or less around today."""
    since = choices.choice((-400, -400, -400, -30, -30, -1, 0, 1))
    until = choices.choice((None, None, None, since, 0, 1, 60, 60))
    if until is not None:
        until = max(since, until)
    return Days(since, until, choices.random() < 0.1)


def leave(choices: random.Random, people: Sequence[tuple[int, int]]) -> Away:
    """A leave of one of these (person, account)."""
    person, account = choices.choice(people)
    return Away(person, account, ending(choices), choices.random() < 0.85)


def named(
    choices: random.Random, people: Sequence[tuple[int, int]], counties: Sequence[str]
) -> Named:
    """One of these (person, account) named for a post of a county."""
    post = choices.choice(("reviewer", "deputy_director", "director"))
    _, account = choices.choice(people)
    return Named(account, post, choices.choice(counties), ending(choices))


def ending(choices: random.Random) -> Days:
    """Days that end."""
    days = any_days(choices)
    until = days.since + 30 if days.until is None else days.until
    return Days(days.since, until, days.withdrawn)
