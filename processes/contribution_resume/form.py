"""The form: the month, and the list of those for whom the employer contributes again."""

from typing import Literal

from engine.employee_lists import Employee, EmployeeList
from engine.process import Month, Names, text

REASONS = {
    "returned": Names("停薪留职期满返岗", "back from unpaid leave"),
    "rehired": Names("重新录用", "hired again"),
    "released": Names("刑满释放复工", "back at work after prison"),
    "discharged": Names("退役返岗", "back from military service"),
    "other": Names("其他", "other"),
}


class Returning(Employee):
    """One employee, and why the employer contributes for him again."""

    reason: Literal["returned", "rehired", "released", "discharged", "other"] = text(
        "续保原因", "Reason", choices=REASONS
    )


class Form(EmployeeList[Returning]):
    """From which month on, and for whom."""

    resume_month: Month | None = text(
        "恢复缴费月份（不填为业务当月）",
        "Month (the present one if left out)",
        default=None,
        unit="month",
    )
