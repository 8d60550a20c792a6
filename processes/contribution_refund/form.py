"""The form: which paid months are given back, why, and to which account of the payer."""

from typing import Literal, Self

from pydantic import model_validator

from engine import process
from engine.process import Month, Names, text

REASONS = {
    "overpaid": Names("多缴", "paid too much"),
    "mistaken": Names("误缴", "paid by mistake"),
    "duplicate": Names("重复缴费", "paid twice"),
}
PAID_AS = {
    "EMPLOYEE": Names("单位职工（退个人缴费部分）", "employee (the person's part)"),
    "FLEX": Names("灵活就业人员（退全部缴费）", "flexible worker (the whole contribution)"),
}
MOST_PERIODS = 20


class Period(process.Row):
    """Paid months in a row."""

    from_month: Month = text("起始年月", "From", unit="month")
    to_month: Month = text("终止年月", "To", unit="month")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_month < self.from_month:
            raise ValueError("the range of months ends before it begins")
        return self


class Form(process.Form):
    """Months are named, amounts are computed by the rates of each month."""

    reason_code: Literal["overpaid", "mistaken", "duplicate"] = text(
        "退费原因", "Reason", choices=REASONS
    )
    paid_as: Literal["EMPLOYEE", "FLEX"] = text("缴费身份", "Paid as", choices=PAID_AS)
    periods: list[Period] = text("退费时段", "Periods", min_length=1, max_length=MOST_PERIODS)
    holder: str = text("收款户名", "Payee", min_length=1, max_length=50, personal=True)
    bank_name: str = text("开户银行", "Bank", min_length=2, max_length=100)
    bank_account: str = text(
        "银行账号", "Bank account number", pattern=r"^\d{10,32}$", personal=True
    )
