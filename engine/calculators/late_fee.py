"""Calculator: the late fee on a contribution that was paid late."""

from datetime import date

from pydantic import ValidationInfo, field_validator

from engine.calculators.kind import Amount, Calculator, Day, Told, Worked
from engine.process import Form as Fields
from engine.process import Names, text
from register.entries import DerivationStep
from register.parameters import Parameters
from register.rules import late_fee

ASSESSED_BY = {
    "agency": Names("社会保险经办机构核定", "assessed by the agency"),
    "tax": Names("税务机关核定", "assessed by the tax authority"),
}


class Form(Fields):
    """What was owed, since when, and when it is paid; the deferral (缓缴) has both days or none."""

    principal_cents: Amount = text("欠缴本金", "Principal owed", unit="cents")
    due_on: Day = text("应缴截止日", "Last day to pay in time")
    paid_on: Day = text("缴费日", "Day of payment")
    deferred_from: Day | None = text("缓缴开始日", "First day of a deferral", default=None)
    deferred_to: Day | None = text(
        "缓缴结束日", "Last day of a deferral", default=None, validate_default=True
    )

    @field_validator("deferred_to")
    @classmethod
    def _both_in_order(cls, value: date | None, said: ValidationInfo) -> date | None:
        first = said.data.get("deferred_from", value)
        if (first is None) != (value is None):
            raise ValueError("a deferral has a first and a last day")
        if first and value and value < first:
            raise ValueError("a deferral doesn't end before it begins")
        return value


def work(form: Form, today: date, parameters: Parameters) -> Worked:
    """The fee from the first day that counts to the day of payment, rate by rate."""
    del today
    begins = late_fee.first_day(form.due_on, form.paid_on, parameters)
    stops = []
    if form.deferred_from and form.deferred_to:
        stops.append((form.deferred_from, form.deferred_to))
    found = late_fee.reckoned(form.principal_cents, begins, form.paid_on, parameters, stops=stops)
    told = [
        Told("late_fee_cents", Names("滞纳金", "late fee"), "cents", found.fee_cents),
        Told("days", Names("计滞纳金天数", "days that count"), "days", found.days),
        assessor(form.paid_on, parameters),
    ]
    first = DerivationStep("滞纳金起算日", "first day that counts", begins.isoformat())
    return Worked(told, [first, *found.derivation])


def assessor(on: date, parameters: Parameters) -> Told:
    """Who assesses back-payments and late fees here: a profile of the province."""
    by = parameters.text("back_payment_assessed_by", on)
    return Told("assessed_by", Names("核定主体", "who assesses it"), "word", by, ASSESSED_BY[by])


CALCULATOR = Calculator(
    "late_fee",
    Names("滞纳金", "Late fee"),
    Names(
        "按欠缴本金和天数计算滞纳金，分段适用各时期的比例",
        "By principal and days, at the rate of each period",
    ),
    Form,
    work,
)
