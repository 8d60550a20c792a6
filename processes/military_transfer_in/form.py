"""The form: what the army's voucher and table say; they are handed in with the application."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from engine import process
from engine.process import Cents, IsoDate, Month, text

MOST_SEGMENTS = 20
Base = Annotated[int, Field(ge=0, le=10**9)]


class Segment(process.Row):
    """Months in a row in the army: paid on a base, or deemed paid (no base)."""

    from_month: Month = text("起始年月", "From", unit="month")
    to_month: Month = text("终止年月", "To", unit="month")
    base_cents: Base = text("月缴费基数（视同缴费填0）", "Base (0: deemed paid)", unit="cents")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_month < self.from_month:
            raise ValueError("the range of months ends before it begins")
        return self


class Form(process.Form):
    """The sum the army owes is computed from this, never entered."""

    unit: str = text("转出单位", "Unit it comes from", min_length=2, max_length=100)
    voucher_no: str = text("缴费凭证编号", "Number of the voucher", min_length=1, max_length=60)
    issued_on: IsoDate = text("出具日期", "Issued on")
    segments: list[Segment] = text("服役时段", "Months", min_length=1, max_length=MOST_SEGMENTS)
    principal_cents: Cents = text("个人账户本金", "Account, principal", unit="cents")
    interest_cents: Cents = text("个人账户利息", "Account, interest", unit="cents")
