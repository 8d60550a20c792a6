"""Calculator: what an employer pays for months that were missed, and which document they need."""

from datetime import date
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from engine.calculators.kind import (
    LONGEST_RUN,
    Amount,
    Calculator,
    Day,
    Told,
    Worked,
    not_before_first_month,
)
from engine.calculators.late_fee import assessor
from engine.process import Form as Fields
from engine.process import Month, Names, text
from register import months
from register.parameters import Parameters
from register.rules import back_payment
from register.rules.back_payment import Document, DocumentKind

DOCUMENTS = {
    "court": Names("法院文书", "court"),
    "audit": Names("审计文书", "audit"),
    "inspection": Names("劳动监察文书", "labour inspection"),
    "arbitration": Names("仲裁文书", "arbitration"),
    "commitment": Names("转出地书面承诺", "written commitment of the sending agency"),
}
_NEEDED = {
    "none": Names("不需要", "none"),
    "commitment": Names("转出地书面承诺", "written commitment of the sending agency"),
    "legal": Names(
        "法院、审计、劳动监察或仲裁文书", "of court, audit, labour inspection or arbitration"
    ),
}


class Form(Fields):
    """A run of months on one wage, and what the payment rests on; amounts in cents."""

    first_month: Month = text("补缴起始年月", "First month", unit="month")
    last_month: Month = text("补缴截止年月", "Last month", unit="month")
    wage_cents: Amount = text("月工资", "Monthly wage", unit="cents")
    paid_on: Day = text("缴费日", "Day of payment")
    paid_back_before: Annotated[int, Field(ge=0, le=LONGEST_RUN)] = text(
        "此前一次性补缴月数", "Months paid back at once before", default=0
    )
    document: DocumentKind | None = text(
        "已有文书", "Document at hand", choices=DOCUMENTS, default=None
    )
    document_on: Day | None = text(
        "文书日期", "Date of the document", default=None, validate_default=True
    )

    _run = field_validator("last_month")(not_before_first_month)

    @field_validator("document_on")
    @classmethod
    def _with_its_kind(cls, value: date | None, said: ValidationInfo) -> date | None:
        if "document" in said.data and (said.data["document"] is None) != (value is None):
            raise ValueError("a document has a kind and a date")
        return value


def work(form: Form, today: date, parameters: Parameters) -> Worked:
    """Every month with its limits, contribution and late fee, and whether the document founds it."""
    del today
    count = months.between(form.first_month, form.last_month) + 1
    declared = {months.shifted(form.first_month, n): form.wage_cents for n in range(count)}
    found = back_payment.assessed(
        declared, form.paid_on, parameters, paid_back_before=form.paid_back_before
    )
    document = (
        Document(form.document, form.document_on) if form.document and form.document_on else None
    )
    founded = back_payment.founds(document, found.needed, form.paid_on)
    told = [
        Told("total_cents", Names("应缴合计", "to be paid"), "cents", found.total_cents),
        Told("principal_cents", Names("补缴本金", "contributions"), "cents", found.principal_cents),
        Told("late_fee_cents", Names("滞纳金", "late fees"), "cents", found.late_fee_cents),
        Told("months", Names("补缴月数", "months"), "months", len(found.owed)),
        Told(
            "document",
            Names("须有的文书", "document needed"),
            "word",
            found.needed,
            _NEEDED[found.needed],
        ),
        Told(
            "founded",
            Names("文书条件", "condition of the document"),
            "word",
            "yes" if founded else "no",
            Names("符合", "met") if founded else Names("不符合", "not met"),
        ),
        assessor(form.paid_on, parameters),
    ]
    return Worked(told, found.derivation)


CALCULATOR = Calculator(
    "back_payment",
    Names("补缴测算", "Back-payment"),
    Names(
        "单位补缴职工历史月份的本金和滞纳金，以及一次性补缴的文书要求",
        "Contributions and late fees for past months of an employee, and which document they need",
    ),
    Form,
    work,
)
