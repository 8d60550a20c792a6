"""The form: which retirement is applied for, and from which month."""

from typing import Literal, Self

from pydantic import model_validator

from engine import process
from engine.process import IsoDate, Month, Names, text

KINDS = {
    "NORMAL": Names("正常退休", "normal"),
    "FLEX_EARLY": Names("弹性提前退休", "flexible, early"),
    "FLEX_LATE": Names("弹性延迟退休", "flexible, late"),
}
POST_KINDS = {
    "M": Names("男职工", "man"),
    "F55": Names(
        "女职工（管理技术岗，原55周岁）", "woman, management or technical post (formerly 55)"
    ),
    "F50": Names("女职工（工人岗，原50周岁）", "woman, worker (formerly 50)"),
}


class Form(process.Form):
    """Ages, months and the pension are computed, never entered."""

    kind: Literal["NORMAL", "FLEX_EARLY", "FLEX_LATE"] = text(
        "退休类型", "Kind of retirement", choices=KINDS
    )
    post_kind: Literal["M", "F55", "F50"] = text("岗位性质", "Kind of post", choices=POST_KINDS)
    retire_month: Month = text("退休年月", "Retirement month", unit="month")
    notice_on: IsoDate | None = text(
        "弹性退休书面告知（协议）日期", "Date of the written notice or agreement", default=None
    )
    birth_recognised: IsoDate | None = text(
        "认定出生日期", "Birth date as recognised", default=None, personal=True
    )

    @model_validator(mode="after")
    def _flexible_needs_notice(self) -> Self:
        if (self.kind == "NORMAL") != (self.notice_on is None):
            raise ValueError(
                "flexible retirement needs the date of its written notice or agreement, normal has none"
            )
        return self
