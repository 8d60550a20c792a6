"""The form: from which month payment stops, why, and by which check that was found."""

from typing import Literal, Self

from pydantic import model_validator

from engine import process
from engine.process import IsoDate, Month, Names, text

REASONS = {
    "uncertified": Names("未认证且经核查", "not certified, and checked"),
    "imprisoned": Names("服刑", "serving a sentence"),
    "missing": Names("失踪", "missing"),
    "death_unverified": Names("死亡待核", "death to be verified"),
    "duplicate": Names("重复领取", "drawn twice"),
}
CHECKS = {
    "data": Names("数据比对", "comparison of data"),
    "entrusted": Names("委托核查", "entrusted check"),
    "investigation": Names("调查", "investigation"),
}


class Form(process.Form):
    """A missed date only opens a check: without the check's record nobody is suspended as uncertified.

    Without a month payment stops with the month after acceptance.
    """

    reason: Literal["uncertified", "imprisoned", "missing", "death_unverified", "duplicate"] = text(
        "暂停原因", "Reason", choices=REASONS
    )
    from_month: Month | None = text("暂停起始年月", "Suspended from", default=None, unit="month")
    check_method: Literal["data", "entrusted", "investigation"] | None = text(
        "核查方式", "Kind of check", choices=CHECKS, default=None
    )
    checked_on: IsoDate | None = text("核查日期", "Day of the check", default=None)
    check_record: str | None = text(
        "核查记录编号", "Number of the check's record", min_length=1, max_length=100, default=None
    )

    @model_validator(mode="after")
    def _checked(self) -> Self:
        said = [
            part is not None for part in (self.check_method, self.checked_on, self.check_record)
        ]
        if any(said) != all(said):
            raise ValueError("a check has its kind, its day and the number of its record")
        if self.reason == "uncertified" and not all(said):
            raise ValueError(
                "a missed certification suspends nobody: enter the check that was made"
            )
        return self
