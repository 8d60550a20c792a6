"""Calculator: what a monthly pension would be, and whether its conditions are met."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from engine.calculators.kind import Amount, Birth, Calculator, MonthCount, Told, Worked, birth_of
from engine.calculators.retirement import POST_KINDS
from engine.process import Form as Fields
from engine.process import Month, Names, text
from register import months, pension, retirement
from register.entries import DerivationStep
from register.parameters import Parameters
from register.pension import Pension
from register.records import PostKind
from register.rules import retirement_date

_YES, _NO = Names("符合", "met"), Names("不符合", "not met")
Index = Annotated[str, Field(pattern=r"^\d(\.\d{1,4})?$", max_length=6)]


class Form(Fields):
    """Whose pension is estimated, and from what; amounts in cents."""

    birth: Birth = text("出生年月（如1965-05）", "Month of birth (such as 1965-05)")
    kind: PostKind = text("岗位性质", "Kind of post", choices=POST_KINDS)
    retire_month: Month = text("退休年月", "Month of retirement", unit="month")
    paid_months: MonthCount = text("实际缴费月数", "Months paid")
    deemed_months: MonthCount = text("视同缴费月数", "Months deemed paid", default=0)
    average_index: Index = text("平均缴费工资指数（如0.85）", "Average index (such as 0.85)")
    account_cents: Amount = text("个人账户储存额", "Balance of the personal account", unit="cents")


def work(form: Form, today: date, parameters: Parameters) -> Worked:
    """The three components with the parameters of the month of retirement.

    Age, kind of post and months decide whether such a pension is open; the figures are told either way.
    """
    birth = birth_of(form.birth)
    window = retirement.window(birth, form.kind, parameters, today)
    minimum = retirement.minimum_months(window.statutory, parameters)
    contributed = form.paid_months + form.deemed_months
    of_age = window.earliest <= form.retire_month <= window.latest
    enough = contributed >= minimum
    found = pension.computed(
        pension.Basis(
            retire_month=form.retire_month,
            age_months=months.between(months.of(birth), form.retire_month),
            paid_months=form.paid_months,
            deemed_months=form.deemed_months,
            average_index=Decimal(form.average_index),
            account_cents=form.account_cents,
        ),
        parameters,
    )
    first, last = months.text(window.earliest), months.text(window.latest)
    steps = [
        DerivationStep(
            f"可退休年月{first}至{last}，所选{(_YES if of_age else _NO).zh}",
            f"may retire from {first} to {last}; the month chosen: {(_YES if of_age else _NO).en}",
            months.text(form.retire_month),
            retirement_date.SOURCE,
        ),
        DerivationStep(
            f"最低缴费{minimum}个月，累计缴费月数{(_YES if enough else _NO).zh}",
            f"{minimum} months are needed; months contributed: {(_YES if enough else _NO).en}",
            str(contributed),
            retirement_date.SOURCE,
        ),
        *found.derivation,
    ]
    return Worked(_told(found, met=of_age and enough), steps)


def _told(found: Pension, *, met: bool) -> list[Told]:
    parts = found.components
    return [
        Told(
            "monthly_cents", Names("月基本养老金", "monthly pension"), "cents", found.monthly_cents
        ),
        Told("basic_cents", Names("基础养老金", "basic component"), "cents", parts["basic"]),
        Told(
            "account_cents", Names("个人账户养老金", "account component"), "cents", parts["account"]
        ),
        Told(
            "transition_cents",
            Names("过渡性养老金", "transitional component"),
            "cents",
            parts["transition"],
        ),
        Told("from_month", Names("起领年月", "first payment"), "month", found.from_month),
        Told(
            "eligible",
            Names("年龄和年限条件", "conditions of age and contribution"),
            "word",
            "yes" if met else "no",
            _YES if met else _NO,
        ),
    ]


CALCULATOR = Calculator(
    "pension",
    Names("养老金测算", "Estimate of a pension"),
    Names(
        "按缴费年限、平均缴费工资指数和个人账户储存额测算月基本养老金",
        "The monthly pension from contribution, average index and the personal account",
    ),
    Form,
    work,
)
