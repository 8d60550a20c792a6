"""The form: which part of the average wage the flexible worker contributes on."""

from typing import Annotated

from pydantic import Field

from engine import process
from engine.process import text

Percent = Annotated[int, Field(ge=1, le=999)]


class Form(process.Form):
    """The share in whole percent; the base in yuan is computed, and the limits are dated parameters."""

    ratio_percent: Percent = text(
        "缴费档次（占平均工资的百分比）", "Share of the average wage (percent)", unit="percent"
    )
