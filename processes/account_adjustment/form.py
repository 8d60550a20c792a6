"""The form: which part of the personal account is corrected, by how much, and why."""

from typing import Annotated, Literal

from pydantic import Field

from engine import process
from engine.process import Names, text

ITEMS = {
    "principal": Names("本金", "principal"),
    "interest": Names("利息", "interest"),
    "employer_principal": Names("单位划入本金", "principal paid by employers"),
    "employer_interest": Names("单位划入部分利息", "interest on what employers paid"),
}
DIRECTIONS = {"increase": Names("调增", "increase"), "decrease": Names("调减", "decrease")}
REASONS = {
    "unrecorded_contribution": Names("漏记缴费", "unrecorded contribution"),
    "duplicate_record": Names("重复记账", "recorded twice"),
    "wrong_base": Names("缴费基数有误", "wrong contribution base"),
    "wrong_interest": Names("计息有误", "wrong interest"),
    "audit_finding": Names("稽核结论", "audit finding"),
}
Amount = Annotated[int, Field(gt=0, le=10**11)]


class Form(process.Form):
    """A correction by an amount, never to a balance: it says the same whatever was posted since."""

    item: Literal["principal", "interest", "employer_principal", "employer_interest"] = text(
        "调整项目", "Part of the account", choices=ITEMS
    )
    direction: Literal["increase", "decrease"] = text("调整方向", "Direction", choices=DIRECTIONS)
    amount_cents: Amount = text("调整金额", "Amount", unit="cents")
    reason_code: Literal[
        "unrecorded_contribution",
        "duplicate_record",
        "wrong_base",
        "wrong_interest",
        "audit_finding",
    ] = text("调整原因", "Reason", choices=REASONS)
    evidence: str = text("依据说明", "Evidence", min_length=1, max_length=500)
