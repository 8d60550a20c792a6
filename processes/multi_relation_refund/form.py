"""The form: which relation is kept, in which months the two overlap, and where the refund goes."""

from typing import Literal, Self

from pydantic import model_validator

from engine import process
from engine.process import Month, Names, text

KEEP = {
    "elsewhere": Names(
        "保留外地关系，清理本地重复月份", "the other is kept: clear the months here"
    ),
    "here": Names("保留本地关系", "the one here is kept"),
}
PAID_AS = {
    "EMPLOYEE": Names("单位职工", "employee"),
    "FLEX": Names("灵活就业人员", "flexible worker"),
}
MOST_PERIODS = 20


class Period(process.Row):
    """Months in a row that both relations have."""

    from_month: Month = text("起始年月", "From", unit="month")
    to_month: Month = text("终止年月", "To", unit="month")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_month < self.from_month:
            raise ValueError("the range of months ends before it begins")
        return self


class Form(process.Form):
    """The refund is computed: the account storage of the overlapping months."""

    keep_relation: Literal["elsewhere", "here"] = text("保留关系", "Relation kept", choices=KEEP)
    other_agency: str = text("另一参保地经办机构", "The other agency", min_length=2, max_length=100)
    paid_as: Literal["EMPLOYEE", "FLEX"] = text("本地缴费身份", "Paid here as", choices=PAID_AS)
    periods: list[Period] = text("重复缴费时段", "Overlaps", min_length=1, max_length=MOST_PERIODS)
    holder: str = text("收款户名", "Payee", min_length=1, max_length=50, personal=True)
    bank_name: str = text("开户银行", "Bank", min_length=2, max_length=100)
    bank_account: str = text(
        "银行账号", "Bank account number", pattern=r"^\d{10,32}$", personal=True
    )
