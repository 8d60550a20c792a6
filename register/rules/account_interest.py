"""Interest on a personal account over several years, up to a retirement, and up to a transfer.

Source: 个人账户管理暂行办法 (劳办发〔1997〕116号, its formulas from memory), 社会保险法 article 14, the
yearly rates under 人社部发〔2017〕31号. A year is settled by ``register.interest``; a part of a year bears
interest by the month, with the newest rate of an earlier year. Each account-year is rounded half up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from register import interest, months
from register.amounts import rounded_cents, yuan
from register.entries import DerivationStep
from register.parameters import Parameters

SOURCE = "劳办发〔1997〕116号"


@dataclass(frozen=True, slots=True)
class Settled:
    """What an account holds at the end, and how much of it is interest of these years; cents."""

    closing_cents: int
    interest_cents: int
    derivation: tuple[DerivationStep, ...]


def over_years(
    opening_cents: int,
    credits_cents: Mapping[int, int],
    first_year: int,
    last_year: int,
    parameters: Parameters,
) -> Settled:
    """Whole years one after the other; ``credits_cents`` is by month (YYYYMM).

    Raises ParameterMissing for the first year whose rate isn't published: it isn't settled then.
    """
    balance, earned, steps = opening_cents, 0, []
    for year in range(first_year, last_year + 1):
        credited = _of_year(credits_cents, year)
        rate = parameters.decimal("bookkeeping_rate", date(year, 12, 31))
        settled = interest.settled(balance, credited, year, parameters)
        steps += _year_steps(year, balance, sum(credited.values()), rate, settled)
        earned += settled.opening_interest_cents + settled.credit_interest_cents
        balance = settled.closing_cents
    return Settled(balance, earned, tuple(steps))


def at_retirement(
    opening_cents: int, credits_cents: Mapping[int, int], month: int, parameters: Parameters
) -> Settled:
    """The account in the month of retirement (YYYYMM), from what it held when that year began.

    The opening balance bears interest for the months of the year up to this one, a credit from its own
    month on. The year's rate isn't published yet: the newest of an earlier year counts. Raises
    ParameterMissing where there is none.
    """
    year, number = divmod(month, 100)
    parameters.text("interest_of_running_year", months.first_day(month))
    rate = parameters.last_before("bookkeeping_rate", date(year, 1, 1))
    credited = {n: cents for n, cents in _of_year(credits_cents, year).items() if n <= number}
    product = sum(cents * (number - n + 1) for n, cents in credited.items())
    on_opening = rounded_cents(opening_cents * rate * number / months.YEAR)
    on_credit = rounded_cents(product * rate / months.YEAR)
    credit = sum(credited.values())
    closing = opening_cents + credit + on_opening + on_credit
    return Settled(
        closing,
        on_opening + on_credit,
        (
            DerivationStep(
                f"年初储存额利息={yuan(opening_cents)}×{rate}×{number}÷12",
                f"interest on the opening balance = {yuan(opening_cents)} × {rate} × {number} ÷ 12",
                yuan(on_opening),
                SOURCE,
            ),
            DerivationStep(
                f"当年记入{yuan(credit)}的利息=月积数{yuan(product)}×{rate}÷12",
                f"interest on {yuan(credit)} credited = monthly product {yuan(product)} × {rate} ÷ 12",
                yuan(on_credit),
                SOURCE,
            ),
            DerivationStep(
                f"{months.text(month)}储存额",
                f"balance in {months.text(month)}",
                yuan(closing),
                SOURCE,
            ),
        ),
    )


def at_transfer(opening_cents: int, credits_cents: Mapping[int, int], month: int) -> Settled:
    """What a transfer in a month (YYYYMM) takes of the account: no interest of the running year.

    The sender hands over the balance of the last settled year and this year's principal; the receiver
    settles the whole year.
    """
    year, number = divmod(month, 100)
    credit = sum(c for n, c in _of_year(credits_cents, year).items() if n <= number)
    closing = opening_cents + credit
    return Settled(
        closing,
        0,
        (
            DerivationStep(
                f"转出储存额=上年末{yuan(opening_cents)}+当年本金{yuan(credit)}（当年利息由转入地计）",
                f"handed over = {yuan(opening_cents)} of last year + {yuan(credit)} principal of this year "
                "(its interest is settled by the receiver)",
                yuan(closing),
                SOURCE,
            ),
        ),
    )


def _of_year(credits_cents: Mapping[int, int], year: int) -> dict[int, int]:
    return {month % 100: cents for month, cents in credits_cents.items() if month // 100 == year}


def _year_steps(
    year: int, opening: int, credit: int, rate: Decimal, settled: interest.AccountYear
) -> list[DerivationStep]:
    return [
        DerivationStep(
            f"{year}年年初储存额利息={yuan(opening)}×{rate}",
            f"{year}: interest on the opening balance = {yuan(opening)} × {rate}",
            yuan(settled.opening_interest_cents),
            SOURCE,
        ),
        DerivationStep(
            f"{year}年记入{yuan(credit)}的利息",
            f"{year}: interest on {yuan(credit)} credited",
            yuan(settled.credit_interest_cents),
            SOURCE,
        ),
        DerivationStep(
            f"{year}年末储存额", f"{year}: closing balance", yuan(settled.closing_cents), SOURCE
        ),
    ]
