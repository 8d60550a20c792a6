"""A county's day as it is planned: who comes when, to which window, and what is to become of it.

Pure: the same choices make the same day. From half past eight to half past five, most in the middle of the
morning and of the afternoon.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Literal

Kind = Literal[
    "plain",
    "returned",
    "refused",
    "materials_later",
    "late_entry",
    "green",
    "withdrawn",
    "escalated",
    "stopped",
    "handed_on",
    "passed_on",
    "city_approval",
    "city_meeting",
    "turned_away",
]
TELLERS = ("T101", "T102", "T103")
OPENS, CLOSES = timedelta(hours=8, minutes=30), timedelta(hours=17, minutes=30)
HALF_HOUR = timedelta(minutes=30)
# How many come in each half hour from the opening on, beside each other.
BUSY = (4, 9, 10, 10, 8, 6, 3, 1, 1, 2, 4, 8, 9, 8, 6, 5, 3, 2)
# Of a hundred cases so many; the rest goes its ordinary way. Turned away is who comes beside these.
OF_A_HUNDRED: Mapping[Kind, int] = {
    "returned": 5,
    "refused": 2,
    "materials_later": 5,
    "late_entry": 2,
    "green": 2,
    "withdrawn": 2,
    "escalated": 2,
    "stopped": 2,
    "handed_on": 2,
    "passed_on": 2,
    "city_approval": 1,
    "city_meeting": 1,
}
TURNED_AWAY_OF_A_HUNDRED = 3
# The demo has one case that a city meeting decides, and it can't be had twice.
ONCE = ("city_meeting",)
# Who needs many signatures comes early, or the evening is there before the last of them.
EARLY = ("refused", "escalated", "stopped", "city_approval", "city_meeting")
EARLY_HALF_HOURS = 5
# At least so many of them come: of two clocks that are stopped one goes on before the evening.
AT_LEAST: Mapping[Kind, int] = {"stopped": 2}
# From so many cases on every kind comes at least once; fewer go their ordinary way.
WITH_EVERY_KIND = 20


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at a window: how long after midnight, whose window, what is to become of it."""

    at: timedelta
    teller: str
    kind: Kind


def planned(choices: Random, count: int) -> list[Visit]:
    """The visits of a day that makes ``count`` cases, in the order in which they come."""
    kinds = _kinds(count)
    choices.shuffle(kinds)
    visits = [Visit(_arrival(choices, kind), choices.choice(TELLERS), kind) for kind in kinds]
    return sorted(visits, key=lambda visit: visit.at)


def _kinds(count: int) -> list[Kind]:
    if count < WITH_EVERY_KIND:
        return ["plain"] * count
    found: list[Kind] = []
    for kind, of_a_hundred in OF_A_HUNDRED.items():
        share = max(AT_LEAST.get(kind, 1), count * of_a_hundred // 100)
        found += [kind] * (1 if kind in ONCE else share)
    away: Sequence[Kind] = ["turned_away"] * max(1, count * TURNED_AWAY_OF_A_HUNDRED // 100)
    plain: Sequence[Kind] = ["plain"] * (count - len(found))
    return [*found, *plain, *away]


def _arrival(choices: Random, kind: Kind) -> timedelta:
    busy = BUSY[:EARLY_HALF_HOURS] if kind in EARLY else BUSY
    (slot,) = choices.choices(range(len(busy)), busy)
    return OPENS + slot * HALF_HOUR + timedelta(seconds=choices.randrange(HALF_HOUR.seconds))
