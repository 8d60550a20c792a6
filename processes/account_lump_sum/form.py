"""The form: why the account is paid out at once, and to whom."""

from typing import Literal, Self

from pydantic import model_validator

from engine import process
from engine.process import IsoDate, Names, text

CAUSES = {
    "DEATH": Names("死亡", "death"),
    "FOREIGN": Names("丧失中国国籍", "Chinese nationality given up"),
    "UNDER_YEARS": Names("达到退休年龄缴费年限不足", "retirement age reached with too few years"),
    "DUPLICATE": Names("重复参保", "insured twice"),
}


class Form(process.Form):
    """The amount is the whole account; after a death the heir is paid, otherwise the person himself."""

    cause: Literal["DEATH", "FOREIGN", "UNDER_YEARS", "DUPLICATE"] = text(
        "返还原因", "Cause", choices=CAUSES
    )
    died_on: IsoDate | None = text("死亡日期（死亡时填写）", "Date of death", default=None)
    holder: str = text("领取人姓名（户名）", "Payee", min_length=1, max_length=50, personal=True)
    bank_name: str = text("开户银行", "Bank", min_length=2, max_length=100)
    bank_account: str = text(
        "银行账号", "Bank account number", pattern=r"^\d{10,32}$", personal=True
    )

    @model_validator(mode="after")
    def _death_has_its_day(self) -> Self:
        if (self.cause == "DEATH") != (self.died_on is not None):
            raise ValueError("a death has its date, the other causes have none")
        return self
