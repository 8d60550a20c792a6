"""Whether distinct people can be found for the steps that are left, one after the other: exactly.

It knows no office: a step is who is able to sign it in each period, a period some days on which nobody's
authority changes. Steps are signed in their order, so in periods that never go back; nobody signs two.
"""

from collections.abc import Sequence

# Who is able to sign one step, by period.
Step = Sequence[frozenset[int]]


def is_possible(steps: Sequence[Step], begin: int, end: int) -> bool:
    """Whether all can be signed in the periods from ``begin`` to before ``end``, by distinct people."""
    if not steps:
        return True
    if begin >= end or _violator(_ever(steps, begin, end)):
        return False
    if any(not _violator([step[period] for step in steps]) for period in range(begin, end)):
        return True
    return _in_order(steps, begin, end)


def stuck_from(steps: Sequence[Step], end: int) -> int | None:
    """The first period from which they can't be signed if nothing is signed before; None where there is none.

    What can be done later can be done now, so that it is one period and every later one.
    """
    if is_possible(steps, end - 1, end):
        return None
    low, high = 0, end - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if is_possible(steps, middle, end) else (low, middle)
    return low


def lacking(steps: Sequence[Step], begin: int, end: int) -> tuple[int, ...]:
    """The steps that lack people, as far as the first that can't be signed; none where all can be.

    They are a set of steps with fewer able people than steps (Hall), or the one step whose people come too
    early or too late for those before it.
    """
    for count in range(1, len(steps) + 1):
        if not is_possible(steps[:count], begin, end):
            few = _violator(_ever(steps[:count], begin, end))
            return tuple(sorted(few)) or (count - 1,)
    return ()


def _ever(steps: Sequence[Step], begin: int, end: int) -> list[frozenset[int]]:
    return [frozenset().union(*step[begin:end]) for step in steps]


def _violator(able: Sequence[frozenset[int]]) -> set[int]:
    """Steps that together have fewer able people than they are; empty where a matching covers all.

    Bipartite matching by augmenting paths; the steps that a failing search reaches are the proof.
    """
    signer: dict[int, int] = {}
    for step in range(len(able)):
        reached: set[int] = set()
        if not _augment(able, step, signer, reached):
            return reached
    return set()


def _augment(
    able: Sequence[frozenset[int]], step: int, signer: dict[int, int], reached: set[int]
) -> bool:
    reached.add(step)
    for person in able[step]:
        other = signer.get(person)
        if other is None or (other not in reached and _augment(able, other, signer, reached)):
            signer[person] = step
            return True
    return False


def _in_order(steps: Sequence[Step], begin: int, end: int) -> bool:
    """As ``is_possible``, by search: each step by somebody in his first period that isn't too early.

    Of who signed before only those are kept who could sign a later step, so that the search meets few
    different situations however many people there are.
    """
    later = [frozenset[int]()]
    for step in reversed(steps):
        later.append(later[-1].union(*step[begin:end]))
    later.reverse()
    failed: set[tuple[int, int, frozenset[int]]] = set()

    def signed(place: int, period: int, used: frozenset[int]) -> bool:
        if place == len(steps):
            return True
        situation = (place, period, used & later[place])
        if situation in failed:
            return False
        tried: set[int] = set()
        for day in range(period, end):
            for person in steps[place][day] - used - tried:
                tried.add(person)
                if signed(place + 1, day, used | {person}):
                    return True
        failed.add(situation)
        return False

    return signed(0, begin, frozenset())
