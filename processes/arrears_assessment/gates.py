"""When past months can't be assessed: each gate names the rows with their months, or the document.

Source: 社会保险法 articles 63 and 86; 人社部规〔2016〕5号 and 人社厅发〔2019〕94号 (the 36-month rule).
"""

from engine.employee_lists import Listed, Problem
from engine.process import refuse
from register import months, obligations
from register.records import EmployerRecord, Records
from register.rules import back_payment, periods
from register.rules.back_payment import Document, Needed

from .form import Form, Owed


def check_employer(form: Form, employer: EmployerRecord, records: Records) -> None:
    """Raise where the employer is gone, or a document or the tax authority's assessment isn't named whole."""
    if employer.status == "CLOSED":
        raise refuse("arrears.employer_closed", "该单位已注销", "The employer is deregistered.")
    said = (form.document_kind, form.document_no, form.document_on)
    if any(part is None for part in said) and any(part is not None for part in said):
        raise refuse(
            "arrears.document_parts",
            "法律文书的类型、编号、日期须一并填写",
            "A legal document has kind, number and date: enter all three or none.",
        )
    by_tax = records.parameters.text("back_payment_assessed_by", records.accepted_on) == "tax"
    if by_tax and form.tax_notice_no is None:
        raise refuse(
            "arrears.tax_notice",
            "补缴由税务机关核定征收，请填写其核定文号",
            "The tax authority assesses back-payments: enter the number of its assessment.",
        )


def problem(listed: Listed[Owed], records: Records) -> Problem | None:
    """What blocks this row: a pension, months that aren't past or can't count, months that do already."""
    row, person = listed.row, listed.person
    if person.pension is not None:
        return listed.problem(
            "arrears.pension",
            "已核定养老金，不能补缴",
            "A pension is approved: nothing is paid back.",
        )
    present = months.of(records.accepted_on)
    if row.to_month >= present:
        return listed.problem(
            "arrears.not_past",
            "补缴只限受理当月以前的月份",
            "Only months before that of acceptance are paid back.",
            "to_month",
        )
    earliest = periods.earliest(
        person.birth, person.first_work_on, records.accepted_on, records.parameters
    )
    if row.from_month < earliest:
        return listed.problem(
            "arrears.too_early",
            "早于可缴费的最早年月（满16周岁或参加工作）",
            "The months begin before any can count (lowest working age, first work).",
            "from_month",
        )
    return _taken(listed)


def _taken(listed: Listed[Owed]) -> Problem | None:
    named = months.spanned(listed.row.from_month, listed.row.to_month)
    if periods.counted(named, listed.person.months):
        return listed.problem(
            "arrears.counted",
            "所列月份已有缴费记录",
            "Some of these months count already.",
            "from_month",
        )
    standing = {
        month for claim in obligations.standing(listed.person.claims) for month in claim.months
    }
    if standing & set(named):
        return listed.problem(
            "arrears.assessed",
            "所列月份已核定尚未到账",
            "Some of these months are assessed already and not paid.",
            "from_month",
        )
    return None


def undocumented(
    listed: Listed[Owed], form: Form, needed: Needed, records: Records
) -> Problem | None:
    """The row needs a legal document from before the payment, and there is none."""
    given = None
    if form.document_kind is not None and form.document_on is not None:
        given = Document(form.document_kind, form.document_on)
    if back_payment.founds(given, needed, records.accepted_on):
        return None
    return listed.problem(
        "arrears.document",
        "一次性补缴累计满36个月，须有缴费前作出的法院、审计、劳动监察或仲裁文书",
        "So many months paid back need a document of court, audit, labour inspection or arbitration "
        "from before the payment.",
        "to_month",
    )
