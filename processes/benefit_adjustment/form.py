"""The form: by how much a benefit changes a month, from when, and on what basis."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from engine import process
from engine.process import Month, Names, text

BENEFITS = {"pension": Names("基本养老金", "pension")}
REASONS = {
    "policy_adjustment": Names("政策性调整", "adjustment by policy"),
    "recalculation": Names("重新核定", "recalculation"),
    "error_correction": Names("差错更正", "correction of an error"),
}
Delta = Annotated[int, Field(ge=-(10**8), le=10**8)]


class Form(process.Form):
    """A monthly difference, never a new total: it says the same whatever was adjusted since."""

    benefit: Literal["pension"] = text("待遇种类", "Benefit", choices=BENEFITS, default="pension")
    monthly_delta_cents: Delta = text("月待遇变动金额", "Monthly difference", unit="cents")
    reason_code: Literal["policy_adjustment", "recalculation", "error_correction"] = text(
        "调整原因", "Reason", choices=REASONS
    )
    effective_from: Month = text("执行年月", "Effective month", unit="month")
    policy_document: str = text(
        "政策文件或依据", "Policy document or basis", min_length=1, max_length=200
    )

    @model_validator(mode="after")
    def _something_changes(self) -> Self:
        if self.monthly_delta_cents == 0:
            raise ValueError("a monthly difference of 0 changes nothing")
        return self
