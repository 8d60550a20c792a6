"""The form: the bank account benefits are to be paid to, held by the person himself."""

from engine import process
from engine.process import Month, text


class Form(process.Form):
    """The new account. Without an effective month it is used from the month of acceptance."""

    bank_name: str = text("开户银行", "Bank", min_length=2, max_length=100)
    bank_account: str = text(
        "银行账号", "Bank account number", pattern=r"^\d{10,32}$", personal=True
    )
    holder: str = text("户名", "Account holder", min_length=1, max_length=50, personal=True)
    effective_month: Month | None = text("生效年月", "Effective month", default=None, unit="month")
