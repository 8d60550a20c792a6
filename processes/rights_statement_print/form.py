"""The form: what the statement is for, and which months it lists."""

from typing import Literal, Self

from pydantic import model_validator

from engine import process
from engine.process import Month, Names, text

PURPOSES = {
    "check": Names("本人核对", "own check"),
    "transfer": Names("关系转移接续", "transfer of the relation"),
    "dispute": Names("权益核对争议", "disputed record"),
    "other": Names("其他", "other"),
}


class Form(process.Form):
    """Purpose, and the months to be listed: all of them unless a range is given."""

    purpose: Literal["check", "transfer", "dispute", "other"] = text(
        "用途", "Purpose", choices=PURPOSES
    )
    from_month: Month | None = text("起始年月", "From month", default=None, unit="month")
    to_month: Month | None = text("截止年月", "To month", default=None, unit="month")

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.from_month and self.to_month and self.from_month > self.to_month:
            raise ValueError("the range of months ends before it begins")
        return self
