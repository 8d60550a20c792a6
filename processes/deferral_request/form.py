"""The form: which months are paid later, for what cause, who approved it, and what secures the payment."""

from typing import Literal, Self

from pydantic import model_validator

from engine import process
from engine.process import Month, Names, text

KINDS = {
    "hardship": Names("生产经营困难延缴", "hardship of business"),
    "force_majeure": Names("不可抗力缓缴", "force majeure"),
}
GUARANTEES = {
    "guarantor": Names("保证", "guarantor"),
    "mortgage": Names("抵押", "mortgage"),
    "pledge": Names("质押", "pledge"),
    "agreement": Names("缓缴协议", "agreement on deferral"),
}


class Form(process.Form):
    """A deferral names its guarantee; one by force majeure its approval by the province."""

    kind: Literal["hardship", "force_majeure"] = text("缓缴类型", "Kind", choices=KINDS)
    from_month: Month = text("缓缴起始年月", "From", unit="month")
    to_month: Month = text("缓缴终止年月", "To", unit="month")
    guarantee_kind: Literal["guarantor", "mortgage", "pledge", "agreement"] = text(
        "担保方式", "Guarantee by", choices=GUARANTEES
    )
    guarantee: str = text(
        "担保合同或协议编号", "Number of the guarantee or agreement", min_length=1, max_length=60
    )
    approval_no: str | None = text(
        "省级批准文号", "Approval of the province", default=None, min_length=1, max_length=60
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_month < self.from_month:
            raise ValueError("the range of months ends before it begins")
        return self
