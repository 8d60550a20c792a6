"""When a person may retire, step by step: delay, statutory month, flexible window, notices, minimum months.

Source: 国务院关于渐进式延迟法定退休年龄的办法 (from 2025-01-01), 人社部发〔2024〕94号 (flexible
retirement). ``register.retirement`` holds the formulas; this says them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from register import months, retirement
from register.entries import DerivationStep
from register.parameters import Parameters
from register.records import PostKind
from register.retirement import Window

SOURCE = "国务院关于渐进式延迟法定退休年龄的办法"
FLEXIBLE_SOURCE = "人社部发〔2024〕94号"


@dataclass(frozen=True, slots=True)
class RetirementDate:
    """The window, the delay in months, the minimum contribution, and the last months for both notices.

    ``early_notice_by`` is the last month (YYYYMM) for the notice of retiring in the earliest month;
    ``late_notice_by`` that of agreeing to go on after the statutory one.
    """

    window: Window
    delay_months: int
    minimum_months: int
    early_notice_by: int
    late_notice_by: int
    derivation: tuple[DerivationStep, ...]


def reckoned(birth: date, kind: PostKind, on: date, parameters: Parameters) -> RetirementDate:
    """Everything about the month of retirement by the rule in force on a day. Raises ParameterMissing."""
    age = parameters.integer_entry("retirement_age_months", kind, on)
    delay = retirement.months_delayed(birth, kind, parameters, on)
    window = retirement.window(birth, kind, parameters, on)
    minimum = retirement.minimum_months(window.statutory, parameters)
    early = parameters.integer("flexible_early_notice_months", on)
    late = parameters.integer("flexible_late_notice_months", on)
    early_by = months.shifted(window.earliest, -early)
    late_by = months.shifted(window.statutory, -late)
    steps = (
        *_statutory(birth, age, delay, window.statutory),
        *_flexible(window, (early, early_by), (late, late_by)),
        DerivationStep(
            f"最低缴费年限（{window.statutory // 100}年达到法定退休年龄）",
            f"minimum contribution (statutory age reached in {window.statutory // 100}), months",
            str(minimum),
            SOURCE,
        ),
    )
    return RetirementDate(window, delay, minimum, early_by, late_by, steps)


def _statutory(birth: date, age: int, delay: int, reached: int) -> Iterator[DerivationStep]:
    old = months.shifted(months.of(birth), age)
    yield _step("出生年月", "born in", months.of(birth))
    yield DerivationStep(
        f"原法定退休年龄{age // months.YEAR}周岁，{months.text(old)}达到",
        f"old statutory age {age // months.YEAR}, reached in {months.text(old)}",
        months.text(old),
        SOURCE,
    )
    yield DerivationStep("延迟月数", "months of delay", str(delay), SOURCE)
    zh, en = _age(age + delay)
    yield _step(f"法定退休年龄={zh}", f"statutory age = {en}", reached, SOURCE)


def _flexible(
    window: Window, early: tuple[int, int], late: tuple[int, int]
) -> Iterator[DerivationStep]:
    """The window and both notices, each as months before and last month."""
    yield _step("最早可选择（弹性提前）", "earliest by choice", window.earliest, FLEXIBLE_SOURCE)
    yield _step(
        f"弹性提前须提前{early[0]}个月书面告知：选最早年月的，最迟",
        f"written notice {early[0]} months before: for the earliest month at the latest in",
        early[1],
        FLEXIBLE_SOURCE,
    )
    yield _step("最晚可约定（弹性延迟）", "latest by agreement", window.latest, FLEXIBLE_SOURCE)
    yield _step(
        f"弹性延迟须提前{late[0]}个月书面约定：最迟",
        f"written agreement {late[0]} month before: at the latest in",
        late[1],
        FLEXIBLE_SOURCE,
    )


def _age(age_months: int) -> tuple[str, str]:
    """An age as people say it, in Chinese and English."""
    years, extra = divmod(age_months, months.YEAR)
    if extra == 0:
        return f"{years}周岁", f"{years} years"
    return f"{years}周岁{extra}个月", f"{years} years {extra} months"


def _step(zh: str, en: str, month: int, source: str = "") -> DerivationStep:
    return DerivationStep(zh, en, months.text(month), source)
