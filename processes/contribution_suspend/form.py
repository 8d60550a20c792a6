"""The form: the month, and the list of those for whom the employer contributes no more."""

from typing import Literal

from engine.employee_lists import Employee, EmployeeList
from engine.process import Month, Names, text

REASONS = {
    "contract_ended": Names("解除或终止劳动合同", "labour contract ended"),
    "transferred": Names("调出本单位", "moved to another employer"),
    "unpaid_leave": Names("停薪留职", "unpaid leave"),
    "military_service": Names("应征入伍", "military service"),
    "imprisoned": Names("被判刑收监", "in prison"),
    "other": Names("其他", "other"),
}


class Leaving(Employee):
    """One employee, and why the employer contributes no more for him."""

    reason: Literal[
        "contract_ended", "transferred", "unpaid_leave", "military_service", "imprisoned", "other"
    ] = text("减少原因", "Reason", choices=REASONS)


class Form(EmployeeList[Leaving]):
    """From which month on, and for whom."""

    month: Month | None = text(
        "停缴月份（不填为业务当月）",
        "Month (the present one if left out)",
        default=None,
        unit="month",
    )
