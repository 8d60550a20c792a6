"""Runs of contribution months on one base: twenty years of months, told on a page."""

from collections.abc import Iterable
from dataclasses import dataclass

from register import months
from register.records import ContributionMonth


@dataclass(frozen=True, slots=True)
class Span:
    """Consecutive months on one base; the months are YYYYMM, both included, the base is cents."""

    first: int
    last: int
    base_cents: int

    @property
    def count(self) -> int:
        """How many months it has."""
        return months.between(self.first, self.last) + 1


def of(paid: Iterable[ContributionMonth]) -> list[Span]:
    """The runs of these months, in order."""
    spans: list[Span] = []
    for month in sorted(paid, key=lambda one: one.month):
        last = spans[-1] if spans else None
        if last and (months.shifted(last.last, 1), last.base_cents) == (
            month.month,
            month.base_cents,
        ):
            spans[-1] = Span(last.first, month.month, last.base_cents)
        else:
            spans.append(Span(month.month, month.month, month.base_cents))
    return spans
