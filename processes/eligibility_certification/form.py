"""The form: how, and on which day, the entitlement was proven."""

from typing import Literal

from engine import process
from engine.process import IsoDate, Names, text

METHODS = {
    "DATA": Names("数据比对", "data compared"),
    "FACE": Names("人脸识别", "face recognised"),
    "VISIT": Names("上门认证", "visited"),
    "ABROAD": Names("境外证明", "proof from abroad"),
}


class Form(process.Form):
    """Manner and day; when the next proof is due is computed."""

    method: Literal["DATA", "FACE", "VISIT", "ABROAD"] = text(
        "认证方式", "Manner of proof", choices=METHODS
    )
    certified_on: IsoDate = text("认证日期", "Certified on")
