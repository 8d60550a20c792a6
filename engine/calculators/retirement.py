"""Calculator: when somebody may retire, by birth date and kind of post."""

from datetime import date

from engine.calculators.kind import Birth, Calculator, MonthCount, Told, Worked, birth_of
from engine.process import Form as Fields
from engine.process import Names, text
from register import months
from register.entries import DerivationStep
from register.parameters import Parameters
from register.records import PostKind
from register.rules import retirement_date

POST_KINDS = {
    "M": Names("男职工", "man"),
    "F55": Names(
        "女职工（管理技术岗，原55周岁）", "woman, management or technical post (formerly 55)"
    ),
    "F50": Names("女职工（工人岗，原50周岁）", "woman, worker (formerly 50)"),
}


class Form(Fields):
    """Whose month of retirement is asked for."""

    birth: Birth = text("出生年月（如1965-05）", "Month of birth (such as 1965-05)")
    kind: PostKind = text("岗位性质", "Kind of post", choices=POST_KINDS)
    contributed_months: MonthCount | None = text(
        "已缴费月数（含视同）", "Months contributed so far, deemed ones included", default=None
    )


def work(form: Form, today: date, parameters: Parameters) -> Worked:
    """The window by the rule in force today, and how many months are still missing."""
    found = retirement_date.reckoned(birth_of(form.birth), form.kind, today, parameters)
    window = found.window
    told = [
        Told("retires_in", Names("法定退休年月", "statutory month"), "month", window.statutory),
        Told("earliest_in", Names("最早可选择", "earliest by choice"), "month", window.earliest),
        Told("latest_in", Names("最晚可约定", "latest by agreement"), "month", window.latest),
        Told("months_delayed", Names("延迟月数", "delay"), "months", found.delay_months),
        Told(
            "minimum_months",
            Names("最低缴费月数", "minimum contribution"),
            "months",
            found.minimum_months,
        ),
    ]
    steps = list(found.derivation)
    if form.contributed_months is not None:
        missing = max(0, found.minimum_months - form.contributed_months)
        told.append(Told("missing_months", Names("尚差月数", "still missing"), "months", missing))
        left = max(0, months.between(months.of(today), window.statutory))
        steps.append(
            DerivationStep(
                f"已缴{form.contributed_months}个月，最低{found.minimum_months}个月，尚差{missing}个月；"
                f"距法定退休年月还有{left}个月",
                f"{form.contributed_months} contributed, {found.minimum_months} needed; {left} months are "
                "left to the statutory month",
                str(missing),
            )
        )
    return Worked(told, steps)


CALCULATOR = Calculator(
    "retirement_date",
    Names("退休时间", "When may I retire"),
    Names(
        "按出生年月和岗位性质计算法定退休年月、弹性退休范围和最低缴费年限",
        "Statutory month, flexible window and minimum contribution, by birth date and kind of post",
    ),
    Form,
    work,
)
