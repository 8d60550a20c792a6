"""The monthly pension when it begins (待遇计发): basic, personal-account and transitional component.

Source: 国发〔2005〕38号. Provincial figures, rounding of years and index, and the transitional formula
are dated parameters; what could not be confirmed is unverified there. Decimals are used inside the
formulas only; each component is rounded half up to a cent, and the pension is their sum.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from register import average_index, months
from register.amounts import rounded_cents, yuan
from register.average_index import rounded
from register.entries import DerivationStep
from register.parameters import Parameters
from register.records import PersonRecord

SOURCE = "国发〔2005〕38号"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a pension is computed from. Ages and contribution are in months, the account in cents."""

    retire_month: int
    age_months: int
    paid_months: int
    deemed_months: int
    average_index: Decimal
    account_cents: int


@dataclass(frozen=True, slots=True)
class Pension:
    """A monthly pension: its parts in cents, the month of the first payment, how it was computed."""

    components: Mapping[str, int]
    from_month: int
    derivation: tuple[DerivationStep, ...]

    @property
    def monthly_cents(self) -> int:
        """The whole monthly amount."""
        return sum(self.components.values())


def of_person(person: PersonRecord, retire_month: int, parameters: Parameters) -> Pension:
    """The pension of a person who retires in a month (YYYYMM), from the register as it stands.

    Contribution months after ``retire_month`` don't count. Raises ParameterMissing.
    """
    counted = [month for month in person.months if month.month <= retire_month]
    deemed = sum(month.origin == "DEEMED" for month in counted)
    index = average_index.average_index(counted, parameters, months.first_day(retire_month))
    return computed(
        Basis(
            retire_month=retire_month,
            age_months=months.between(months.of(person.birth), retire_month),
            paid_months=len(counted) - deemed,
            deemed_months=deemed,
            average_index=index,
            account_cents=person.balance_cents,
        ),
        parameters,
    )


def computed(basis: Basis, parameters: Parameters) -> Pension:
    """The three components of a basis with parameters of the retirement month, step by step.

    基础养老金 = (计发基数 + 计发基数 x 指数) / 2 x 年限 x 1%; 个人账户养老金 = 储存额 / 计发月数;
    过渡性养老金 = 计发基数 x 指数 x 视同年限 x 系数. The first payment is that of the following month.
    """
    on = months.first_day(basis.retire_month)
    base = parameters.integer("calculation_base_cents", on)
    digits = parameters.integer("contribution_years_digits", on)
    rate = parameters.decimal("basic_pension_rate", on)
    years = rounded(Decimal(basis.paid_months + basis.deemed_months) / months.YEAR, digits)
    divisor = payment_months(basis.age_months, parameters, on)
    basic = rounded_cents((base + base * basis.average_index) / 2 * years * rate)
    account = rounded_cents(basis.account_cents / divisor)
    transition, transition_step = _transition(basis, base, digits, parameters)
    steps = (
        DerivationStep("计发基数", "calculation base", yuan(base)),
        DerivationStep("平均缴费工资指数", "average index", str(basis.average_index), SOURCE),
        DerivationStep(
            f"累计缴费年限（{basis.paid_months}个月实缴+{basis.deemed_months}个月视同）",
            f"contribution years ({basis.paid_months} months paid, {basis.deemed_months} deemed)",
            str(years),
        ),
        DerivationStep(
            f"基础养老金=({yuan(base)}+{yuan(base)}×{basis.average_index})÷2×{years}×{rate}",
            f"basic pension = ({yuan(base)} + {yuan(base)} × {basis.average_index}) ÷ 2 × {years} × {rate}",
            yuan(basic),
            SOURCE,
        ),
        DerivationStep(
            f"个人账户养老金={yuan(basis.account_cents)}÷{divisor}",
            f"account pension = {yuan(basis.account_cents)} ÷ {divisor}",
            yuan(account),
            SOURCE,
        ),
        transition_step,
        DerivationStep(
            "月基本养老金合计", "monthly pension", yuan(basic + account + transition), SOURCE
        ),
    )
    return Pension(
        {"basic": basic, "account": account, "transition": transition},
        months.shifted(basis.retire_month, 1),
        steps,
    )


def payment_months(age_months: int, parameters: Parameters, on: date) -> Decimal:
    """By how many months (计发月数) the account is divided at an age in months.

    Whole ages come from the table, published fractional ages as published; others lie on the line between
    the whole ages, half up to one decimal (unverified). Raises ParameterMissing outside 40 to 70 years.
    """
    years, extra = divmod(age_months, months.YEAR)
    whole = parameters.decimal_entry("payment_months", str(years), on)
    if extra == 0:
        return whole
    fraction = f"{years}-{extra}"
    if parameters.has_entry("payment_months_published", fraction, on):
        return parameters.decimal_entry("payment_months_published", fraction, on)
    parameters.text("payment_months_between", on)
    following = parameters.decimal_entry("payment_months", str(years + 1), on)
    return rounded(whole + (following - whole) * extra / months.YEAR, 1)


def _transition(
    basis: Basis, base: int, digits: int, parameters: Parameters
) -> tuple[int, DerivationStep]:
    if basis.deemed_months == 0:
        return 0, DerivationStep("过渡性养老金：无视同缴费年限", "no deemed years", yuan(0))
    on = months.first_day(basis.retire_month)
    family = parameters.text("transition_family", on)
    index = (
        parameters.decimal("transition_deemed_index", on)
        if family == "deemed_index"
        else basis.average_index
    )
    rate = parameters.decimal("transition_rate", on)
    deemed_years = rounded(Decimal(basis.deemed_months) / months.YEAR, digits)
    amount = rounded_cents(base * index * deemed_years * rate)
    return amount, DerivationStep(
        f"过渡性养老金={yuan(base)}×{index}×{deemed_years}×{rate}",
        f"transitional pension = {yuan(base)} × {index} × {deemed_years} × {rate}",
        yuan(amount),
        SOURCE,
    )
