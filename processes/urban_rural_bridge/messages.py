"""What is waited for: what the residents' agency answers, with its money or for ours."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from engine import process
from engine.process import IsoDate, Month, Names, text

MOST_PERIODS = 40
Amount = Annotated[int, Field(ge=0, le=10**11)]


class Period(process.Row):
    """Months in a row that were paid in both schemes."""

    from_month: Month = text("起始年月", "From", unit="month")
    to_month: Month = text("终止年月", "To", unit="month")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_month < self.from_month:
            raise ValueError("the range of months ends before it begins")
        return self


class ResidentAnswer(process.Message):
    """The answer of the residents' agency: its account and money, or where ours is to go."""

    NAMES = Names("居保经办机构回函", "Answer of the residents' agency")
    MATERIALS = ("resident_letter", "bank_advice")

    letter_no: str = text("回函编号", "Number of the letter", min_length=1, max_length=60)
    letter_on: IsoDate = text("回函日期", "Date of the letter")
    principal_cents: Amount | None = text(
        "居保个人账户本金（转入职工时填写）", "Account, principal", default=None, unit="cents"
    )
    interest_cents: Amount | None = text(
        "居保个人账户利息（转入职工时填写）", "Account, interest", default=None, unit="cents"
    )
    overlaps: list[Period] = text(
        "重复缴费时段", "Months paid in both", default=[], max_length=MOST_PERIODS
    )
    refund_cents: Amount | None = text(
        "重复时段居保个人缴费（退还本人）",
        "Paid for these months in the residents' scheme (refunded)",
        default=None,
        unit="cents",
    )
    received_cents: Amount | None = text(
        "到账金额（转入职工时填写）", "Money received", default=None, unit="cents"
    )
    receiving_bank: str | None = text(
        "居保开户银行（转入居民时填写）", "Its bank", default=None, min_length=2, max_length=100
    )
    receiving_account: str | None = text(
        "居保银行账号（转入居民时填写）", "Its account number", default=None, pattern=r"^\d{10,32}$"
    )
