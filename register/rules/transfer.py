"""What moves when a pension relation goes to another province (跨省转移), and what stays.

Source: 国办发〔2009〕66号. The account moves (before 1998 the person's own contributions with interest),
and of the pooled fund 12 % of each year's actual contribution wages from 1998-01-01 on. A year is rounded
half up to a cent; the sum is the sum of years.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from register.amounts import rounded_cents, yuan
from register.entries import DerivationStep
from register.parameters import Parameters
from register.records import Sex

SOURCE = "国办发〔2009〕66号"


@dataclass(frozen=True, slots=True)
class Year:
    """What one year's contributions give: its months that count, their bases and 12 % of them; cents."""

    year: int
    months: int
    bases_cents: int
    pooled_cents: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """The money that moves: of the account and of the pooled fund, this by year; cents."""

    account_cents: int
    pooled_cents: int
    derivation: tuple[DerivationStep, ...]
    years: tuple[Year, ...] = ()

    @property
    def total_cents(self) -> int:
        """All that moves."""
        return self.account_cents + self.pooled_cents


def amount(
    account_cents: int,
    bases_cents: Mapping[int, int],
    on: date,
    parameters: Parameters,
    rate_name: str = "transfer_pooled_rate",
) -> Transfer:
    """What moves on a day: the account (as ``account_interest.at_transfer`` says) and 12 % of the bases.

    ``bases_cents`` are the actual contribution bases by month (YYYYMM), months before 1998 giving nothing.
    ``rate_name`` is the parameter of the share: another scheme has its own. Raises ParameterMissing before
    the rule was in force.
    """
    rate = parameters.decimal(rate_name, on)
    first = parameters.integer("transfer_pooled_from_month", on)
    wages: Counter[int] = Counter()
    counted: Counter[int] = Counter()
    for month, base in bases_cents.items():
        if month >= first:
            wages[month // 100] += base
            counted[month // 100] += 1
    steps, years = [], []
    for year, wage in sorted(wages.items()):
        part = rounded_cents(wage * rate)
        years.append(Year(year, counted[year], wage, part))
        steps.append(
            DerivationStep(
                f"{year}年（{counted[year]}个月）统筹基金={yuan(wage)}×{rate}",
                f"{year} ({counted[year]} months): pooled fund = {yuan(wage)} × {rate}",
                yuan(part),
                SOURCE,
            )
        )
    pooled = sum(part.pooled_cents for part in years)
    return Transfer(account_cents, pooled, (*steps, *_sums(account_cents, pooled)), tuple(years))


def of_temporary_account(contributed_cents: int, interest_cents: int) -> Transfer:
    """What moves of a temporary account (临时缴费账户): all contributions with interest, not 12 %."""
    whole = contributed_cents + interest_cents
    return Transfer(
        whole,
        0,
        (
            DerivationStep(
                f"临时缴费账户全部缴费及利息={yuan(contributed_cents)}+{yuan(interest_cents)}",
                f"all of the temporary account = {yuan(contributed_cents)} + {yuan(interest_cents)}",
                yuan(whole),
                SOURCE,
            ),
        ),
    )


def opens_temporary_account(
    sex: Sex, age_months: int, *, to_household: bool, on: date, parameters: Parameters
) -> bool:
    """Whether a person insured in a new place keeps the old relation and has a temporary account here.

    Men from 50 and women from 40 on, unless they return to where their household is registered.
    """
    limit = parameters.integer_entry("temporary_account_age_months", sex, on)
    return not to_household and age_months >= limit


def _sums(account: int, pooled: int) -> tuple[DerivationStep, ...]:
    return (
        DerivationStep("个人账户储存额", "personal account", yuan(account), SOURCE),
        DerivationStep("统筹基金转移额", "pooled fund", yuan(pooled), SOURCE),
        DerivationStep("转移金额合计", "moves in all", yuan(account + pooled), SOURCE),
    )
