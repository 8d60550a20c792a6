"""The form: which payable is paid again, why, and to which account of the same payee."""

from typing import Annotated, Literal

from pydantic import Field

from engine import process
from engine.process import Names, text

REASONS = {
    "account_wrong": Names("账号有误", "the account number was wrong"),
    "account_closed": Names("账户已销户或不能收款", "the account is closed or takes no payments"),
    "no_account": Names("原无收款账户", "no account was known"),
}
Number = Annotated[int, Field(ge=1, le=10**15)]


class Form(process.Form):
    """The amount is what is still payable; who is paid stays who was determined."""

    payable_id: Number = text("应付款编号", "Number of the payable")
    reason: Literal["account_wrong", "account_closed", "no_account"] = text(
        "重发原因", "Reason", choices=REASONS
    )
    holder: str = text("收款户名", "Payee", min_length=1, max_length=50, personal=True)
    bank_name: str = text("开户银行", "Bank", min_length=2, max_length=100)
    bank_account: str = text(
        "银行账号", "Bank account number", pattern=r"^\d{10,32}$", personal=True
    )
