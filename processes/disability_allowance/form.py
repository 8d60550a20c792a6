"""The form: the account the allowance is paid to; whether the person can work, the board says."""

from engine import process
from engine.process import IsoDate, text


class Form(process.Form):
    """The amount is a parameter, the loss of capacity the board's conclusion."""

    applied_on: IsoDate = text("申请鉴定日期", "Appraisal applied for on")
    bank_name: str = text("开户银行", "Bank", min_length=2, max_length=100)
    bank_account: str = text("银行账号", "Account", pattern=r"^\d{10,32}$", personal=True)
