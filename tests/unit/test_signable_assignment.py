"""Whether distinct people are there for all steps, against trying every choice of people and days."""

from itertools import combinations_with_replacement, product

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.foresight import assignment

Steps = list[list[frozenset[int]]]


@st.composite
def offices(draw: st.DrawFn) -> tuple[Steps, int]:
    """Up to four steps, three stretches of days, five people."""
    periods = draw(st.integers(1, 3))
    able = st.frozensets(st.integers(1, 5), max_size=3)
    steps = draw(st.lists(st.lists(able, min_size=periods, max_size=periods), max_size=4))
    return steps, periods


def possible(steps: Steps, begin: int, end: int) -> bool:
    """Every order of days that never goes back, every choice of people: is there one of distinct people?"""
    for days in combinations_with_replacement(range(begin, end), len(steps)):
        able = (step[day] for step, day in zip(steps, days, strict=True))
        if any(len(set(chosen)) == len(steps) for chosen in product(*able)):
            return True
    return False


@settings(max_examples=2000, deadline=None)
@given(offices())
def test_it_is_possible_where_some_choice_is(office: tuple[Steps, int]) -> None:
    steps, periods = office
    for begin in range(periods):
        assert assignment.is_possible(steps, begin, periods) == possible(steps, begin, periods)


@settings(max_examples=2000, deadline=None)
@given(offices())
def test_it_is_stuck_from_the_first_period_that_allows_no_choice(
    office: tuple[Steps, int],
) -> None:
    steps, periods = office

    wanted = [begin for begin in range(periods) if not possible(steps, begin, periods)]

    assert assignment.stuck_from(steps, periods) == (wanted[0] if wanted else None)


@settings(max_examples=2000, deadline=None)
@given(offices())
def test_what_lacks_people_is_proof_enough(office: tuple[Steps, int]) -> None:
    """The steps named have too few people together, or their last one's people come at the wrong time."""
    steps, periods = office
    short = assignment.lacking(steps, 0, periods)
    if possible(steps, 0, periods):
        assert short == ()
        return
    until = short[-1]
    assert possible(steps[:until], 0, periods)
    assert not possible(steps[: until + 1], 0, periods)
    able = frozenset().union(*(frozenset().union(*steps[place]) for place in short))
    assert len(able) < len(short) or len(short) == 1


def test_one_person_for_two_steps_is_not_enough() -> None:
    steps = [[frozenset({1, 2})], [frozenset({3})], [frozenset({3})]]

    assert assignment.stuck_from(steps, 1) == 0
    assert assignment.lacking(steps, 0, 1) == (1, 2)


def test_who_comes_too_early_does_not_help() -> None:
    """The director is there today only, the deputy director whose turn is first tomorrow only."""
    nobody: frozenset[int] = frozenset()
    steps = [[nobody, frozenset({1})], [frozenset({2}), nobody]]

    assert not assignment.is_possible(steps, 0, 2)
    assert assignment.lacking(steps, 0, 2) == (1,)
    assert assignment.is_possible(steps[::-1], 0, 2)


def test_many_alike_people_are_no_burden() -> None:
    """What would be every order of two hundred people is one situation a step."""
    crowd = frozenset(range(200))
    steps = [[crowd, crowd]] * 6 + [
        [frozenset({200}), frozenset()],
        [frozenset(), frozenset({201})],
    ]

    assert assignment.is_possible(steps, 0, 2)
    assert assignment.stuck_from(steps, 2) == 1
    assert not assignment.is_possible([*steps, [frozenset({201})] * 2], 0, 2)
