"""Past the statutory age with too few months (超龄): go on paying, pay up once, or take the account.

Source: 实施《社会保险法》若干规定 (人社部令第13号) articles 2 and 3, 社会保险法 article 16, and the rising
minimum of the gradual delay. Provincial special groups are policy codes of the agency, not this rule.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from register import months, retirement
from register.entries import DerivationStep
from register.parameters import Parameters
from register.records import PostKind

SOURCE = "人社部令第13号"

Way = Literal["not_reached", "pension", "extend", "pay_once_or_extend"]
_ZH = {
    "not_reached": "未达到法定退休年龄，正常参保缴费",
    "pension": "缴费年限已满，办理退休",
    "extend": "可以延长缴费至满最低缴费年限，或者书面申请终止关系、一次性领取个人账户",
    "pay_once_or_extend": "延长缴费满五年仍不足十五年，可以一次性缴费至满十五年",
}
_EN = {
    "not_reached": "the statutory age is not reached: contributions go on as usual",
    "pension": "the minimum is reached: apply for the pension",
    "extend": "contributions may go on to the minimum, or the relation ends and the account is paid out",
    "pay_once_or_extend": "five more years were paid, fifteen are not reached: the rest may be paid at once",
}


@dataclass(frozen=True, slots=True)
class Overage:
    """What somebody of this age may do, and how many months are missing."""

    way: Way
    statutory_month: int
    minimum_months: int
    missing_months: int
    derivation: tuple[DerivationStep, ...]


def judged(
    birth: date,
    kind: PostKind,
    contributed_months: int,
    first_insured: int,
    on: date,
    parameters: Parameters,
) -> Overage:
    """What is open on a day to whoever has so many months and was first insured in a month (YYYYMM).

    Paying at once is for those insured before 2011-07 who have gone on for five years after the age and
    still lack fifteen years. Raises ParameterMissing.
    """
    reached = retirement.statutory_month(birth, kind, parameters, on)
    minimum = retirement.minimum_months(reached, parameters)
    missing = max(0, minimum - contributed_months)
    extended = months.between(reached, months.of(on))
    way: Way = "extend"
    if months.of(on) < reached:
        way = "not_reached"
    elif missing == 0:
        way = "pension"
    elif _may_pay_once(contributed_months, first_insured, extended, on, parameters):
        way = "pay_once_or_extend"
    return Overage(
        way,
        reached,
        minimum,
        missing,
        (
            DerivationStep("法定退休年月", "statutory month", months.text(reached), SOURCE),
            DerivationStep(
                f"累计缴费{contributed_months}个月，最低{minimum}个月，尚差",
                f"{contributed_months} months contributed, {minimum} needed: missing",
                str(missing),
                SOURCE,
            ),
            DerivationStep(_ZH[way], _EN[way], months.text(months.of(on)), SOURCE),
        ),
    )


def _may_pay_once(
    contributed: int, first_insured: int, extended: int, on: date, parameters: Parameters
) -> bool:
    return (
        first_insured < parameters.integer("pay_once_insured_before", on)
        and extended >= parameters.integer("pay_once_extended_months", on)
        and contributed < parameters.integer("pay_once_up_to_months", on)
    )
