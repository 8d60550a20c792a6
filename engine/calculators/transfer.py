"""Calculator: the money that moves with a relation to another province."""

from datetime import date

from pydantic import field_validator

from engine.calculators.kind import Amount, Calculator, Told, Worked, not_before_first_month
from engine.process import Form as Fields
from engine.process import Month, Names, text
from register import months
from register.parameters import Parameters
from register.rules import account_interest, transfer


class Form(Fields):
    """An account and a run of months on one base; amounts in cents."""

    opening_cents: Amount = text(
        "上年末个人账户储存额", "Balance of the account at the end of last year", unit="cents"
    )
    credited_cents: Amount = text(
        "当年记入个人账户本金", "Credited to the account this year", unit="cents", default=0
    )
    first_month: Month = text("缴费起始年月", "First month paid", unit="month")
    last_month: Month = text("缴费截止年月", "Last month paid", unit="month")
    base_cents: Amount = text("月平均缴费工资", "Average monthly base", unit="cents")

    _run = field_validator("last_month")(not_before_first_month)


def work(form: Form, today: date, parameters: Parameters) -> Worked:
    """Account and pooled fund, by the rule of today."""
    now = months.of(today)
    handed = account_interest.at_transfer(form.opening_cents, {now: form.credited_cents}, now)
    count = months.between(form.first_month, form.last_month) + 1
    bases = {months.shifted(form.first_month, n): form.base_cents for n in range(count)}
    found = transfer.amount(handed.closing_cents, bases, today, parameters)
    workdays = parameters.integer("transfer_step_workdays", today)
    told = [
        Told("total_cents", Names("转移金额合计", "moves in all"), "cents", found.total_cents),
        Told("account_cents", Names("个人账户", "personal account"), "cents", found.account_cents),
        Told("pooled_cents", Names("统筹基金", "pooled fund"), "cents", found.pooled_cents),
        Told(
            "step_workdays",
            Names("每一环节期限（工作日）", "working days for each of three steps"),
            "days",
            workdays,
        ),
    ]
    return Worked(told, [*handed.derivation, *found.derivation])


CALCULATOR = Calculator(
    "transfer_amount",
    Names("跨省转移金额", "Transfer to another province"),
    Names(
        "随关系转移的个人账户储存额和统筹基金部分",
        "What moves with the relation of the account and of the pooled fund",
    ),
    Form,
    work,
)
