"""What is waited for: the army's money."""

from typing import Annotated

from pydantic import Field

from engine import process
from engine.process import IsoDate, Names, text

Received = Annotated[int, Field(gt=0, le=10**13)]


class Money(process.Message):
    """The money has come."""

    NAMES = Names("转移资金", "Money")
    MATERIALS = ("bank_advice",)

    received_on: IsoDate = text("到账日期", "Received on")
    amount_cents: Received = text("到账金额", "Amount", unit="cents")
    bank_reference: str = text("银行流水号", "Reference of the bank", min_length=1, max_length=60)
