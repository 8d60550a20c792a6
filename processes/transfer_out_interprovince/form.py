"""The form: who takes the relation over, by which letter, and the account its money goes to."""

from typing import Annotated

from pydantic import Field

from engine import process
from engine.process import IsoDate, text

Amount = Annotated[int, Field(ge=0, le=10**11)]


class Form(process.Form):
    """The money is computed. What is entered is the other agency's letter (联系函)."""

    receiving_agency: str = text("转入地经办机构", "Receiving agency", min_length=2, max_length=100)
    letter_no: str = text("联系函编号", "Number of its letter", min_length=1, max_length=60)
    letter_on: IsoDate = text("联系函日期", "Date of its letter")
    to_household: bool = text("转入地为户籍所在地", "To where the household is registered")
    receiving_bank: str = text("转入地开户银行", "Its bank", min_length=2, max_length=100)
    receiving_account: str = text("转入地银行账号", "Its account number", pattern=r"^\d{10,32}$")
    not_own_cents: Amount | None = text(
        "1998年以前非本人缴费部分（有1998年以前缴费时）",
        "Part of the account before 1998 that is not of own contributions",
        default=None,
        unit="cents",
    )
