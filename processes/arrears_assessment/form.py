"""The form: which past months each listed employee is owed, by what that is shown, and which document."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from engine.employee_lists import Employee, EmployeeList
from engine.process import IsoDate, Month, Names, text

EVIDENCE = {
    "contract": Names("劳动合同", "labour contract"),
    "employment_record": Names("用工登记", "record of employment"),
    "wage_record": Names("工资凭证", "wage records"),
}
DOCUMENTS = {
    "court": Names("人民法院裁判文书", "judgement of a court"),
    "audit": Names("审计部门文书", "document of the audit office"),
    "inspection": Names("劳动监察文书", "document of the labour inspection"),
    "arbitration": Names("劳动争议仲裁文书", "award of a labour arbitration"),
}
Wage = Annotated[int, Field(gt=0, le=10**9)]


class Owed(Employee):
    """One employee, and months in a row on one monthly wage."""

    from_month: Month = text("起始年月", "From", unit="month")
    to_month: Month = text("终止年月", "To", unit="month")
    wage_cents: Wage = text("月工资", "Monthly wage", unit="cents")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_month < self.from_month:
            raise ValueError("the range of months ends before it begins")
        return self


class Form(EmployeeList[Owed]):
    """Wages are declared; bases, contributions and late fees are computed month by month."""

    evidence: Literal["contract", "employment_record", "wage_record"] = text(
        "劳动关系依据", "Evidence of employment", choices=EVIDENCE
    )
    document_kind: Literal["court", "audit", "inspection", "arbitration"] | None = text(
        "法律文书类型", "Legal document", default=None, choices=DOCUMENTS
    )
    document_no: str | None = text(
        "法律文书编号", "Its number", default=None, min_length=1, max_length=60
    )
    document_on: IsoDate | None = text("法律文书日期", "Its date", default=None)
    tax_notice_no: str | None = text(
        "税务机关核定文号",
        "Number of the tax authority's assessment",
        default=None,
        min_length=1,
        max_length=60,
    )
