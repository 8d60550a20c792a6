"""The form: what the certificate is for and what it says."""

from typing import Literal, Self

from pydantic import model_validator

from engine import process
from engine.process import Month, Names, text

PURPOSES = {
    "employment": Names("就业", "employment"),
    "bidding": Names("招投标", "bidding"),
    "loan": Names("贷款", "loan"),
    "school": Names("子女入学", "school"),
    "visa": Names("出国（境）", "visa"),
    "household": Names("落户", "household registration"),
    "other": Names("其他", "other"),
}


SCOPES = {
    "status": Names("参保状态", "status"),
    "contributions": Names("参保状态和缴费明细", "status and months paid"),
}


class Form(process.Form):
    """Purpose and scope; the months of ``contributions`` may be limited to a range."""

    purpose: Literal["employment", "bidding", "loan", "school", "visa", "household", "other"] = (
        text("用途", "Purpose", choices=PURPOSES)
    )
    scope: Literal["status", "contributions"] = text(
        "证明内容", "Scope", choices=SCOPES, default="status"
    )
    from_month: Month | None = text("起始年月", "From month", default=None, unit="month")
    to_month: Month | None = text("截止年月", "To month", default=None, unit="month")

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.from_month and self.to_month and self.from_month > self.to_month:
            raise ValueError("the range of months ends before it begins")
        return self
