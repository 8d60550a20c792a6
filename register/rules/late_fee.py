"""The late fee (滞纳金): a share of the principal for every day of default, never compounded.

Source: 社会保险法 article 86 (0.05 % a day from 2011-07-01), 社会保险费征缴暂行条例 article 13 (0.2 % a
day before). On which day it begins, whether the day of payment counts and whether it is capped differ by
place and are dated parameters. Each period of one rate is rounded half up; the fee is their sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from register import months
from register.amounts import rounded_cents, yuan
from register.entries import DerivationStep
from register.parameters import ONE_DAY, Parameters

SOURCE = "社会保险法第八十六条"
OLD_SOURCE = "社会保险费征缴暂行条例第十三条"
CAP_SOURCE = "行政强制法第四十五条（是否适用有争议）"
_NEW_LAW = date(2011, 7, 1)

# Days on which the clock stands still: an approved deferral (缓缴), first and last day.
Stops = Sequence[tuple[date, date]]


@dataclass(frozen=True, slots=True)
class LateFee:
    """What is due for being late, in cents, and for how many days."""

    fee_cents: int
    days: int
    derivation: tuple[DerivationStep, ...]


def first_day(due_on: date, paid_on: date, parameters: Parameters) -> date:
    """The first day that counts, by the last day on which it could have been paid in time.

    The day after it, or the first of the following month, as ``late_fee_begins`` says for the day of payment.
    """
    if parameters.text("late_fee_begins", paid_on) == "first_of_following_month":
        return months.first_day(months.shifted(months.of(due_on), 1))
    return due_on + ONE_DAY


def reckoned(
    principal_cents: int, begins: date, paid_on: date, parameters: Parameters, *, stops: Stops = ()
) -> LateFee:
    """The fee on a principal from the first day that counts to the day of payment.

    Days of ``stops`` don't count. Nothing is due where payment came before ``begins``. Raises
    ParameterMissing where a day has no rate (before 1999-01-22).
    """
    counted = parameters.text("late_fee_last_day", paid_on) == "counted"
    last = paid_on if counted else paid_on - ONE_DAY
    steps, fee, total = [], 0, 0
    if begins <= last:
        for first, end, rate in parameters.spans("late_fee_daily_rate", begins, last):
            days = (end - first).days + 1 - _stood_still(first, end, stops)
            part = rounded_cents(principal_cents * rate * days)
            steps.append(_period(principal_cents, first, end, rate, days, part))
            fee, total = fee + part, total + days
    capped = _capped(fee, principal_cents, paid_on, parameters)
    if capped != fee:
        steps.append(
            DerivationStep(
                f"滞纳金{yuan(fee)}超过本金，以本金{yuan(capped)}为限",
                f"{yuan(fee)} is above the principal: {yuan(capped)} is the most",
                yuan(capped),
                CAP_SOURCE,
            )
        )
    steps.append(
        DerivationStep(f"滞纳金合计（{total}天）", f"late fee ({total} days)", yuan(capped))
    )
    return LateFee(capped, total, tuple(steps))


def _period(
    principal: int, first: date, last: date, rate: Decimal, days: int, part: int
) -> DerivationStep:
    said = f"{yuan(principal)}×{rate}×{days}"
    return DerivationStep(
        f"{first.isoformat()}至{last.isoformat()}：{said}",
        f"{first.isoformat()} to {last.isoformat()}: {said}",
        yuan(part),
        SOURCE if first >= _NEW_LAW else OLD_SOURCE,
    )


def _capped(fee: int, principal: int, paid_on: date, parameters: Parameters) -> int:
    if parameters.text("late_fee_cap", paid_on) == "principal":
        return min(fee, principal)
    return fee


def _stood_still(first: date, last: date, stops: Stops) -> int:
    """How many days from first to last lie in a stop; a day in two of them is one day."""
    stood, after = 0, first
    for begins, ends in sorted(stops):
        begin, end = max(begins, after), min(ends, last)
        if begin <= end:
            stood += (end - begin).days + 1
            after = end + ONE_DAY
    return stood
