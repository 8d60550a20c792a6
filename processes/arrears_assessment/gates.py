"""When past months can't be assessed: each gate names the months, the employer or the document.

Source: 社会保险法 articles 63 and 86; 人社部规〔2016〕5号 and 人社厅发〔2019〕94号 (the 36-month rule).
"""

from collections.abc import Mapping

from engine.process import refuse
from register import months, obligations
from register.records import EmployerRecord, PersonRecord, Records
from register.rules import back_payment, periods
from register.rules.back_payment import BackPayment, Document

from .form import Form


def owing(form: Form, person: PersonRecord, records: Records) -> EmployerRecord:
    """The employer that owes; raises where it is none of this person's, or gone."""
    if person.pension is not None:
        raise refuse(
            "arrears.pension",
            f"该人员已核定养老金（自{person.pension.from_month}起），不能补缴",
            f"A pension has been approved from {person.pension.from_month} on: nothing is paid back.",
            rows=[person.pension.entitlement_id],
        )
    found = records.others.employer_numbered(form.employer_uscc)
    employers = {relation.employer_id for relation in person.relations}
    if found is None or found.employer_id not in employers:
        raise refuse(
            "arrears.not_employee",
            "该人员与所填单位没有登记的参保关系",
            "The person was never insured with this employer: compare the relations on the register.",
        )
    if found.status == "CLOSED":
        raise refuse("arrears.employer_closed", "该单位已注销", "The employer is deregistered.")
    by_tax = records.parameters.text("back_payment_assessed_by", records.accepted_on) == "tax"
    if by_tax and form.tax_notice_no is None:
        raise refuse(
            "arrears.tax_notice",
            "补缴由税务机关核定征收，请填写其核定文号",
            "The tax authority assesses back-payments: enter the number of its assessment.",
        )
    return found


def declared(form: Form, person: PersonRecord, records: Records) -> Mapping[int, int]:
    """The declared wage of each month; raises where a month can't be assessed."""
    spans = [(period.from_month, period.to_month) for period in form.periods]
    named, present = periods.spanned(spans), months.of(records.accepted_on)
    twice = periods.repeated(spans)
    if twice:
        raise refuse(
            "arrears.twice",
            f"时段互相重叠：{periods.text(twice)}",
            f"The periods overlap each other: {periods.text(twice)}.",
            rows=twice,
        )
    if named[-1] >= present:
        raise refuse(
            "arrears.not_past",
            f"{months.text(named[-1])}不早于受理当月{months.text(present)}：按正常申报缴纳",
            f"{months.text(named[-1])} doesn't lie before the month of acceptance "
            f"{months.text(present)}: it is declared as usual.",
        )
    earliest = periods.earliest(
        person.birth, person.first_work_on, records.accepted_on, records.parameters
    )
    if named[0] < earliest:
        raise refuse(
            "arrears.too_early",
            f"{months.text(named[0])}早于可缴费的最早年月{months.text(earliest)}（满16周岁或参加工作）",
            f"{months.text(named[0])} lies before {months.text(earliest)}, the first month that can count "
            "(lowest working age, first work).",
        )
    _check_free(named, person)
    return {
        month: period.wage_cents
        for period in form.periods
        for month in months.spanned(period.from_month, period.to_month)
    }


def _check_free(named: list[int], person: PersonRecord) -> None:
    there = periods.counted(named, person.months)
    if there:
        raise refuse(
            "arrears.counted",
            f"已有缴费记录：{periods.text(there)}",
            f"These months count already: {periods.text(there)}.",
            rows=there,
        )
    standing = {
        month: claim.case_no
        for claim in obligations.standing(person.claims)
        for month in claim.months
    }
    again = [month for month in named if month in standing]
    if again:
        raise refuse(
            "arrears.assessed",
            f"已核定尚未到账：{periods.text(again)}",
            f"These months are assessed already and not paid: {periods.text(again)}.",
            rows=sorted({standing[month] for month in again}),
        )


def check_document(form: Form, assessed: BackPayment, records: Records) -> None:
    """Raise where so many months need a legal document from before the payment, and there is none."""
    given = None
    if form.document_kind is not None and form.document_on is not None:
        given = Document(form.document_kind, form.document_on)
    if not back_payment.founds(given, assessed.needed, records.accepted_on):
        raise refuse(
            "arrears.document",
            "一次性补缴累计满36个月，须有缴费前作出的法院、审计、劳动监察或仲裁文书",
            "So many months paid back need a document of court, audit, labour inspection or arbitration "
            "from before the payment.",
        )
