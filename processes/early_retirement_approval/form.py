"""The form: which special job, for how long, and from which month the person would retire."""

from typing import Annotated, Literal

from pydantic import Field

from engine import process
from engine.process import IsoDate, Month, Names, text

JOBS = {
    "height": Names("高空作业", "work at height"),
    "heavy": Names("特别繁重体力劳动", "especially heavy labour"),
    "underground": Names("井下作业", "work underground"),
    "heat": Names("高温作业", "work in heat"),
    "toxic": Names("有毒有害作业", "toxic or harmful work"),
}
Worked = Annotated[int, Field(gt=0, le=720)]


class Form(process.Form):
    """Ages, months and the pension are computed; the department decides on the job itself."""

    job: Literal["height", "heavy", "underground", "heat", "toxic"] = text(
        "特殊工种类别", "Kind of special job", choices=JOBS
    )
    job_name: str = text("工种名称", "Name of the job", min_length=1, max_length=60)
    worked_months: Worked = text("从事该工种月数", "Months in the job")
    retire_month: Month = text("退休年月", "Retirement month", unit="month")
    birth_recognised: IsoDate | None = text(
        "认定出生日期", "Birth date as recognised", default=None, personal=True
    )
