"""The form: the segments of service that are recognised as deemed paid."""

from typing import Literal, Self

from pydantic import model_validator

from engine import process
from engine.process import Month, Names, text

KINDS = {
    "service": Names("连续工龄", "continuous service"),
    "military": Names("军龄", "military service"),
    "other": Names("档案认定的其他工龄", "other service recognised from the archive"),
}
MOST_SEGMENTS = 20


class Segment(process.Row):
    """Months of service in a row."""

    from_month: Month = text("起始年月", "From", unit="month")
    to_month: Month = text("终止年月", "To", unit="month")
    kind: Literal["service", "military", "other"] = text("工龄类别", "Kind", choices=KINDS)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_month < self.from_month:
            raise ValueError("the range of months ends before it begins")
        return self


class Form(process.Form):
    """Months and years are counted, never entered."""

    segments: list[Segment] = text("认定时段", "Segments", min_length=1, max_length=MOST_SEGMENTS)
    recognition_no: str = text("认定表编号", "Number of the recognition form", max_length=60)
