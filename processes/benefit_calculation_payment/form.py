"""The form: the account an approved pension is paid to."""

from engine import process
from engine.process import text


class Form(process.Form):
    """Amount and start month are those that were approved: nobody enters them."""

    bank_name: str = text("开户银行", "Bank", min_length=2, max_length=100)
    bank_account: str = text(
        "银行账号", "Bank account number", pattern=r"^\d{10,32}$", personal=True
    )
    holder: str = text("户名", "Account holder", min_length=1, max_length=50, personal=True)
