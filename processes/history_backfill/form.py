"""The form: which periods the old records show, on what base, and whether their money was found."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from engine import process
from engine.process import Month, Names, text

PAID_AS = {
    "EMPLOYEE": Names("单位职工", "employee"),
    "FLEX": Names("灵活就业人员", "flexible worker"),
}
SOURCES = {
    "handbook": Names("缴费手册", "contribution handbook"),
    "voucher": Names("原始缴费凭证", "original payment voucher"),
    "archive": Names("档案", "archive"),
    "ledger": Names("经办机构旧账", "the agency's old books"),
}
MOST_PERIODS = 20
Base = Annotated[int, Field(gt=0, le=10**9)]
Amount = Annotated[int, Field(gt=0, le=10**11)]


class Period(process.Row):
    """Months in a row on one base, with the document that shows them."""

    from_month: Month = text("起始年月", "From", unit="month")
    to_month: Month = text("终止年月", "To", unit="month")
    base_cents: Base = text("缴费基数", "Contribution base", unit="cents")
    evidence: str = text("凭证编号", "Evidence", min_length=1, max_length=60)
    amount_cents: Amount | None = text(
        "旧账中查实的金额", "Money found in the old books", default=None, unit="cents"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_month < self.from_month:
            raise ValueError("the range of months ends before it begins")
        return self


class Form(process.Form):
    """What is entered is history: it is marked as added from old records, period by period."""

    paid_as: Literal["EMPLOYEE", "FLEX"] = text("当时缴费身份", "Paid as", choices=PAID_AS)
    ledger_source: Literal["handbook", "voucher", "archive", "ledger"] = text(
        "资料来源", "Source", choices=SOURCES
    )
    periods: list[Period] = text("补录时段", "Periods", min_length=1, max_length=MOST_PERIODS)
