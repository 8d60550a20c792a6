"""Days as sets of spans, both ends included: what of a term is left when something else must hold as well."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

BEGINNING, ENDLESS = date(1, 1, 1), date(9999, 12, 31)
_DAY = timedelta(days=1)

Span = tuple[date, date]
# In order, apart from each other by a day at least.
Spans = tuple[Span, ...]
ALWAYS: Spans = ((BEGINNING, ENDLESS),)


def span(since: date, until: date | None) -> Span:
    """From a day to a day, to the end of days where none is said."""
    return (since, until or ENDLESS)


def union(spans: Iterable[Span]) -> Spans:
    """The days that any of these has; one that ends before it begins has none."""
    found: list[Span] = []
    for since, until in sorted(one for one in spans if one[0] <= one[1]):
        if found and _touches(found[-1], since):
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return tuple(found)


def intersection(some: Sequence[Span], others: Sequence[Span]) -> Spans:
    """The days that both have."""
    return union((max(a[0], b[0]), min(a[1], b[1])) for a in some for b in others)


def complement(spans: Iterable[Span]) -> Spans:
    """The days that none of these has."""
    found, begins = [], BEGINNING
    for since, until in union(spans):
        if since > begins:
            found.append((begins, since - _DAY))
        if until == ENDLESS:
            return tuple(found)
        begins = until + _DAY
    return (*found, (begins, ENDLESS))


def around(spans: Sequence[Span], day: date) -> Span | None:
    """The span that holds a day, None where there is none."""
    return next((one for one in spans if one[0] <= day <= one[1]), None)


def _touches(last: Span, since: date) -> bool:
    return last[1] == ENDLESS or since <= last[1] + _DAY
