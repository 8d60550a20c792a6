"""What survivors are paid (遗属待遇): the funeral grant (丧葬补助金) and the survivors' grant (抚恤金).

Source: 人社部发〔2021〕18号, from 2021-09-01, with its worked example. Both are multiples of the monthly
disposable income of the province's townspeople in the year before the death; the account's balance is
paid out besides and isn't part of them. Each grant is rounded half up to a cent.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from register import months
from register.amounts import plain, rounded_cents, yuan
from register.average_index import rounded
from register.entries import DerivationStep
from register.parameters import Parameters

SOURCE = "人社部发〔2021〕18号"
# Where the bands of the table ``survivor_grant_months`` end, in months.
_FIVE_YEARS, _TEN_YEARS, _FIFTEEN_YEARS = 60, 120, 180


@dataclass(frozen=True, slots=True)
class Deceased:
    """Who died, as far as the grants depend on it.

    ``contributed_months`` are paid and deemed months. ``drawn_months`` are months of pension drawn, None
    for whoever had not retired. ``own_cents`` is what the person paid (freely insured: what was booked to
    the account); it caps the grants of those who had not retired below five years.
    """

    died_on: date
    contributed_months: int
    drawn_months: int | None = None
    own_cents: int | None = None


@dataclass(frozen=True, slots=True)
class SurvivorBenefit:
    """Both grants in cents, and of how many twelfths of a month's income the second is."""

    funeral_cents: int
    grant_cents: int
    grant_twelfths: int
    derivation: tuple[DerivationStep, ...]

    @property
    def total_cents(self) -> int:
        """Both together."""
        return self.funeral_cents + self.grant_cents


def reckoned(
    deceased: Deceased, parameters: Parameters, income_cents: int | None = None
) -> SurvivorBenefit:
    """Both grants for a death, from the income given or the province's figure of that day.

    Raises ParameterMissing before 2021-09-01 and where the province's income isn't loaded.
    """
    on = deceased.died_on
    funeral_months = parameters.integer("survivor_funeral_months", on)
    income = (
        parameters.integer("survivor_income_cents", on) if income_cents is None else income_cents
    )
    twelfths, why = _grant_twelfths(deceased, parameters)
    funeral, grant = (
        income * funeral_months,
        rounded_cents(Decimal(income * twelfths) / months.YEAR),
    )
    steps = [
        DerivationStep(
            "上年度城镇居民月人均可支配收入",
            "monthly disposable income, last year",
            yuan(income),
            SOURCE,
        ),
        DerivationStep(
            f"丧葬补助金={yuan(income)}×{funeral_months}",
            f"funeral grant = {yuan(income)} × {funeral_months}",
            yuan(funeral),
            SOURCE,
        ),
        *why,
        DerivationStep(
            f"抚恤金={yuan(income)}×{_shown(twelfths)}",
            f"survivors' grant = {yuan(income)} × {_shown(twelfths)}",
            yuan(grant),
            SOURCE,
        ),
    ]
    funeral, grant, capped = _capped(deceased, funeral, grant, parameters)
    steps += capped
    steps.append(DerivationStep("遗属待遇合计", "both grants", yuan(funeral + grant), SOURCE))
    return SurvivorBenefit(funeral, grant, twelfths, tuple(steps))


def _grant_twelfths(deceased: Deceased, parameters: Parameters) -> tuple[int, list[DerivationStep]]:
    """Twelfths of a month's income: by years contributed, less a month's for each year of pension drawn."""
    on, contributed = deceased.died_on, deceased.contributed_months
    twelfths = _by_years(contributed, parameters, on)
    years, extra = divmod(contributed, months.YEAR)
    steps = [
        DerivationStep(
            f"缴费{years}年{extra}个月，抚恤金月数",
            f"{years} years {extra} months contributed: months of the grant",
            _shown(twelfths),
            SOURCE,
        )
    ]
    if deceased.drawn_months is None:
        return twelfths, steps
    # A month's income less for each year: a twelfth of it for each month.
    drawn = deceased.drawn_months
    if parameters.text("survivor_drawn_years", on) == "whole":
        drawn -= drawn % months.YEAR
    least = parameters.integer("survivor_retired_least_months", on)
    left = max(least * months.YEAR, twelfths - drawn)
    steps.append(
        DerivationStep(
            f"已领取养老金{deceased.drawn_months}个月，减{_shown(drawn)}个月，最低{least}个月",
            f"{deceased.drawn_months} months of pension drawn: less {_shown(drawn)}, at least {least}",
            _shown(left),
            SOURCE,
        )
    )
    return left, steps


def _by_years(contributed: int, parameters: Parameters, on: date) -> int:
    """Twelfths of a month's income by the length of contribution; above 15 years a month counts a twelfth."""

    def band(key: str) -> int:
        return parameters.integer_entry("survivor_grant_months", key, on) * months.YEAR

    if contributed < _FIVE_YEARS:
        return band("below_5_years")
    if contributed < _TEN_YEARS:
        return band("5_to_10_years")
    beyond = max(0, contributed - _FIFTEEN_YEARS)
    return min(band("most"), band("10_to_15_years") + beyond)


def _capped(
    deceased: Deceased, funeral: int, grant: int, parameters: Parameters
) -> tuple[int, int, list[DerivationStep]]:
    """Below five years in service both are at most what the person paid; the grant gives way first."""
    limit = parameters.integer("survivor_own_contributions_below_months", deceased.died_on)
    own = deceased.own_cents
    if deceased.drawn_months is not None or deceased.contributed_months >= limit:
        return funeral, grant, []
    if own is None:
        return funeral, grant, [_unknown(limit, funeral + grant)]
    if funeral + grant <= own:
        return funeral, grant, []
    funeral_left = min(funeral, own)
    step = DerivationStep(
        f"缴费不满{limit // months.YEAR}年，合计以个人缴费{yuan(own)}为限",
        f"below {limit // months.YEAR} years: both together at most {yuan(own)}, what the person paid",
        yuan(own),
        SOURCE,
    )
    return funeral_left, own - funeral_left, [step]


def _unknown(limit: int, most: int) -> DerivationStep:
    """Says that the cap was not looked at, where nobody told what the person paid."""
    years = limit // months.YEAR
    return DerivationStep(
        f"缴费不满{years}年，合计以个人缴费之和为限；个人缴费未填，至多",
        f"below {years} years own contributions are the most; they were not given, so at most",
        yuan(most),
        SOURCE,
    )


def _shown(twelfths: int) -> str:
    return plain(rounded(Decimal(twelfths) / months.YEAR, 4))
