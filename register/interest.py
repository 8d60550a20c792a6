"""Interest on personal accounts (计息结转): one account-year, by either of the two methods.

Source: 个人账户管理暂行办法 (劳办发〔1997〕116号); rates: 人社部发〔2017〕31号 and the yearly notices.
Amounts are integer cents; each part is rounded half up to a cent once, at the end of its formula.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from register import months
from register.amounts import rounded_cents
from register.parameters import Parameters

MONTHLY_PRODUCT = "monthly_product"


@dataclass(frozen=True, slots=True)
class AccountYear:
    """A settled year: interest on what was there, interest on what came in, and the closing balance."""

    opening_interest_cents: int
    credit_interest_cents: int
    closing_cents: int


def settled(
    opening_cents: int, credits_cents: Mapping[int, int], year: int, parameters: Parameters
) -> AccountYear:
    """Settle a year by the method and rate in force; ``credits_cents`` is by month, 1 to 12.

    Raises ParameterMissing, naming the year, where its rate isn't published: it isn't settled then.
    """
    on = date(year, 12, 31)
    rate = parameters.decimal("bookkeeping_rate", on)
    if parameters.text("interest_method", on) == MONTHLY_PRODUCT:
        return by_monthly_product(opening_cents, credits_cents, rate)
    factor = parameters.decimal("annual_method_factor", on)
    return by_annual_method(opening_cents, sum(credits_cents.values()), rate, factor)


def by_monthly_product(
    opening_cents: int, credits_cents: Mapping[int, int], rate: Decimal
) -> AccountYear:
    """月积数法: a credit of month n bears interest for 12 - n + 1 months."""
    product = sum(cents * (months.YEAR - month + 1) for month, cents in credits_cents.items())
    return _closed(opening_cents, sum(credits_cents.values()), rate, product * rate / months.YEAR)


def by_annual_method(
    opening_cents: int, credit_cents: int, rate: Decimal, factor: Decimal
) -> AccountYear:
    """年度计算法: the whole year's credit bears half the rate times ``factor`` (1.083)."""
    return _closed(opening_cents, credit_cents, rate, credit_cents * rate * factor / 2)


def _closed(opening: int, credit: int, rate: Decimal, on_credit: Decimal) -> AccountYear:
    opening_interest, credit_interest = rounded_cents(opening * rate), rounded_cents(on_credit)
    return AccountYear(
        opening_interest, credit_interest, opening + opening_interest + credit + credit_interest
    )
