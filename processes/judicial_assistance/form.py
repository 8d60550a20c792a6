"""The form: which court asks for what, by which document, through whom."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from engine import process
from engine.process import IsoDate, Names, text

MEASURES = {
    "query": Names("查询", "enquiry"),
    "freeze": Names("冻结或续行冻结", "freeze, or freeze for longer"),
    "lift": Names("解除冻结", "lift a freeze"),
    "deduct": Names("扣划", "deduct"),
}
Amount = Annotated[int, Field(ge=1, le=10**11)]


class Form(process.Form):
    """A freeze has a last day, a deduction an amount; a freeze is lifted by the document that ordered it."""

    measure: Literal["query", "freeze", "lift", "deduct"] = text(
        "协助事项", "What is asked for", choices=MEASURES
    )
    court: str = text("法院名称", "Court", min_length=4, max_length=100)
    document_no: str = text(
        "法律文书号（冻结、续冻、解除用同一冻结文书号）",
        "Number of the court's document (of a freeze throughout the same)",
        min_length=4,
        max_length=60,
    )
    notice_no: str = text("协助执行通知书文号", "Number of the notice of assistance", max_length=60)
    notice_on: IsoDate = text("协助执行通知书日期", "Date of that notice")
    officer: str = text(
        "执行人员姓名", "The court's officer", min_length=2, max_length=50, personal=True
    )
    officer_permit: str = text(
        "执行公务证号", "Number of the officer's permit", min_length=1, max_length=40, personal=True
    )
    until: IsoDate | None = text(
        "冻结截止日期（冻结时填写）", "Last day of the freeze", default=None
    )
    amount_cents: Amount | None = text(
        "扣划金额（扣划时填写）", "Amount to be deducted", default=None, unit="cents"
    )

    court_bank: str | None = text(
        "法院开户银行（扣划时填写）", "The court's bank", default=None, min_length=2, max_length=100
    )
    court_account: str | None = text(
        "法院执行款账号（扣划时填写）",
        "The court's account number",
        default=None,
        pattern=r"^\d{10,32}$",
    )

    @model_validator(mode="after")
    def _what_the_measure_needs(self) -> Self:
        if (self.measure == "freeze") != (self.until is not None):
            raise ValueError("a freeze has its last day, the other measures have none")
        paid = (self.amount_cents, self.court_bank, self.court_account)
        if any((self.measure == "deduct") != (said is not None) for said in paid):
            raise ValueError("a deduction has amount and account, the other measures have none")
        return self
