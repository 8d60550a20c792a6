"""The form: from which month, who received the declaration, and each employee's wage."""

from typing import Literal, Self

from pydantic import model_validator

from engine.employee_lists import Employee, EmployeeList
from engine.process import Cents, Month, Names, text

SOURCES = {
    "employer": Names("单位向经办机构申报", "declared here by the employer"),
    "tax": Names("税务部门传来的申报", "declared to the tax authority, whose list this is"),
}


class Wage(Employee):
    """One employee, and the monthly wage (average of the year before) that was declared for him."""

    wage_cents: Cents = text("申报月工资", "Declared monthly wage", unit="cents")


class Form(EmployeeList[Wage]):
    """The month the bases hold from, whose list it is, and the wages."""

    from_month: Month | None = text(
        "执行起始月份（不填为业务当月）",
        "In force from (the present month if left out)",
        default=None,
        unit="month",
    )
    source: Literal["employer", "tax"] = text("申报渠道", "Declared to", choices=SOURCES)
    tax_batch_no: str | None = text(
        "税务批次号", "Batch of the tax authority", default=None, min_length=1, max_length=40
    )
    statement_total_cents: Cents | None = text(
        "报表月工资总额", "Monthly wages by the statement", default=None, unit="cents"
    )

    @model_validator(mode="after")
    def _a_batch_is_named(self) -> Self:
        if (self.source == "tax") != (self.tax_batch_no is not None):
            raise ValueError("name the batch of the tax authority's list, and only of such a list")
        return self
