"""What comes in with a pension relation from outside: months that count from now on, and their money.

Source: 国办发〔2009〕66号. What comes must be, to the cent, the account and 12 % of the bases since 1998.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from register import chart, months, proposals
from register.entries import Change, Line
from register.parameters import Parameters
from register.records import PersonRecord
from register.rules import transfer
from register.rules.transfer import Transfer


@dataclass(frozen=True, slots=True)
class Segment:
    """Months in a row that were paid elsewhere, on one base (cents a month); months are YYYYMM."""

    first: int
    last: int
    base_cents: int

    @property
    def spanned(self) -> Sequence[int]:
        """Its months."""
        return list(months.spanned(self.first, self.last))


def owed(
    account_cents: int, segments: Sequence[Segment], on: date, parameters: Parameters
) -> Transfer:
    """What the other side owes by its own table: the account, and the pooled part year by year."""
    bases = {month: segment.base_cents for segment in segments for month in segment.spanned}
    return transfer.amount(account_cents, bases, on, parameters)


def twice(segments: Sequence[Segment]) -> list[int]:
    """The months that two segments name."""
    named = [month for segment in segments for month in segment.spanned]
    return sorted({month for month in named if named.count(month) > 1})


def counted_here(person: PersonRecord, segments: Sequence[Segment]) -> list[int]:
    """The months of these segments that count here already."""
    here = {one.month for one in person.months}
    return sorted(month for segment in segments for month in segment.spanned if month in here)


def lines(
    person: PersonRecord, principal: int, interest: int, pooled: int, memo: str
) -> list[Line]:
    """The money received: to the person's account by its parts, the rest to the pooled fund."""
    total = principal + interest + pooled
    booked = [
        Line(chart.TRANSFERS_RECEIVED, "debit", total, memo=memo),
        proposals.credited(person, chart.PRINCIPAL, principal, memo),
        proposals.credited(person, chart.INTEREST, interest, memo),
        proposals.credited(person, chart.POOLED_FUND, pooled, memo),
    ]
    return [line for line in booked if line.amount_cents]


def changes(person: PersonRecord, segments: Sequence[Segment], on: date) -> list[Change]:
    """The months count from a day on, marked as transferred in."""
    return [
        proposals.counting(
            person, segment.first, segment.last, segment.base_cents, "TRANSFERRED_IN", on
        )
        for segment in segments
    ]
