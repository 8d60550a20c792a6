"""Spans of days against sets of days, day by day."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from authz import spans
from authz.spans import BEGINNING, ENDLESS, Span

FIRST = date(2026, 11, 2)
DAYS = [FIRST + timedelta(days=number) for number in range(30)]
numbers = st.integers(0, len(DAYS) - 1)
some = st.lists(st.tuples(numbers, numbers).map(lambda two: (DAYS[two[0]], DAYS[two[1]])))


def days_of(listed: list[Span] | tuple[Span, ...]) -> set[date]:
    return {day for day in DAYS if any(since <= day <= until for since, until in listed)}


@given(some, some)
def test_they_are_what_sets_of_days_are(one: list[Span], other: list[Span]) -> None:
    both = spans.union([*one, *other])

    assert days_of(both) == days_of(one) | days_of(other)
    assert days_of(spans.intersection(one, other)) == days_of(one) & days_of(other)
    assert days_of(spans.complement(one)) == set(DAYS) - days_of(one)
    # In order, and apart: between two there is a day that neither has.
    for (_, until), (since, _) in pairwise(both):
        assert since - until > timedelta(days=1)


@given(some)
def test_taken_away_twice_it_is_what_it_was(one: list[Span]) -> None:
    assert spans.complement(spans.complement(one)) == spans.union(one)


def test_the_ends_of_days() -> None:
    assert spans.complement(()) == spans.ALWAYS == ((BEGINNING, ENDLESS),)
    assert spans.complement(spans.ALWAYS) == ()
    assert spans.complement([spans.span(FIRST, None)]) == ((BEGINNING, FIRST - timedelta(1)),)
    assert spans.union([(FIRST, ENDLESS), spans.span(DAYS[5], None)]) == ((FIRST, ENDLESS),)
    assert spans.around([(FIRST, DAYS[3])], DAYS[4]) is None


@given(some, numbers)
def test_around_is_the_span_that_holds_the_day(one: list[Span], number: int) -> None:
    found = spans.around(spans.union(one), DAYS[number])

    assert (found is not None) == (DAYS[number] in days_of(one))
