"""What is waited for: an objection while it is public, and the decision of the department (人社行政部门)."""

from typing import Annotated

from pydantic import Field

from engine import process
from engine.process import IsoDate, Month, Names, text

Recognised = Annotated[int, Field(ge=0, le=720)]


class Objection(process.Message):
    """Somebody objected while it was public, and was heard: the record of it."""

    NAMES = Names("公示异议核查记录", "Record of an objection")
    MATERIALS = ("objection_record",)
    NEEDED = False

    record_no: str = text("核查记录编号", "Number of the record", min_length=1, max_length=60)
    raised_on: IsoDate = text("提出日期", "Raised on")
    founded: bool = text("异议属实", "It is founded")
    finding: str = text("核查结论", "What was found", min_length=1, max_length=500, personal=True)


class HrDecision(process.Message):
    """The department approves: from which month, and how many months in the job it recognises."""

    NAMES = Names("人社行政部门审批决定", "Decision of the department")
    MATERIALS = ("hr_decision",)

    document_no: str = text("文号", "Number of the decision", min_length=1, max_length=60)
    decided_on: IsoDate = text("决定日期", "Decided on")
    recognised_months: Recognised = text("认定特殊工种月数", "Months recognised")
    retire_month: Month = text("批准退休年月", "Month approved", unit="month")


class HrRefusal(process.Message):
    """The department does not approve: the case ends."""

    NAMES = Names("人社行政部门不予批准决定", "Refusal of the department")
    MATERIALS = ("hr_decision",)
    NEEDED = False

    document_no: str = text("文号", "Number of the decision", min_length=1, max_length=60)
    decided_on: IsoDate = text("决定日期", "Decided on")
    reason: str = text(
        "理由和依据", "Reason and basis", min_length=1, max_length=500, personal=True
    )
