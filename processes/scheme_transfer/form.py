"""The form: which way the relation goes, by which letter, and of a transfer in what came with it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from engine import process
from engine.process import IsoDate, Month, Names, text

DIRECTIONS = {
    "out": Names("企业转往机关事业单位", "from the enterprises' scheme to public bodies"),
    "in": Names("机关事业单位转入企业", "from public bodies to the enterprises' scheme"),
}
MOST_PERIODS = 40
Amount = Annotated[int, Field(ge=0, le=10**11)]
Base = Annotated[int, Field(gt=0, le=10**9)]


class Period(process.Row):
    """Months in a row on one base, as the other scheme's table says."""

    from_month: Month = text("起始年月", "From", unit="month")
    to_month: Month = text("终止年月", "To", unit="month")
    base_cents: Base = text("缴费基数", "Contribution base", unit="cents")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_month < self.from_month:
            raise ValueError("the range of months ends before it begins")
        return self


class Form(process.Form):
    """Of a transfer out the money is computed; of a transfer in it is entered and must fit to the cent."""

    direction: Literal["out", "in"] = text("转移方向", "Direction", choices=DIRECTIONS)
    letter_no: str = text(
        "联系函或信息表编号", "Number of its letter or table", min_length=1, max_length=60
    )
    letter_on: IsoDate = text("联系函或信息表日期", "Date of its letter or table")
    receiving_agency: str | None = text(
        "转入方经办机构（转出时填写）",
        "Receiving agency",
        default=None,
        min_length=2,
        max_length=100,
    )
    receiving_bank: str | None = text(
        "转入方开户银行（转出时填写）", "Its bank", default=None, min_length=2, max_length=100
    )
    receiving_account: str | None = text(
        "转入方银行账号（转出时填写）", "Its account number", default=None, pattern=r"^\d{10,32}$"
    )
    sending_agency: str | None = text(
        "转出方经办机构（转入时填写）", "Sending agency", default=None, min_length=2, max_length=100
    )
    periods: list[Period] = text(
        "转入缴费时段（转入时填写）", "Months moved in", default=[], max_length=MOST_PERIODS
    )
    principal_cents: Amount | None = text(
        "转入个人账户本金（转入时填写）", "Principal moved in", default=None, unit="cents"
    )
    interest_cents: Amount | None = text(
        "转入个人账户利息（转入时填写）", "Interest moved in", default=None, unit="cents"
    )
    received_cents: Amount | None = text(
        "到账金额（转入时填写）", "Money received", default=None, unit="cents"
    )
