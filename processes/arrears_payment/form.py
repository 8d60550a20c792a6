"""The form: whose payment came in, by which receipt, on which day, and how much."""

from typing import Annotated

from pydantic import Field

from engine import process
from engine.process import IsoDate, text

Amount = Annotated[int, Field(gt=0, le=10**12)]


class Form(process.Form):
    """All that is assessed and not paid with this employer is paid at once."""

    employer_uscc: str = text(
        "缴费单位统一社会信用代码", "Credit code of the employer", pattern=r"^[0-9A-Z]{18}$"
    )
    receipt_no: str = text("到账凭证号", "Number of the receipt", min_length=1, max_length=40)
    received_on: IsoDate = text("到账日期", "Received on")
    amount_cents: Amount = text("到账金额", "Amount received", unit="cents")
