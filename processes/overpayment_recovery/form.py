"""The form: what was paid too much, by amount or by months, and how it is paid back."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from engine import process
from engine.process import Month, Names, text

MODES = {
    "FULL": Names("一次性退回", "at once"),
    "INSTALMENT": Names("分期退回（协议）", "by instalments, as agreed"),
    "OFFSET": Names("从待遇中抵扣", "taken off benefits"),
}
Amount = Annotated[int, Field(gt=0, le=10**11)]
Instalments = Annotated[int, Field(ge=2, le=120)]


class Form(process.Form):
    """The amount, the months paid without right, or both; without an amount the months are added up.

    A month that is left empty leaves that end open. Only instalments have a plan.
    """

    amount_cents: Amount | None = text("追回金额", "Amount", unit="cents", default=None)
    from_month: Month | None = text("多领起始年月", "Overpaid from", unit="month", default=None)
    to_month: Month | None = text("多领截止年月", "Overpaid to", unit="month", default=None)
    report: str = text("核查报告文号", "Number of the report", min_length=1, max_length=100)
    mode: Literal["FULL", "INSTALMENT", "OFFSET"] = text("退回方式", "How", choices=MODES)
    instalments: Instalments | None = text("分期期数", "Number of instalments", default=None)
    monthly_cents: Amount | None = text("每期金额", "Each instalment", unit="cents", default=None)
    first_month: Month | None = text("首期年月", "First instalment", unit="month", default=None)

    @model_validator(mode="after")
    def _something_is_claimed(self) -> Self:
        if self.amount_cents is None and self.from_month is None and self.to_month is None:
            raise ValueError("enter the amount, or the months that were paid too much")
        return self
