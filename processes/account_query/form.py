"""The form: what the enquiry is for."""

from typing import Literal

from engine import process
from engine.process import Names, text

PURPOSES = {
    "check": Names("本人核对", "own check"),
    "transfer": Names("关系转移接续", "transfer of the relation"),
    "dispute": Names("权益核对争议", "disputed record"),
    "other": Names("其他", "other"),
}


class Form(process.Form):
    """The purpose: every enquiry is a case of its own, so who asked, and why, stays on record."""

    purpose: Literal["check", "transfer", "dispute", "other"] = text(
        "用途", "Purpose", choices=PURPOSES
    )
