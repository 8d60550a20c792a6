"""Calculator: what interest a personal account bears over some years, and up to a retirement."""

from datetime import date
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from engine.calculators.kind import Amount, Calculator, Told, Worked
from engine.process import Form as Fields
from engine.process import Month, Names, text
from register import months
from register.parameters import Parameters
from register.rules import account_interest

Year = Annotated[int, Field(ge=1992, le=2199)]
_LONGEST_YEARS = 60


class Form(Fields):
    """An account at the start of a year and what is credited each month; amounts in cents."""

    opening_cents: Amount = text("年初储存额", "Balance when the first year begins", unit="cents")
    monthly_cents: Amount = text("每月记入", "Credited each month", unit="cents", default=0)
    first_year: Year = text("起始年度", "First year")
    last_year: Year = text("截止年度", "Last whole year")
    retire_month: Month | None = text(
        "退休年月（截止年度的次年）",
        "Month of retirement, in the year after",
        unit="month",
        default=None,
    )

    @field_validator("last_year")
    @classmethod
    def _not_before_the_first(cls, value: int, said: ValidationInfo) -> int:
        first = said.data.get("first_year")
        if first is not None and not 0 <= value - first < _LONGEST_YEARS:
            raise ValueError("the last year is the first one or up to 59 years later")
        return value

    @field_validator("retire_month")
    @classmethod
    def _in_the_year_after(cls, value: int | None, said: ValidationInfo) -> int | None:
        last = said.data.get("last_year")
        if value is not None and last is not None and value // 100 != last + 1:
            raise ValueError("the month of retirement lies in the year after the last whole year")
        return value


def work(form: Form, today: date, parameters: Parameters) -> Worked:
    """Year by year, then by the month up to a retirement. A year without a rate refuses."""
    del today
    first = form.first_year * 100 + 1
    years = form.last_year - form.first_year + 1
    credit = {months.shifted(first, n): form.monthly_cents for n in range((years + 1) * 12)}
    found = account_interest.over_years(
        form.opening_cents, credit, form.first_year, form.last_year, parameters
    )
    closing, earned, steps = found.closing_cents, found.interest_cents, list(found.derivation)
    if form.retire_month is not None:
        last = account_interest.at_retirement(closing, credit, form.retire_month, parameters)
        closing, earned = last.closing_cents, earned + last.interest_cents
        steps += last.derivation
    told = [
        Told("closing_cents", Names("期末储存额", "balance at the end"), "cents", closing),
        Told("interest_cents", Names("利息合计", "interest in all"), "cents", earned),
    ]
    return Worked(told, steps)


CALCULATOR = Calculator(
    "interest",
    Names("个人账户计息", "Interest on a personal account"),
    Names(
        "按历年公布的记账利率逐年计算个人账户利息",
        "Interest year by year at the published book-keeping rates",
    ),
    Form,
    work,
)
