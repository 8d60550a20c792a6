"""The form: what the certificate is for."""

from typing import Literal

from engine import process
from engine.process import Names, text

PURPOSES = {
    "visa": Names("出国（境）", "visa"),
    "loan": Names("贷款", "loan"),
    "allowance": Names("申请补助", "application for an allowance"),
    "other": Names("其他", "other"),
}


class Form(process.Form):
    """The purpose."""

    purpose: Literal["visa", "loan", "allowance", "other"] = text(
        "用途", "Purpose", choices=PURPOSES
    )
