"""What is waited for: our letter, then the other agency's table and its money, in either order."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from engine import process
from engine.process import Cents, IsoDate, Month, Names, text

MOST_SEGMENTS = 60
Base = Annotated[int, Field(gt=0, le=10**9)]
Received = Annotated[int, Field(gt=0, le=10**13)]


class ContactLetter(process.Message):
    """Our letter (联系函) has gone out."""

    NAMES = Names("联系函", "Contact letter")
    MATERIALS = ("contact_letter",)

    letter_no: str = text("联系函编号", "Number of the letter", min_length=1, max_length=60)
    sent_on: IsoDate = text("发出日期", "Sent on")


class Segment(process.Row):
    """Months in a row on one base, as the other agency's table has them."""

    from_month: Month = text("起始年月", "From", unit="month")
    to_month: Month = text("终止年月", "To", unit="month")
    base_cents: Base = text("月缴费基数", "Monthly base", unit="cents")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_month < self.from_month:
            raise ValueError("the range of months ends before it begins")
        return self


class InfoTable(process.Message):
    """The other agency's table (信息表): months with their bases, and the account it hands over."""

    NAMES = Names("转移接续信息表", "Information table")
    MATERIALS = ("info_table",)

    table_no: str = text("信息表编号", "Number of the table", min_length=1, max_length=60)
    issued_on: IsoDate = text("出具日期", "Issued on")
    segments: list[Segment] = text("缴费时段", "Months", min_length=1, max_length=MOST_SEGMENTS)
    principal_cents: Cents = text("个人账户本金", "Account, principal", unit="cents")
    interest_cents: Cents = text("个人账户利息", "Account, interest", unit="cents")


class Money(process.Message):
    """The money has come."""

    NAMES = Names("转移资金", "Money")
    MATERIALS = ("bank_advice",)

    received_on: IsoDate = text("到账日期", "Received on")
    amount_cents: Received = text("到账金额", "Amount", unit="cents")
    bank_reference: str = text("银行流水号", "Reference of the bank", min_length=1, max_length=60)
