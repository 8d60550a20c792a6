"""The delay of the statutory age for every birth month 1960 to 1990 of all three kinds.

Reckoned here from the words of the 办法 and without the product's arithmetic: its tables list the birth
months in groups, and every group retires one month of age later than the one before, up to the limit.
"""

from collections.abc import Iterator
from datetime import date

import pytest

from register import retirement
from register.parameters import Parameters
from register.records import PostKind

ON = date(2026, 11, 23)
# 从 this birth month on 每 so many of them 延迟一个月, 逐步延迟至 this age in years, before it that one.
WORDS: dict[PostKind, tuple[tuple[int, int], int, int, int]] = {
    "M": ((1965, 1), 4, 63, 60),
    "F55": ((1970, 1), 4, 58, 55),
    "F50": ((1975, 1), 2, 55, 50),
}


def following(month: tuple[int, int]) -> tuple[int, int]:
    """The next month of the calendar."""
    year, number = month
    return (year + 1, 1) if number == 12 else (year, number + 1)


def table() -> Iterator[tuple[PostKind, int, int, int]]:
    """Kind, birth month, months of delay and statutory month, written out month by month."""
    for kind, (first, group, most, old) in WORDS.items():
        born, delay, place = (1960, 1), 0, 0
        while born <= (1990, 12):
            if born >= first:
                if place == 0 and delay < (most - old) * 12:
                    delay += 1
                place = (place + 1) % group
            reached = (born[0] + old, born[1])
            for _ in range(delay):
                reached = following(reached)
            yield kind, born[0] * 100 + born[1], delay, reached[0] * 100 + reached[1]
            born = following(born)


@pytest.mark.parametrize(("kind", "born", "delayed", "reached"), list(table()))
def test_every_birth_month(kind: PostKind, born: int, delayed: int, reached: int) -> None:
    birth = date(born // 100, born % 100, 28)
    assert retirement.months_delayed(birth, kind, Parameters(), ON) == delayed
    assert retirement.statutory_month(birth, kind, Parameters(), ON) == reached


def test_the_table_is_whole() -> None:
    """372 months of three kinds, each reaching its limit in the month the 办法 says."""
    rows = list(table())
    assert len(rows) == 3 * 31 * 12
    full = {kind: min(b for k, b, d, _ in rows if k == kind and d == most) for kind, most in LIMITS}
    assert full == {"M": 197609, "F55": 198109, "F50": 198411}


LIMITS: list[tuple[PostKind, int]] = [("M", 36), ("F55", 36), ("F50", 60)]
