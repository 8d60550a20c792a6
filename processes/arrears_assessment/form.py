"""The form: which employer owes which past months on what wage, by what that is shown, and which document."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from engine import process
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
MOST_PERIODS = 20
Wage = Annotated[int, Field(gt=0, le=10**9)]


class Period(process.Row):
    """Months in a row on one monthly wage."""

    from_month: Month = text("起始年月", "From", unit="month")
    to_month: Month = text("终止年月", "To", unit="month")
    wage_cents: Wage = text("月工资", "Monthly wage", unit="cents")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_month < self.from_month:
            raise ValueError("the range of months ends before it begins")
        return self


class Form(process.Form):
    """Wages are declared; bases, contributions and late fees are computed month by month."""

    employer_uscc: str = text(
        "用人单位统一社会信用代码", "Credit code of the employer", pattern=r"^[0-9A-Z]{18}$"
    )
    evidence: Literal["contract", "employment_record", "wage_record"] = text(
        "劳动关系依据", "Evidence of employment", choices=EVIDENCE
    )
    periods: list[Period] = text("补缴时段", "Periods", min_length=1, max_length=MOST_PERIODS)
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

    @model_validator(mode="after")
    def _document_is_whole(self) -> Self:
        said = (self.document_kind, self.document_no, self.document_on)
        if any(part is None for part in said) and any(part is not None for part in said):
            raise ValueError("a legal document has kind, number and date")
        return self
