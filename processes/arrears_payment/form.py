"""The form: by which receipt, on which day and how much came in, and for which employees."""

from typing import Annotated

from pydantic import Field

from engine.employee_lists import Employee, EmployeeList
from engine.process import IsoDate, text

Amount = Annotated[int, Field(gt=0, le=10**12)]


class Form(EmployeeList[Employee]):
    """All that is assessed and not paid for the listed employees is paid at once."""

    receipt_no: str = text("到账凭证号", "Number of the receipt", min_length=1, max_length=40)
    received_on: IsoDate = text("到账日期", "Received on")
    amount_cents: Amount = text("到账金额", "Amount received", unit="cents")
