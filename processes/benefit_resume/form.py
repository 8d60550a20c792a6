"""The form: why the pension was suspended, when that ended, and from which month it is paid again."""

from typing import Literal

from engine import process
from engine.process import IsoDate, Month, Names, text

REASONS = {
    "uncertified": Names("未认证，已补认证", "not certified, is certified now"),
    "imprisoned": Names("服刑期满", "the sentence is served"),
    "missing": Names("失踪后出现", "was missing, has appeared"),
    "death_unverified": Names("经核实仍健在", "found to be alive"),
    "duplicate": Names("重复领取已处理", "no longer drawn twice"),
}


class Form(process.Form):
    """The reason decides what is paid back. Without a month it is the month after acceptance."""

    reason: Literal["uncertified", "imprisoned", "missing", "death_unverified", "duplicate"] = text(
        "原暂停原因", "Reason of the suspension", choices=REASONS
    )
    ended_on: IsoDate = text("原因消除日期（认证、刑满等）", "Day the reason ended")
    resume_from: Month | None = text("恢复发放年月", "Paid again from", default=None, unit="month")
