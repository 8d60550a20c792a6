"""The form: why the voucher is asked for."""

from typing import Literal

from engine import process
from engine.process import Names, text

REASONS = {
    "interprovince": Names("跨省转移接续", "transfer to another province"),
    "in_province": Names("省内转移接续", "transfer within the province"),
    "other": Names("其他", "other"),
}


class Form(process.Form):
    """The reason; months, bases and money are the register's, never entered."""

    reason: Literal["interprovince", "in_province", "other"] = text(
        "开具原因", "Reason", choices=REASONS
    )
